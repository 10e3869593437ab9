import { type Child, startChild } from "#test/bench/child";
import { cpuSeconds } from "#test/bench/cpu-time";
import { type LoadDone, type LoadJob, loadReport } from "#test/bench/load-job";
import { median, ratio } from "#test/bench/statistics";

/** Who is asked, and what they must answer. */
export interface Target {
  name: string;
  kind: LoadJob["kind"];
  url: string;
  expected: string;
  channels: readonly string[];
  pid: () => number | undefined;
  /** The name of the target that does the same from memory. */
  peer?: string;
}

export interface SpeedOptions {
  repetitions: number;
  count: number;
  warmUp: number;
  connections: number;
}

/** One repetition of one target. */
export interface Round {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** The server's own, for 1,000 requests. */
  cpuSecondsPer1000: number;
  failures: number;
  firstFailure?: string | undefined;
}

export interface SpeedLine extends Omit<Round, "firstFailure"> {
  name: string;
  peer?: string;
  rounds: Round[];
}

/**
 * Asks all targets in turn, again for each repetition and each time beginning with the next one, so that a slow
 * minute of the machine falls on everyone. A line's numbers are the medians of its repetitions.
 */
export async function measureSpeed(
  targets: readonly Target[],
  secrets: LoadJob["secrets"],
  options: SpeedOptions,
): Promise<SpeedLine[]> {
  const generator = startChild("load-process.ts");
  const rounds = new Map<Target, Round[]>(targets.map((target) => [target, []]));
  try {
    for (let repetition = 0; repetition < options.repetitions; repetition++) {
      for (const [place] of targets.entries()) {
        const target = targets[(place + repetition) % targets.length];
        if (!target) continue;
        const run = String(Date.now() % 10_000_000_000);
        rounds.get(target)?.push(await measureOnce(generator, target, { secrets, run, ...options }));
      }
    }
  } finally {
    await generator.close();
  }
  return [...rounds].map(([target, all]) => summariseRounds(target, all));
}

type JobFacts = Pick<LoadJob, "secrets" | "run" | "count" | "warmUp" | "connections">;

async function measureOnce(generator: Child, target: Target, facts: JobFacts): Promise<Round> {
  const { kind, url, expected, channels } = target;
  const { secrets, run, count, warmUp, connections } = facts;
  const job: LoadJob = {
    kind,
    url,
    expected,
    channels: [...channels],
    secrets,
    run,
    count,
    warmUp,
    connections,
  };
  const ready = generator.next();
  generator.send(job);
  loadReport.parse(await ready);
  const before = cpuSeconds(target.pid());
  const done = generator.next();
  generator.send({ type: "go" });
  const result = requireDone(await done);
  const used = cpuSeconds(target.pid()) - before;
  const { perSecond, p50Ms, p99Ms, failures, firstFailure } = result;
  return { perSecond, p50Ms, p99Ms, failures, firstFailure, cpuSecondsPer1000: (used / count) * 1000 };
}

function requireDone(message: unknown): LoadDone {
  const report = loadReport.parse(message);
  if (report.type !== "done") throw new Error("the load generator told the wrong thing");
  return report;
}

/** A line's numbers are the medians of its repetitions. */
export function summariseRounds({ name, peer }: Pick<Target, "name" | "peer">, rounds: Round[]): SpeedLine {
  const middle = (pick: (round: Round) => number) => median(rounds.map(pick));
  return {
    name,
    ...(peer === undefined ? {} : { peer }),
    perSecond: middle((round) => round.perSecond),
    p50Ms: middle((round) => round.p50Ms),
    p99Ms: middle((round) => round.p99Ms),
    cpuSecondsPer1000: middle((round) => round.cpuSecondsPer1000),
    failures: rounds.reduce((sum, round) => sum + round.failures, 0),
    rounds,
  };
}

export interface SpeedRatios {
  /** Throughput, as a share of the bare Worker's. */
  throughputOfHello: number;
  /** Throughput, as a share of the in-memory peer's. */
  throughputOfPeer: number;
  /** Times the in-memory peer's p50: below 1 is faster. */
  p50OfPeer: number;
}

/** Numbers that mean something on another machine too. `hello` is the name of the bare Worker's line. */
export function ratiosOf(line: SpeedLine, lines: readonly SpeedLine[], hello: string): SpeedRatios {
  const find = (name: string | undefined) => lines.find((other) => other.name === name);
  return {
    throughputOfHello: ratio(line.perSecond, find(hello)?.perSecond),
    throughputOfPeer: ratio(line.perSecond, find(line.peer)?.perSecond),
    p50OfPeer: ratio(line.p50Ms, find(line.peer)?.p50Ms),
  };
}
