import { Client } from "irc-framework";
import type { Backoff } from "#gateway/backoff";
import { backoffMs } from "#gateway/backoff";
import type { IrcNetworkConfig } from "#gateway/config";
import { makeGuardedTransport } from "#gateway/irc/guarded-transport";
import { listLines, makeIrcChannels } from "#gateway/irc/channels";
import { makePace } from "#gateway/irc/pace";
import { byteLength, foldCase, isIrcChannel, privmsg } from "#lib/irc-line";
import { parseIrcLine } from "#lib/irc-message";
import type { Log } from "#lib/log";

/** `refused`: nothing left, try later. `unknown`: some or all of it may have been seen. */
export type SayResult = "said" | "refused" | "unknown";

export interface IrcNetworkHealth {
  connection: string;
  isConnected: boolean;
  assigned: number;
  joined: number;
  /** Attempts lost since a connection last held. */
  failedAttempts: number;
}

export interface IrcNetwork {
  readonly host: string;
  setChannels(channels: readonly string[]): void;
  /** `onStart` is called right before the first line leaves, and only then. */
  say(channel: string, text: string, onStart: () => void): Promise<SayResult>;
  health(): IrcNetworkHealth;
  close(): Promise<void>;
}

export interface IrcNetworkOptions {
  config: IrcNetworkConfig;
  /** A line somebody else said in a channel, as it came. */
  onLine: (raw: string) => void;
  log: Log;
  backoff: Backoff;
  now: () => number;
  random: () => number;
}

const registrationMs = 20_000;
const heldMs = 30_000;
/** Kicked, banned or invite-only: asked again this often. */
const rejoinMs = 30_000;
/** The edge waits 5 s for the answer to a send. */
const maxWaitMs = 4000;

/**
 * One connection to one network. The library gives up after three attempts and does not retry a connection that
 * never worked, so reconnecting is done here, for ever.
 */
export function startIrcNetwork({
  config,
  onLine,
  log,
  backoff,
  now,
  random,
}: IrcNetworkOptions): IrcNetwork {
  const channels = makeIrcChannels();
  const pace = makePace({ burst: config.burstLines, perSecond: config.linesPerSecond, maxWaitMs, now });
  let isRegistered = false;
  let registeredAt = 0;
  let isLoggedIn = false;
  let isClosing = false;
  let failedAttempts = 0;
  let sourceBytes: number | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let registrationTimer: NodeJS.Timeout | undefined;
  /** Told when the connection is gone: what was being said then has an unknown end. */
  const onLost = new Set<() => void>();

  const client = new Client({
    host: config.host,
    port: config.port,
    tls: config.tls,
    rejectUnauthorized: true,
    nick: config.nick,
    username: "waddlebot",
    gecos: "WaddleBot",
    ...(config.sasl && { account: config.sasl }),
    sasl_disconnect_on_fail: true,
    auto_reconnect: false,
    ping_interval: 15,
    ping_timeout: 40,
    version: null,
    transport: makeGuardedTransport(() => !config.sasl || isLoggedIn),
  });

  const report = (action: string, result: "SUCCESS" | "FAILURE", details: Record<string, unknown> = {}) =>
    log({
      level: result === "SUCCESS" ? "INFO" : "WARNING",
      category: "SYSTEM",
      action,
      result,
      details: { connection: config.host, ...details },
    });

  function connect(): void {
    isLoggedIn = false;
    // A connection that never answers would otherwise hang until the kernel gives up, minutes later.
    registrationTimer = setTimeout(() => client.connection.end(undefined, true), registrationMs);
    client.connect();
  }

  function joinMissing(): void {
    if (!isRegistered) return;
    for (const line of listLines("JOIN", channels.missing())) client.connection.write(line);
  }

  client.on("registered", () => {
    if (config.sasl && !isLoggedIn) return;
    clearTimeout(registrationTimer);
    isRegistered = true;
    registeredAt = now();
    report("irc.connect", "SUCCESS");
    joinMissing();
  });

  client.on("raw", ({ line, from_server: isIncoming }) => {
    const message = isIncoming ? parseIrcLine(line) : undefined;
    if (!message) return;
    if (message.command === "900" || message.command === "903") isLoggedIn = true;
    // A server that knows no capabilities registers us at once, without a login: not with SASL configured.
    if (message.command === "001" && config.sasl && !isLoggedIn)
      return client.connection.end(undefined, true);
    const ownNick = client.user.nick;
    channels.observe(message, ownNick);
    const isOurs = message.source !== undefined && foldCase(message.source.nick) === foldCase(ownNick);
    if (isOurs) sourceBytes = byteLength(`:${message.source?.full} `);
    // Our own words are dropped here, because only here our nick is known; the edge never sees them.
    const isChat = message.command === "PRIVMSG" && isIrcChannel(message.params[0] ?? "");
    if (isChat && !isOurs) onLine(line.replace(/[\r\n]+$/, ""));
  });

  client.on("sasl failed", ({ reason }) => report("irc.login", "FAILURE", { reason }));

  client.on("nick in use", () =>
    client.changeNick(`${config.nick.slice(0, 20)}${Math.floor(random() * 1000)}`),
  );

  client.on("socket close", (error) => {
    clearTimeout(registrationTimer);
    // Some networks let in first and throw out then: only a connection that held starts the back-off anew.
    if (isRegistered && now() - registeredAt > heldMs) failedAttempts = 0;
    isRegistered = false;
    channels.clear();
    for (const lost of onLost) lost();
    onLost.clear();
    if (isClosing) return;
    const waitMs = backoffMs(failedAttempts, backoff, random);
    failedAttempts += 1;
    report("irc.connect", "FAILURE", { reason: error ? error.message : "closed", retryInMs: waitMs });
    retryTimer = setTimeout(connect, waitMs);
  });

  const rejoinTimer = setInterval(joinMissing, rejoinMs);
  connect();

  /** One message after the other, so that two long ones do not mix. */
  let lane: Promise<unknown> = Promise.resolve();

  /** Resolves false when the connection went before the kernel had the line. */
  function write(line: string): Promise<boolean> {
    return new Promise((resolve) => {
      const lost = () => resolve(false);
      onLost.add(lost);
      const done = (error?: Error | null) => {
        onLost.delete(lost);
        resolve(!error && isRegistered);
      };
      client.connection.write(line, done);
    });
  }

  return {
    host: config.host,
    setChannels(names) {
      const { part } = channels.assign(names.filter(isIrcChannel));
      if (isRegistered) for (const line of listLines("PART", part)) client.connection.write(line);
      joinMissing();
    },
    async say(channel, text, onStart) {
      const lines = privmsg(channel, text, {
        ...(sourceBytes && { sourceBytes }),
        maxLines: config.burstLines,
      });
      const waits = isRegistered && channels.has(channel) ? pace.book(lines.length) : undefined;
      if (!waits) return "refused";
      const bookedAt = now();
      const spoken = lane.then(async (): Promise<SayResult> => {
        for (const [index, line] of lines.entries()) {
          const waitMs = (waits[index] ?? 0) - (now() - bookedAt);
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
          if (!isRegistered || !channels.has(channel)) return index === 0 ? "refused" : "unknown";
          if (index === 0) onStart();
          if (!(await write(line))) return "unknown";
        }
        return "said";
      });
      // Whoever asked hears of a failure; the next message must not.
      lane = spoken.catch(() => undefined);
      return spoken;
    },
    health: () => ({
      connection: config.host,
      isConnected: isRegistered,
      ...channels.counts(),
      failedAttempts,
    }),
    close() {
      isClosing = true;
      clearTimeout(retryTimer);
      clearInterval(rejoinTimer);
      return new Promise((resolve) => {
        // A server that does not answer QUIT is left after a second.
        const giveUp = setTimeout(() => client.connection.end(undefined, true), 1000);
        const done = () => {
          clearTimeout(giveUp);
          resolve();
        };
        if (!isRegistered) {
          client.connection.end(undefined, true);
          return done();
        }
        client.on("socket close", done);
        client.quit("bye");
      });
    },
  };
}
