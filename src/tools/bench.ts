import { runBench } from "#test/bench/run-bench";
import { runHubBench } from "#test/bench/run-hub-bench";
import { runOverlayBench } from "#test/bench/run-overlay-bench";
import { explain } from "#tools/plain-error";
import { makeProgress } from "#tools/start/progress";
import { killChildren, makeShutdown } from "#tools/start/shutdown";

const help = `npm run bench               speed and cost, about three minutes
npm run bench -- --quick    the same with fewer requests, for a first look
npm run bench -- --hub      when a first visit to the hub has painted its largest part, at a quarter of the speed
npm run bench -- --overlays 1,000 browser sources on one overlay object, 500 of them come back at once
The table is explained in docs/guides/bench.md. Raw numbers: test-results/bench.json`;

const stopLimitMs = 8000;
const shutdown = makeShutdown();
const progress = makeProgress({
  write: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY === true,
  now: () => performance.now(),
});

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) {
    console.log(help);
    return;
  }
  const unknown = args.find((arg) => !["--quick", "--hub", "--overlays"].includes(arg));
  if (unknown !== undefined) throw new Error(`There is no option ${unknown}.\n${help}`);
  const runOther = args.includes("--hub") ? runHubBench : runBench;
  const run = args.includes("--overlays") ? runOverlayBench : runOther;
  const problems = await run({ isQuick: args.includes("--quick"), shutdown, progress });
  // Numbers made of wrong answers are no numbers.
  if (problems > 0) process.exitCode = 1;
}

async function stop(): Promise<void> {
  await shutdown.stop(stopLimitMs);
  killChildren();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void stop().then(() => process.exit(130)));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
} finally {
  await stop();
  // A house that broke off in its start may have left a socket open, which would keep this process for ever.
  process.exit();
}
