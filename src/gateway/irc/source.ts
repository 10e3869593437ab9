import type { ConnectionAssignment, IrcNetworkConfig } from "#contracts/gateway";
import type { Backoff } from "#gateway/backoff";
import { forgetListening } from "#gateway/irc/listening";
import type { IrcNetwork } from "#gateway/irc/network";
import { startIrcNetwork } from "#gateway/irc/network";
import type { MakeSource, SentOutcome, SourceContext } from "#gateway/source";
import { foldCase, isIrcChannel } from "#lib/irc-line";

export interface IrcSourceOptions {
  /** From the environment; they win over those the edge names. */
  networks: readonly IrcNetworkConfig[];
  backoff?: Backoff;
}

interface Running {
  /** What it was started with, to see a change. */
  settings: string;
  network: IrcNetwork;
}

/** All IRC networks: those of the environment always, those of the hub's database as they are assigned. */
export function makeIrcSource({ networks: own, backoff }: IrcSourceOptions): MakeSource {
  return (context) => {
    const running = new Map<string, Running>();
    let assigned: readonly ConnectionAssignment[] = [];
    let isStarted = false;
    let offered: readonly IrcNetworkConfig[] = [];

    function settle(): void {
      if (!isStarted) return;
      const channelsOf = new Map(assigned.map(({ connection, channels }) => [connection, channels]));
      const configs = new Map([
        // A network nobody has a channel on needs no connection, unless the operator named it.
        ...offered.filter(({ host }) => channelsOf.has(host)).map((config) => [config.host, config] as const),
        ...own.map((config) => [config.host, config] as const),
      ]);
      for (const [host, { network, settings }] of running) {
        if (settings === JSON.stringify(configs.get(host))) continue;
        running.delete(host);
        if (!configs.has(host)) forgetListening(context.database, host);
        void network.close();
      }
      for (const [host, config] of configs) {
        const { network } = running.get(host) ?? startOne(config);
        network.setChannels(channelsOf.get(host) ?? []);
      }
      for (const connection of channelsOf.keys()) if (!configs.has(connection)) warn(context, connection);
    }

    function startOne(config: IrcNetworkConfig): Running {
      const network = startIrcNetwork({
        config,
        onLine: (heard) => context.forward({ connection: config.host, ...heard }),
        onMissed: (gap) => context.missed({ connection: config.host, ...gap }),
        database: context.database,
        log: context.log,
        backoff: backoff ?? { baseMs: 1000, maxMs: 60_000 },
        now: context.now,
        random: context.random,
      });
      const one = { settings: JSON.stringify(config), network };
      running.set(config.host, one);
      return one;
    }

    return {
      platform: "irc",
      start() {
        isStarted = true;
        settle();
      },
      setAssignment(connections, networks) {
        assigned = connections;
        offered = networks ?? offered;
        settle();
      },
      async say({ target, text }, onStart): Promise<SentOutcome> {
        if (target.kind !== "chat" || !isIrcChannel(target.channel))
          return { ok: false, code: "bad_request", message: "this is no channel the gateway could speak in" };
        const network = running.get(target.server ?? "")?.network;
        if (!network)
          return { ok: false, code: "unavailable", message: "the gateway is not on this network" };
        return outcomes[await network.say(foldCase(target.channel), text, onStart)];
      },
      health: () => [...running.values()].flatMap(({ network }) => network.health()),
      async close() {
        await Promise.all([...running.values()].map(({ network }) => network.close()));
      },
    };
  };
}

const outcomes: Record<"said" | "refused" | "unknown", SentOutcome> = {
  said: { ok: true, platformMessageIds: [] },
  refused: { ok: false, code: "unavailable", message: "the channel cannot be reached now" },
  unknown: { ok: false, code: "unknown", message: "the connection broke while it was being said" },
};

function warn({ log }: SourceContext, connection: string): void {
  const details = { connection, reason: "neither IRC_NETWORKS nor the hub's networks name it" };
  log({ level: "WARNING", category: "SYSTEM", action: "gateway.assign", result: "IGNORED", details });
}
