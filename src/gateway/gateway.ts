import { randomUUID } from "node:crypto";
import { productVersion } from "#contracts/version";
import type { Backoff } from "#gateway/backoff";
import type { GatewayConfig } from "#gateway/config";
import type { GatewayHealth } from "#gateway/health-server";
import { startHealthServer } from "#gateway/health-server";
import type { IrcNetwork } from "#gateway/irc/network";
import { startIrcNetwork } from "#gateway/irc/network";
import type { LinkTimings } from "#gateway/link";
import { startLink } from "#gateway/link";
import { makeSaid } from "#gateway/said";
import { makeSpeaker } from "#gateway/speak";
import { makeSpool, openGatewayDatabase } from "#gateway/spool";
import type { Log } from "#lib/log";
import { makeLog } from "#lib/log";

export interface Gateway {
  /** Where /health, /healthz and /metrics are. */
  port: number;
  health(): GatewayHealth;
  /** Leaves IRC, hands over what is spooled, closes. Takes at most 5 s. */
  close(): Promise<void>;
}

export interface GatewayDeps {
  log?: Log;
  now?: () => number;
  random?: () => number;
  link?: Partial<LinkTimings>;
  ircBackoff?: Backoff;
}

const linkTimings: LinkTimings = {
  lingerMs: 20,
  acknowledgeMs: 15_000,
  pingMs: 10_000,
  backoff: { baseMs: 500, maxMs: 30_000 },
};
const flushMs = 2500;

/** The one long-running process: keeps sockets, forwards raw lines, says what it is told. It knows no domain. */
export async function startGateway(config: GatewayConfig, deps: GatewayDeps = {}): Promise<Gateway> {
  const { now = Date.now, random = Math.random } = deps;
  const log = deps.log ?? makeLog({ module: "gateway", version: productVersion });
  const database = openGatewayDatabase(config.spoolPath);
  const spool = makeSpool(database);
  const networks = new Map<string, IrcNetwork>();

  const link = startLink({
    ...config,
    spool,
    timings: { ...linkTimings, ...deps.link },
    onSend: makeSpeaker(networks, makeSaid(database, now)),
    onAssignment: (assigned) => assign(networks, assigned, log),
    onReplaced: () => assign(networks, [], log),
    log,
    now,
    random,
  });

  for (const network of config.networks) {
    const onLine = (raw: string) => {
      spool.store({ platform: "irc", connection: network.host, id: randomUUID(), receivedAt: now(), raw });
      link.wake();
    };
    const backoff = deps.ircBackoff ?? { baseMs: 1000, maxMs: 60_000 };
    networks.set(network.host, startIrcNetwork({ config: network, onLine, log, backoff, now, random }));
  }

  const health = (): GatewayHealth => ({
    link: link.health(),
    spool: spool.backlog(),
    networks: [...networks.values()].map((network) => network.health()),
  });

  async function close(): Promise<void> {
    await Promise.all([...networks.values()].map((network) => network.close()));
    await link.close(flushMs);
    database.close();
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

function assign(
  networks: ReadonlyMap<string, IrcNetwork>,
  assigned: readonly { connection: string; channels: readonly string[] }[],
  log: Log,
): void {
  const wanted = new Map(assigned.map(({ connection, channels }) => [connection, channels]));
  for (const [host, network] of networks) network.setChannels(wanted.get(host) ?? []);
  for (const connection of wanted.keys()) {
    if (networks.has(connection)) continue;
    const details = { connection, reason: "IRC_NETWORKS does not name it" };
    log({ level: "WARNING", category: "SYSTEM", action: "gateway.assign", result: "IGNORED", details });
  }
}
