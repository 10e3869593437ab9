import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { inProject } from "#tools/paths";
import { explain, PlainError } from "#tools/plain-error";
import { workerConfigs, workerName } from "#tools/worker-configs";

const run = promisify(execFile);

const header = "/** Generated from the wrangler.toml files by `npm run types`; do not edit. */\n";

/** `waddlebot-edge` → `EdgeEnv`: each Worker's environment has a name of its own, because all are global. */
export function interfaceName(worker: string): string {
  const words = worker.replace(/^waddlebot-/, "").split("-");
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}Env`;
}

/** Beside the Worker's code, wherever its wrangler.toml is. */
export function typesFileOf(config: string): string {
  const main = /^main\s*=\s*"([^"]+)"/m.exec(readFileSync(config, "utf8"))?.[1] ?? "index.ts";
  return join(dirname(config), dirname(main), "env.d.ts");
}

/** Wrangler's output without what changes from run to run: only the one interface. */
export function extractInterface(generated: string, name: string): string {
  const start = generated.search(new RegExp(`^(declare )?interface ${name}\\b`, "m"));
  const end = generated.indexOf("\n}", start);
  if (start < 0 || end < 0) throw new Error(`wrangler generated no ${name}:\n${generated}`);
  return `${header}${generated.slice(start, end + 2)}\n`;
}

/** What env.d.ts should hold for one Worker. The others are named too, so that bindings get the callee's types. */
async function generateTypes(config: string, all: readonly string[]): Promise<string> {
  const name = interfaceName(workerName(config));
  // Beside the real file, because the generated imports are relative to it.
  const file = join(dirname(typesFileOf(config)), `.env-${process.pid}.d.ts`);
  const others = all.filter((other) => other !== config);
  const configs = [config, ...others].flatMap((path) => ["-c", path]);
  const wrangler = inProject("node_modules", "wrangler", "bin", "wrangler.js");
  const home = mkdtempSync(join(tmpdir(), "waddlebot-types-"));
  try {
    await run(process.execPath, [wrangler, "types", file, "--include-runtime=false", "--env-interface", name, ...configs], {
      cwd: inProject(),
      env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: home, NO_COLOR: "1" },
    });
    return extractInterface(readFileSync(file, "utf8"), name);
  } catch (cause) {
    throw new PlainError(`wrangler types fails for ${relative(inProject(), config)}: ${explain(cause)}`, { cause });
  } finally {
    rmSync(file, { force: true });
    rmSync(home, { recursive: true, force: true });
  }
}

/** Writes every env.d.ts; with `isCheck` it writes nothing and names those that are stale. */
export async function refreshTypes(isCheck: boolean): Promise<string[]> {
  const configs = workerConfigs();
  const stale: string[] = [];
  for (const config of configs) {
    const file = typesFileOf(config);
    const wanted = await generateTypes(config, configs);
    if (existsSync(file) && readFileSync(file, "utf8") === wanted) continue;
    stale.push(relative(inProject(), file));
    if (!isCheck) writeFileSync(file, wanted);
  }
  return stale;
}

if (import.meta.main) {
  const isCheck = process.argv.includes("--check");
  const stale = await refreshTypes(isCheck);
  for (const file of stale) console.log(isCheck ? `stale: ${file}` : `written: ${file}`);
  if (isCheck && stale.length > 0) {
    console.error("The environment types do not fit the wrangler.toml files: run npm run types.");
    process.exitCode = 1;
  }
}
