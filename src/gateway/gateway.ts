import { randomUUID } from "node:crypto";
import type { GatewayAssignment } from "#contracts/gateway";
import { maxRawLength } from "#contracts/gateway";
import { productVersion } from "#contracts/version";
import type { Backoff } from "#gateway/backoff";
import type { GatewayConfig } from "#gateway/config";
import { callOut } from "#gateway/egress";
import type { GatewayHealth } from "#gateway/health-server";
import { startHealthServer } from "#gateway/health-server";
import { makeLeases } from "#gateway/leases";
import type { LinkTimings } from "#gateway/link";
import { startLink } from "#gateway/link";
import { openLogFile } from "#gateway/log-file";
import { reportsOf } from "#gateway/reports";
import { makeSaid } from "#gateway/said";
import type { Heard, MakeSource, Missed } from "#gateway/source";
import { makeSources } from "#gateway/sources";
import { makeGatewaySpans } from "#gateway/spans";
import { makeSpeaker } from "#gateway/speak";
import { makeSpool, openGatewayDatabase } from "#gateway/spool";
import type { Log } from "#lib/log";
import { makeLog } from "#lib/log";
import { type TraceSinks, traceConfig, workerSinks } from "#lib/trace-export";

export interface Gateway {
  /** Where /health, /healthz and /metrics are. */
  port: number;
  health(): GatewayHealth;
  /** Leaves the platforms, hands over what is spooled, closes. Takes at most 5 s. */
  close(): Promise<void>;
}

export interface GatewayDeps {
  log?: Log;
  now?: () => number;
  random?: () => number;
  link?: Partial<LinkTimings>;
  ircBackoff?: Backoff;
  /** Instead of those the configuration names. */
  sources?: readonly MakeSource[];
  traceSinks?: TraceSinks;
}

const linkTimings: LinkTimings = {
  lingerMs: 20,
  acknowledgeMs: 15_000,
  pingMs: 10_000,
  backoff: { baseMs: 500, maxMs: 30_000 },
  replacedMs: 300_000,
};
const flushMs = 2500;

/** The one long-running process: keeps sockets, forwards what they hear, says what it is told. It knows no domain. */
export async function startGateway(config: GatewayConfig, deps: GatewayDeps = {}): Promise<Gateway> {
  const { now = Date.now, random = Math.random } = deps;
  const logFile = config.logFile === undefined ? undefined : openLogFile(config.logFile, { onProblem });
  const write = (line: string) => {
    console.log(line);
    logFile?.write(line);
  };
  const log = deps.log ?? makeLog({ module: "gateway", version: productVersion, write });
  // To standard output too: a full disk is where nobody reads of it.
  function onProblem(problem: string): void {
    log({
      level: "ERROR",
      category: "ERROR",
      action: "log.write",
      result: "FAILURE",
      details: { problem },
    });
  }
  const database = openGatewayDatabase(config.spoolPath);
  const spool = makeSpool(database, { limit: config.spoolFrames });
  const leases = makeLeases({ onEnded: leaveAll, monotonic: () => performance.now() });
  const dropped = { unheld: 0, tooLong: 0 };

  /** Only under a claim that holds: what two gateways hear at once would count twice. */
  const forwardFor =
    (platform: () => string) =>
    ({ connection, channel, id, raw }: Heard) => {
      const hold = leases.hold(platform(), connection, channel);
      if (!hold.isHeld) dropped.unheld += 1;
      else if (raw.length > maxRawLength) dropped.tooLong += 1;
      else {
        const { claim } = hold;
        const frame = { platform: platform(), connection, id: id ?? randomUUID(), receivedAt: now(), raw };
        spool.store({ ...frame, ...(claim && { claim }) });
        link.wake();
      }
      return hold.isHeld;
    };

  const missedFor =
    (platform: () => string) =>
    ({ connection, from, to }: Missed) => {
      const id = from === null ? randomUUID() : `gap:${platform()}:${connection}:${from}`;
      spool.store({ platform: platform(), connection, id, receivedAt: now(), raw: "", gap: { from, to } });
      link.wake();
    };

  const made = deps.sources ?? makeSources(config, { ...(deps.ircBackoff && { irc: deps.ircBackoff }) });
  const sources = new Map(
    made.map((make) => {
      // A source may not hear anything before it is started, and then it has its name.
      const [forward, missed] = [forwardFor(() => source.platform), missedFor(() => source.platform)];
      const source = make({ forward, missed, database, log, now, random });
      return [source.platform, source] as const;
    }),
  );

  function assign(
    { irc, others, networks, lease }: Omit<GatewayAssignment, "type">,
    isShared = lease !== undefined,
  ): boolean {
    const tookAway = leases.take(lease);
    for (const [platform, source] of sources)
      source.setAssignment(platform === "irc" ? irc : (others[platform] ?? []), networks, isShared);
    return tookAway;
  }

  function leaveAll(): void {
    const details = { reason: "the lease was not renewed in time" };
    log({ level: "WARNING", category: "SYSTEM", action: "gateway.lease", result: "FAILURE", details });
    for (const source of sources.values()) source.setAssignment([], undefined, true);
  }

  const spans = makeGatewaySpans({
    config: config.trace ?? traceConfig({}),
    sinks: deps.traceSinks ?? { ...workerSinks, print: write },
    now,
  });
  const speak = makeSpeaker({ sources, leases, said: makeSaid(database, now) });
  const link = startLink({
    ...config,
    spool,
    timings: { ...linkTimings, ...deps.link },
    platforms: [...sources.keys()],
    leases,
    connections: () => reportsOf([...sources.values()]),
    onSend: async (send) => {
      const startMs = now();
      const outcome = await speak(send);
      spans.said(send.message, outcome, startMs);
      return outcome;
    },
    onFetch: (request) => callOut(request, config.egress),
    onAssignment: assign,
    onAcknowledged: (frames) => {
      spans.handedOver(frames);
      for (const [platform, source] of sources)
        source.acknowledged?.(frames.filter((frame) => frame.platform === platform));
    },
    onReplaced: () => assign({ irc: [], others: {} }, true),
    log,
    now,
    random,
  });
  for (const source of sources.values()) source.start();

  const health = (): GatewayHealth => ({
    link: link.health(),
    spool: spool.backlog(),
    dropped,
    connections: [...sources.values()].flatMap((source) => source.health()),
  });

  async function close(): Promise<void> {
    await Promise.all([...sources.values()].map((source) => source.close()));
    await link.close(flushMs);
    leases.close();
    await spans.close();
    database.close();
    await logFile?.close();
  }

  try {
    const server = await startHealthServer(config, health);
    return { port: server.port, health, close: () => server.close().then(close) };
  } catch (error) {
    // A taken port: nothing half-started may stay behind.
    await close();
    throw error;
  }
}
