import { type IrcConnection, startIrcConnection } from "#gateway/irc/connection";
import type { Dialect } from "#gateway/irc/dialect";
import type { IrcNetwork, IrcNetworkOptions } from "#gateway/irc/network";
import { makePolledLines } from "#gateway/irc/polled-lines";
import { CircuitBreaker } from "#lib/circuit-breaker";
import { foldCase } from "#lib/irc-line";

export interface PollTimings {
  everyMs: number;
  /** Until every channel is joined; else the run failed. */
  joinMs: number;
  /** A run ends when nothing was heard or said for this long, and after `stayMs` at the latest. */
  quietMs: number;
  stayMs: number;
}

/** So many failed runs in a row, and the next one is skipped (IRC-4). */
const failuresUntilSkip = 5;

type RunResult = "success" | "failure" | "neutral";

/**
 * A network whose channels must not be joined all the time: connect, join, read what was said since the last visit where
 * the server plays it back, stay a moment for replies, leave.
 */
export function startPolledNetwork(options: IrcNetworkOptions & { dialect: Dialect }): IrcNetwork {
  const { config, database, now, log, onLine } = options;
  const everyMs = (config.pollSeconds ?? 60) * 1000;
  const timings = options.poll ?? { everyMs, joinMs: 20_000, quietMs: 5000, stayMs: 60_000 };
  const lines = makePolledLines(database, config.host, now);
  // Open for more than one interval and less than two: exactly one run is skipped before the next trial.
  const breaker = new CircuitBreaker({
    now,
    failureThreshold: failuresUntilSkip,
    successThreshold: 1,
    openMs: timings.everyMs * 1.5,
  });
  const numbers = { runs_total: 0, failed_runs_total: 0, skipped_runs_total: 0 };
  let failedAttempts = 0;
  let channels: string[] = [];
  let current: IrcConnection | undefined;
  let heardAt = 0;
  let isClosing = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<RunResult> {
    const lost = Promise.withResolvers<"lost">();
    const connection = startIrcConnection({
      ...options,
      onLine(channel, raw) {
        const line = lines.take(channel, raw);
        if (!line) return;
        heardAt = performance.now();
        onLine({ channel, ...line });
      },
      onLost: () => lost.resolve("lost"),
    });
    current = connection;
    for (const channel of channels) lines.visit(channel);
    connection.setChannels(channels);
    const areJoined = () =>
      connection.state().joined >= connection.state().assigned && connection.state().isConnected;
    const startedAt = performance.now();
    heardAt = startedAt;
    const ends = (isOver: () => boolean) =>
      Promise.race([lost.promise, untilTrue(() => isClosing || isOver())]);
    try {
      const joining = await ends(() => areJoined() || performance.now() - startedAt > timings.joinMs);
      if (isClosing) return "neutral";
      if (joining === "lost" || !areJoined()) return "failure";
      heardAt = performance.now();
      const staying = await ends(
        () => performance.now() - heardAt > timings.quietMs || performance.now() - startedAt > timings.stayMs,
      );
      return staying === "lost" ? "failure" : "success";
    } finally {
      current = undefined;
      await connection.close();
    }
  }

  async function turn(): Promise<void> {
    if (channels.length === 0) return;
    const admission = breaker.admit();
    if (!admission.isAdmitted) {
      numbers.skipped_runs_total += 1;
      report("IGNORED");
      return;
    }
    const result = await run();
    breaker.report(admission.era, result);
    numbers.runs_total += 1;
    if (result === "success") failedAttempts = 0;
    if (result !== "failure") return;
    failedAttempts += 1;
    numbers.failed_runs_total += 1;
    report("FAILURE");
  }

  function report(result: "IGNORED" | "FAILURE"): void {
    const details = { connection: config.host, failedRuns: failedAttempts, circuit: breaker.state };
    log({ level: "WARNING", category: "SYSTEM", action: "irc.poll", result, details });
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => {
      const startedAt = performance.now();
      running = turn().finally(() => {
        if (!isClosing) schedule(Math.max(0, timings.everyMs - (performance.now() - startedAt)));
      });
    }, ms);
  }
  schedule(0);

  return {
    host: config.host,
    setChannels(names) {
      const isFirst = channels.length === 0;
      channels = names.map(foldCase);
      current?.setChannels(channels);
      if (!isFirst || channels.length === 0 || current) return;
      clearTimeout(timer);
      schedule(0);
    },
    async say(channel, text, onStart) {
      heardAt = performance.now();
      return (await current?.say(foldCase(channel), text, onStart)) ?? "refused";
    },
    health: () => ({
      platform: "irc",
      connection: config.host,
      // A network that is away between two visits is as it should be.
      isConnected: breaker.state === "CLOSED",
      assigned: channels.length,
      joined: current?.state().joined ?? 0,
      failedAttempts,
      numbers: { ...numbers, circuit: breaker.metrics().stateValue },
    }),
    async close() {
      isClosing = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function untilTrue(isTrue: () => boolean): Promise<"over"> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 50));
  return "over";
}
