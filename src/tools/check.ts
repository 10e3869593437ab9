import { spawn } from "node:child_process";
import { inProject } from "#tools/paths";

interface Check {
  name: string;
  /** Program inside node_modules, or a script of ours, run by our own Node. */
  script: string;
  args: readonly string[];
}

interface CheckResult {
  name: string;
  isPassed: boolean;
  seconds: number;
  output: string;
}

const inModules = (...parts: string[]) => inProject("node_modules", ...parts);

const checks: readonly Check[] = [
  // The longest first: the others fit beside it.
  {
    name: "unit tests",
    script: inModules("vitest", "vitest.mjs"),
    // One worker: the other core has the types.
    args: ["run", "--project=node", "--maxWorkers=1", "--reporter=dot", "--passWithNoTests"],
  },
  ...[
    "tsconfig.json",
    "tsconfig.node.json",
    "tsconfig.workerd-tests.json",
    "src/workers/edge/overlay/page/tsconfig.json",
  ].map((config) => ({
    name: `types (${config})`,
    script: inModules("typescript", "bin", "tsc"),
    args: ["-p", config],
  })),
  { name: "types (hub)", script: inProject("src", "tools", "check-hub.ts"), args: [] },
  { name: "environment types", script: inProject("src", "tools", "types.ts"), args: ["--check"] },
  { name: "lint and format", script: inModules("@biomejs", "biome", "bin", "biome"), args: ["check", "."] },
];

/** Two cores are the least we count on; more at once would only make each slower. */
const atOnce = 2;

/** For who has just run `npm test`, which holds the unit tests too. */
const withoutTests = "--without-tests";

async function main(args: readonly string[]): Promise<void> {
  const waiting = checks.filter(({ name }) => name !== "unit tests" || !args.includes(withoutTests));
  const results: CheckResult[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift())
      results.push(report(await runCheck(check)));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const failed = results.filter(({ isPassed }) => !isPassed);
  for (const { name, output } of failed) console.log(`\n── ${name}\n${output.trim()}`);
  if (failed.length > 0) process.exitCode = 1;
  console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
}

function report(result: CheckResult): CheckResult {
  console.log(`  ${result.isPassed ? "ok    " : "FAILED"} ${result.name} (${result.seconds.toFixed(1)} s)`);
  return result;
}

function runCheck({ name, script, args }: Check): Promise<CheckResult> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: inProject(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ name, isPassed: code === 0, seconds: (performance.now() - started) / 1000, output });
    });
  });
}

await main(process.argv.slice(2));
