import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { inProject } from "#tools/paths";
import { buildHub } from "#tools/start/build-hub";
import { deployableConfigs, workerName } from "#tools/worker-configs";

const help = `npm run deploy                  deploys every Worker, callees first, then the hub; needs wrangler's login
npm run deploy -- --dry-run     bundles every Worker as for a deploy and prints its gzipped size`;

/** Cloudflare's limit of a Worker on the free plan, compressed (developers.cloudflare.com/workers/platform/limits). */
const maxGzippedBytes = 3 * 1024 * 1024;

interface Deployed {
  name: string;
  isDone: boolean;
  detail: string;
}

function main(args: readonly string[]): Promise<void> | void {
  if (args.includes("--help")) return console.log(help);
  return args.includes("--dry-run") ? dryRun() : deploy();
}

function dryRun(): void {
  const results = deployableConfigs().map(bundle);
  for (const { name, isDone, detail } of results)
    console.log(`  ${isDone ? "ok    " : "FAILED"} ${name.padEnd(24)} ${detail}`);
  const failed = results.filter(({ isDone }) => !isDone).length;
  if (failed > 0) process.exitCode = 1;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
}

/** The first that fails stops the rest: its callers would meet an old callee. */
async function deploy(): Promise<void> {
  for (const config of deployableConfigs()) {
    if (wrangler(["deploy", "-c", config], "inherit").status !== 0) {
      console.error(`${workerName(config)} was not deployed; what stands before it in the list above was.`);
      process.exitCode = 1;
      return;
    }
  }
  await buildHub();
  const pages = ["pages", "deploy", inProject("hub", "dist"), "--project-name", "waddlebot-hub"];
  process.exitCode = wrangler(pages, "inherit").status ?? 1;
}

function bundle(config: string): Deployed {
  const folder = mkdtempSync(join(tmpdir(), "waddlebot-bundle-"));
  try {
    const { status, output } = wrangler(["deploy", "--dry-run", "--outdir", folder, "-c", config], "pipe");
    const name = workerName(config);
    if (status !== 0) return { name, isDone: false, detail: `\n${output.trim()}` };
    const bytes = gzippedSize(folder);
    const isDone = bytes <= maxGzippedBytes;
    return {
      name,
      isDone,
      detail: `${(bytes / 1024).toFixed(1)} KiB gzipped${isDone ? "" : ", above the limit of 3 MiB"}`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of everything that is uploaded; source maps do not count. */
export function gzippedSize(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".map") && entry.name !== "README.md")
    .map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).byteLength)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function wrangler(args: readonly string[], stdio: "inherit" | "pipe") {
  const script = inProject("node_modules", "wrangler", "bin", "wrangler.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: inProject(),
    stdio: ["ignore", stdio, stdio],
    encoding: "utf8",
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: "false",
      ...(stdio === "pipe" ? { CI: "true", NO_COLOR: "1" } : {}),
    },
  });
  return { status, output: `${stdout ?? ""}${stderr ?? ""}` };
}

await main(process.argv.slice(2));
