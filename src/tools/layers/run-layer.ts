import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { type Counts, nothing, readCounts } from "#tools/layers/counts";
import { inProject } from "#tools/paths";

export interface LayerResult {
  layer: string;
  seconds: number;
  counts: Counts;
  /** Why it is not green although no test failed: it crashed, or could not run. */
  note?: string;
  isCrashed: boolean;
}

export interface LayerOptions {
  layer: string;
  /** What stands behind `npm test --`: file filters and vitest's own flags. */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** Runs one vitest project in a process of its own and reads the report it wrote to test-results/<layer>.json. */
export async function runLayer({ layer, args, env = {} }: LayerOptions): Promise<LayerResult> {
  const started = performance.now();
  const file = inProject("test-results", `${layer}.json`);
  mkdirSync(inProject("test-results"), { recursive: true });
  rmSync(file, { force: true });
  const reporter = process.stdout.isTTY ? "default" : "dot";
  const exitCode = await runVitest(
    [
      // The star takes e2e-alone with e2e: one layer, two ways to run its files.
      `--project=${layer}*`,
      `--reporter=${reporter}`,
      "--reporter=json",
      `--outputFile.json=${file}`,
      "--passWithNoTests",
      ...args,
    ],
    env,
  );
  const counts = readCounts(file);
  const seconds = (performance.now() - started) / 1000;
  if (!counts) {
    const note = `vitest ended with ${exitCode} before it wrote its report`;
    return { layer, seconds, counts: nothing, note, isCrashed: true };
  }
  const isCrashed = exitCode !== 0 && counts.failed === 0;
  const note = isCrashed
    ? "every test passed, but vitest reports an error outside of them (see above)"
    : undefined;
  return { layer, seconds, counts, isCrashed, ...(note ? { note } : {}) };
}

function runVitest(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number | string> {
  const vitest = inProject("node_modules", "vitest", "vitest.mjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, "run", ...args], {
      cwd: inProject(),
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve(code ?? signal ?? "no code");
    });
  });
}

/** `  pg      12 passed, 0 failed   8.1 s` */
export function describeLayer({ layer, seconds, counts, note }: LayerResult): string {
  const { passed, failed, skipped } = counts;
  const line = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return `  ${layer.padEnd(8)} ${line.padEnd(36)} ${seconds.toFixed(1)} s${note ? `   ${note}` : ""}`;
}
