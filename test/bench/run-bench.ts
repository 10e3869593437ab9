import { type BatchSizes, measureBatches } from "#test/bench/batch-speed";
import { type BenchGround, makeDatabase, startGround, startHouse } from "#test/bench/bench-house";
import { type CountingOptions, countingMains, openCounting } from "#test/bench/count-costs";
import {
  type BenchReport,
  countProblems,
  describeMachine,
  priceAll,
  renderReport,
  writeReport,
} from "#test/bench/report";
import { measureSpeed, type SpeedOptions } from "#test/bench/speed";
import { helloName, startTargets } from "#test/bench/targets";
import { inProject } from "#tools/paths";
import type { Progress } from "#tools/start/progress";
import type { Shutdown } from "#tools/start/shutdown";

export interface BenchOptions {
  /** Fewer requests and shorter spans: for a first look, not for a claim. */
  isQuick: boolean;
  shutdown: Shutdown;
  progress: Progress;
}

interface Sizes {
  speed: SpeedOptions;
  counting: Pick<CountingOptions, "spanMs">;
  batches: BatchSizes;
}

const full: Sizes = {
  speed: { repetitions: 3, count: 3000, warmUp: 1000, connections: 16 },
  counting: { spanMs: 15_000 },
  batches: { repetitions: 3, batches: 100 },
};
const quick: Sizes = {
  speed: { repetitions: 3, count: 250, warmUp: 100, connections: 16 },
  counting: { spanMs: 3000 },
  batches: { repetitions: 3, batches: 10 },
};

/** Measures, prints, writes `test-results/bench.json`. Returns how many answers or counters were wrong and budgets missed. */
export async function runBench({ isQuick, shutdown, progress }: BenchOptions): Promise<number> {
  const startedAt = new Date().toISOString();
  const sizes = isQuick ? quick : full;
  const ground = await progress.step("Starting Postgres", () => startGround(shutdown));
  const counting = await progress.step("Starting the house whose objects are counted", () =>
    startCounting(ground, sizes.counting, shutdown),
  );
  const timed = await progress.step("Starting the house that is timed, and its peers", async () => {
    const house = await startHouse("timed", ground, { shutdown });
    const peerDatabase = await makeDatabase(ground.databaseUrl, "peers");
    const targets = await startTargets(house, { shutdown, peerDatabase });
    return { targets, house, secrets: house.secrets.simulators };
  });
  const cost = await progress.step("Counting", () => counting.result);
  // Its process would compete with those that are timed now.
  await counting.close();
  const lines = await progress.step("Timing", () => measureSpeed(timed.targets, timed.secrets, sizes.speed));
  lines.push(
    ...(await progress.step("Timing batches of a gateway", () => measureBatches(timed.house, sizes.batches))),
  );
  const speed = { options: sizes.speed, hello: helloName, lines };
  const report: BenchReport = {
    startedAt,
    machine: describeMachine(),
    speed,
    cost,
    millions: priceAll(cost),
  };
  progress.say(`\n${renderReport(report)}\n`);
  writeReport(inProject("test-results", "bench.json"), report);
  return countProblems(report);
}

/** Counting has no clock, so it goes on while the others start. */
async function startCounting(ground: BenchGround, options: Sizes["counting"], shutdown: Shutdown) {
  const house = await startHouse("counted", ground, {
    shutdown,
    mains: countingMains,
    // A moderator may say 100 lines in 30 s; what Twitch allows is not what is counted here.
    simulators: { twitch: { botIsModerator: true, echoesBot: false } },
  });
  const statementsSeen = () => ground.endpoint.statements("counted");
  const measure = await openCounting(house, { statementsSeen, ...options });
  const result = measure();
  // Whoever waits for it hears of a failure; until then it must not end the process.
  result.catch(() => undefined);
  return { result, close: house.close };
}
