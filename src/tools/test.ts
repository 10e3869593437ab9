import { addCounts, closingLine } from "#tools/layers/counts";
import {
  atheme,
  chromium,
  findOrInstall,
  inspircd,
  ngircd,
  promtool,
  thisMachine,
} from "#tools/layers/find-program";
import { describeLayer, type LayerResult, runLayer } from "#tools/layers/run-layer";

const layers = ["node", "pg", "workerd", "e2e"] as const;

const help = `npm test                    every layer: node, pg, workerd, e2e
npm test -- src/lib         only test files whose path contains src/lib
npm test -- --layer=pg      one layer (may be given several times)
Anything else is passed to vitest. Reports: test-results/<layer>.json`;

/**
 * What the machine offers, for the tests that need it: WADDLEBOT_CHROMIUM, _NGIRCD, _INSPIRCD, _ATHEME and _PROMTOOL are paths;
 * where one is empty, the same name with _MISSING says why, and those tests skip.
 */
function offerPrograms(): { env: Record<string, string>; missing: string[] } {
  const machine = thisMachine(console.log);
  const env: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, program] of [
    ["CHROMIUM", chromium],
    ["NGIRCD", ngircd],
    ["INSPIRCD", inspircd],
    ["ATHEME", atheme],
    ["PROMTOOL", promtool],
  ] as const) {
    const found = findOrInstall(program, machine);
    if ("path" in found) {
      env[`WADDLEBOT_${name}`] = found.path;
      continue;
    }
    env[`WADDLEBOT_${name}_MISSING`] = found.missing;
    missing.push(found.missing);
  }
  return { env, missing };
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) {
    console.log(help);
    return;
  }
  const asked = args.filter((arg) => arg.startsWith("--layer=")).map((arg) => arg.slice("--layer=".length));
  const rest = args.filter((arg) => !arg.startsWith("--layer="));
  const { env, missing } = offerPrograms();
  const results: LayerResult[] = [];
  for (const layer of layers.filter((name) => asked.length === 0 || asked.includes(name))) {
    console.log(`\n── ${layer}`);
    results.push(await runLayer({ layer, args: rest, env }));
  }
  console.log(`\n${results.map(describeLayer).join("\n")}`);
  for (const reason of missing) console.log(`  skipped: the tests that need it, because ${reason}`);
  const counts = addCounts(results.map((result) => result.counts));
  const crashed = results.filter((result) => result.isCrashed).length;
  // A layer that crashed is a failure, although no test of it could say so.
  const total = { ...counts, failed: counts.failed + crashed };
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  console.log(`\n${closingLine(total)}`);
}

await main(process.argv.slice(2));
