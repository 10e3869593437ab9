import type { DatabaseSync } from "node:sqlite";
import type { IrcNetworkConfig } from "#contracts/gateway";
import type { Backoff } from "#gateway/backoff";
import { type IrcConnection, startIrcConnection } from "#gateway/irc/connection";
import { type Dialect, makeDialect } from "#gateway/irc/dialect";
import { makeListening } from "#gateway/irc/listening";
import type { SayResult } from "#gateway/irc/mouth";
import { type PollTimings, startPolledNetwork } from "#gateway/irc/poll";
import type { ConnectionHealth } from "#gateway/source";
import { foldCase } from "#lib/irc-line";
import type { Log } from "#lib/log";

export interface IrcNetwork {
  readonly host: string;
  setChannels(channels: readonly string[]): void;
  /** `onStart` is called right before the first line leaves, and only then. */
  say(channel: string, text: string, onStart: () => void): Promise<SayResult>;
  health(): ConnectionHealth;
  close(): Promise<void>;
}

/** A line somebody else said in a channel. `id` where it may come more than once and must count once. */
export interface IrcHeard {
  channel: string;
  raw: string;
  id?: string;
}

export interface IrcNetworkOptions {
  config: IrcNetworkConfig;
  onLine: (heard: IrcHeard) => void;
  /** A time nobody listened: a connection was lost, or the process. */
  onMissed?: (gap: { from: number; to: number }) => void;
  /** Remembers what a polled network said before. */
  database: DatabaseSync;
  log: Log;
  backoff: Backoff;
  now: () => number;
  random: () => number;
  poll?: PollTimings;
  /** Instead of what the flavour says. */
  dialect?: Dialect;
}

/** One network: always on or visited, on as many connections as its channels need. */
export function startIrcNetwork(options: IrcNetworkOptions): IrcNetwork {
  const dialect = options.dialect ?? makeDialect(options.config, options.now);
  if (options.config.pollSeconds !== undefined) return startPolledNetwork({ ...options, dialect });
  return startSteadyNetwork({ ...options, dialect });
}

interface Shard {
  connection: IrcConnection;
  channels: Set<string>;
}

function startSteadyNetwork(options: IrcNetworkOptions & { dialect: Dialect }): IrcNetwork {
  const { config, database, dialect, onLine } = options;
  const start = (isFirst: boolean): Shard => ({
    connection: startIrcConnection({
      ...options,
      onLine: (channel, raw) => onLine({ channel, raw }),
      listening: makeListening(isFirst ? database : undefined, config.host),
    }),
    channels: new Set(),
  });
  let shards: Shard[] = [start(true)];
  const shardOf = (channel: string) => shards.find(({ channels }) => channels.has(channel));

  /** A channel stays where it is; a new one goes where there is room. */
  function place(channel: string): void {
    const roomy = shards.find(({ channels }) => channels.size < dialect.maxChannels);
    const shard = roomy ?? start(false);
    if (!roomy) shards.push(shard);
    shard.channels.add(channel);
  }

  return {
    host: config.host,
    setChannels(names) {
      const wanted = new Set(names.map(foldCase));
      for (const { channels } of shards)
        for (const channel of channels) if (!wanted.has(channel)) channels.delete(channel);
      for (const channel of wanted) if (!shardOf(channel)) place(channel);
      // The first stays even without channels: the network is watched.
      const idle = shards.filter(({ channels }, index) => index > 0 && channels.size === 0);
      for (const { connection } of idle) void connection.close();
      shards = shards.filter((shard) => !idle.includes(shard));
      for (const { connection, channels } of shards) connection.setChannels([...channels]);
    },
    async say(channel, text, onStart) {
      return (
        (await shardOf(foldCase(channel))?.connection.say(foldCase(channel), text, onStart)) ?? "refused"
      );
    },
    health() {
      const states = shards.map(({ connection }) => connection.state());
      const reason = states.find((state) => state.reason !== undefined)?.reason;
      const sum = (pick: (state: (typeof states)[number]) => number) =>
        states.reduce((total, state) => total + pick(state), 0);
      return {
        platform: "irc",
        connection: config.host,
        isConnected: states.every(({ isConnected }) => isConnected),
        assigned: sum(({ assigned }) => assigned),
        joined: sum(({ joined }) => joined),
        failedAttempts: Math.max(...states.map(({ failedAttempts }) => failedAttempts)),
        ...(reason !== undefined && { reason }),
        numbers: { connections: shards.length },
      };
    },
    async close() {
      await Promise.all(shards.map(({ connection }) => connection.close()));
    },
  };
}
