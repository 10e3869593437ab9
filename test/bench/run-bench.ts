import { startGround, startHouse } from "#test/bench/bench-house";
import { type CountingOptions, countingMains, openCountingHouse } from "#test/bench/count-costs";
import {
  type BenchReport,
  countProblems,
  describeMachine,
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

interface Sizes extends SpeedOptions, Pick<CountingOptions, "spanMs"> {}

const full: Sizes = { repetitions: 3, count: 5000, warmUp: 1500, connections: 16, spanMs: 15_000 };
const quick: Sizes = { repetitions: 3, count: 300, warmUp: 100, connections: 16, spanMs: 5000 };

/** Measures, prints, writes `test-results/bench.json`. Returns how many answers or counters were wrong. */
export async function runBench({ isQuick, shutdown, progress }: BenchOptions): Promise<number> {
  const startedAt = new Date().toISOString();
  const { spanMs, ...options } = isQuick ? quick : full;
  const ground = await progress.step("Starting Postgres", () => startGround(shutdown));
  const counted = await progress.step("Starting the house whose objects are counted", async () => {
    const house = await startHouse("counted", ground, {
      shutdown,
      mains: countingMains,
      // A moderator may say 100 lines in 30 s; what Twitch allows is not what is counted here.
      simulators: { twitch: { botIsModerator: true, echoesBot: false } },
    });
    const statementsSeen = () => ground.endpoint.statements("counted");
    const counting = await openCountingHouse(house, { statementsSeen, spanMs });
    await counting.warmUp();
    return { ...counting, close: house.close };
  });
  const timed = await progress.step("Starting the house that is timed, and its peers", async () => {
    const house = await startHouse("timed", ground, { shutdown });
    return { targets: await startTargets(house, shutdown), secrets: house.secrets.simulators };
  });
  const cost = await progress.step("Counting", counted.measure);
  // Its process would compete with those that are timed now.
  await counted.close();
  const lines = await progress.step("Timing", () => measureSpeed(timed.targets, timed.secrets, options));
  const speed = { options, hello: helloName, lines };
  const report: BenchReport = { startedAt, machine: describeMachine(), speed, cost };
  progress.say(`\n${renderReport(report)}\n`);
  writeReport(inProject("test-results", "bench.json"), report);
  return countProblems(report);
}
