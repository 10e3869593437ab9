import { Client } from "irc-framework";
import type { IrcNetworkConfig } from "#contracts/gateway";
import type { Backoff } from "#gateway/backoff";
import { backoffMs } from "#gateway/backoff";
import { type IrcChannels, listLines, makeIrcChannels } from "#gateway/irc/channels";
import type { ConnectionState } from "#gateway/irc/connection-state";
import { type Dialect, passwordOf } from "#gateway/irc/dialect";
import { makeGuardedTransport } from "#gateway/irc/guarded-transport";
import { makeJoiner } from "#gateway/irc/joiner";
import { type Keepalive, makeKeepalive } from "#gateway/irc/keepalive";
import type { Listening } from "#gateway/irc/listening";
import { makeMouth, type SayResult } from "#gateway/irc/mouth";
import { byteLength, foldCase, isIrcChannel } from "#lib/irc-line";
import { type IrcMessage, parseIrcLine } from "#lib/irc-message";
import type { Log } from "#lib/log";

export interface IrcConnection {
  setChannels(channels: readonly string[]): void;
  /** `onStart` is called right before the first line leaves, and only then. */
  say(channel: string, text: string, onStart: () => void): Promise<SayResult>;
  state(): ConnectionState;
  close(): Promise<void>;
}

export interface IrcConnectionOptions {
  config: IrcNetworkConfig;
  dialect: Dialect;
  /** A line somebody else said in a channel, as it came. */
  onLine: (channel: string, raw: string) => void;
  /** Instead of connecting again. */
  onLost?: () => void;
  listening?: Listening;
  onMissed?: (gap: { from: number; to: number }) => void;
  log: Log;
  backoff: Backoff;
  now: () => number;
  random: () => number;
}

const registrationMs = 20_000;
const heldMs = 30_000;
/** Kicked, banned or invite-only: asked again this often. */
const rejoinMs = 30_000;
/** Twitch has no number for it. */
const badLogin = /^(?:Login authentication failed|Improperly formatted auth|Invalid NICK)/;

/**
 * One connection to one network. The library gives up after three attempts and does not retry a connection that
 * never worked, so reconnecting is done here, for ever.
 */
export function startIrcConnection(options: IrcConnectionOptions): IrcConnection {
  return new Connection(options);
}

class Connection implements IrcConnection {
  #options: IrcConnectionOptions;
  #client: Client;
  #channels: IrcChannels = makeIrcChannels();
  #keepalive: Keepalive | undefined;
  #isRegistered = false;
  #isLoggedIn = false;
  #isClosing = false;
  /** The server asked for a new connection: no failure, and no reason to wait. */
  #isExpected = false;
  #registeredAt = 0;
  #failedAttempts = 0;
  #problem: string | undefined;
  #sourceBytes: number | undefined;
  #moderated = new Set<string>();
  #joiner: ReturnType<typeof makeJoiner>;
  #retryTimer: NodeJS.Timeout | undefined;
  #registrationTimer: NodeJS.Timeout | undefined;
  #rejoinTimer: NodeJS.Timeout;
  #mouth: ReturnType<typeof makeMouth>;

  constructor(options: IrcConnectionOptions) {
    this.#options = options;
    const { config, dialect } = options;
    this.#client = new Client({
      host: config.host,
      port: config.port,
      tls: config.tls,
      rejectUnauthorized: true,
      nick: config.nick,
      username: "waddlebot",
      gecos: "WaddleBot",
      ...passwordOf(config),
      account: config.sasl ?? {},
      sasl_disconnect_on_fail: true,
      auto_reconnect: false,
      ping_interval: dialect.keepalive ? 0 : 15,
      ping_timeout: 40,
      version: null,
      transport: makeGuardedTransport({
        mayEndNegotiation: () => !config.sasl || this.#isLoggedIn,
        outgoing: dialect.outgoing,
        ca: config.ca,
        isPublicOnly: config.isPublicOnly,
      }),
    });
    if (dialect.keepalive) {
      this.#keepalive = makeKeepalive({
        ...dialect.keepalive,
        ping: () => void this.#client.connection.write(`PING :${options.now()}`),
        onSilence: () => this.#drop(),
      });
    }
    this.#mouth = makeMouth({
      dialect,
      maxLines: config.burstLines,
      maySpeakIn: (channel) => this.#isRegistered && this.#channels.has(channel),
      write: (line, done) => this.#client.connection.write(line, done),
      now: options.now,
    });
    this.#joiner = makeJoiner({
      channels: this.#channels,
      dialect,
      write: (line) => void this.#client.connection.write(line),
    });
    this.#listen();
    this.#rejoinTimer = setInterval(() => this.#joinMissing(), rejoinMs);
    this.#connectIn(dialect.bookLogin());
  }

  setChannels(names: readonly string[]): void {
    const { part } = this.#channels.assign(names.filter(isIrcChannel));
    if (this.#isRegistered) for (const line of listLines("PART", part)) this.#client.connection.write(line);
    this.#joinMissing();
  }

  say(channel: string, text: string, onStart: () => void): Promise<SayResult> {
    return this.#mouth.say({
      channel,
      text,
      onStart,
      isModerator: this.#moderated.has(channel),
      sourceBytes: this.#sourceBytes,
    });
  }

  state(): ConnectionState {
    return {
      isConnected: this.#isRegistered,
      ...this.#channels.counts(),
      failedAttempts: this.#failedAttempts,
      reason: this.#problem,
    };
  }

  close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retryTimer);
    clearInterval(this.#rejoinTimer);
    return new Promise((resolve) => {
      // A server that does not answer QUIT is left after a second.
      const giveUp = setTimeout(() => this.#drop(), 1000);
      const done = () => {
        clearTimeout(giveUp);
        resolve();
      };
      if (!this.#isRegistered) {
        this.#drop();
        return done();
      }
      this.#client.on("socket close", done);
      this.#client.quit("bye");
    });
  }

  #listen(): void {
    const { config, random } = this.#options;
    this.#client.on("registered", () => this.#onRegistered());
    this.#client.on("raw", ({ line, from_server: isIncoming }) => {
      const message = isIncoming ? parseIrcLine(line) : undefined;
      if (message) this.#onMessage(message, line.replace(/[\r\n]+$/, ""));
    });
    this.#client.on("sasl failed", ({ reason }) => this.#report("irc.login", "FAILURE", { reason }));
    this.#client.on("nick in use", () =>
      this.#client.changeNick(`${config.nick.slice(0, 20)}${Math.floor(random() * 1000)}`),
    );
    this.#client.on("socket close", (error) => this.#onClosed(error));
  }

  #onRegistered(): void {
    if (this.#options.config.sasl && !this.#isLoggedIn) return;
    clearTimeout(this.#registrationTimer);
    this.#isRegistered = true;
    this.#registeredAt = this.#options.now();
    this.#keepalive?.start();
    this.#report("irc.connect", "SUCCESS");
    this.#joinMissing();
  }

  #onMessage(message: IrcMessage, raw: string): void {
    const { config, onLine } = this.#options;
    const { command, source, params } = message;
    if (command === "900" || command === "903") this.#isLoggedIn = true;
    // A server that knows no capabilities registers us at once, without a login: not with SASL configured.
    if (command === "001" && config.sasl && !this.#isLoggedIn) return this.#drop();
    // Nine letters is all some servers take: without a word the operator would search long.
    if (command === "432") this.#report("irc.login", "FAILURE", { reason: "the network refuses the nick" });
    if (command === "PONG") this.#keepalive?.answered();
    if (config.flavour === "twitch") this.#onTwitch(message);
    const ownNick = this.#client.user.nick;
    this.#channels.observe(message, ownNick);
    const isOurs = source !== undefined && foldCase(source.nick) === foldCase(ownNick);
    if (isOurs) this.#sourceBytes = byteLength(`:${source.full} `);
    this.#noteListening(isOurs && command === "JOIN");
    // Our own words are dropped here, because only here our nick is known; the edge never sees them.
    const [channel = ""] = params;
    if (command === "PRIVMSG" && isIrcChannel(channel) && !isOurs) onLine(foldCase(channel), raw);
  }

  #noteListening(isJoined: boolean): void {
    const { listening, now, onMissed } = this.#options;
    listening?.heard(now());
    const gap = isJoined ? listening?.joined(now()) : undefined;
    if (gap) onMissed?.(gap);
  }

  #onTwitch({ command, params: [target = "", text = ""], tags }: IrcMessage): void {
    if (command === "RECONNECT") {
      this.#isExpected = true;
      this.#drop();
    }
    if (command === "NOTICE" && !this.#isRegistered && badLogin.test(text)) {
      // A wrong token stays wrong: asking again and again only gets us locked out.
      this.#failedAttempts = Math.max(this.#failedAttempts, 30);
      this.#report("irc.login", "FAILURE", { reason: "Twitch refused the token" });
      this.#drop();
    }
    if (command !== "USERSTATE") return;
    const isModerator = tags.get("mod") === "1" || /(?:^|,)broadcaster\//.test(tags.get("badges") ?? "");
    if (isModerator) this.#moderated.add(foldCase(target));
    else this.#moderated.delete(foldCase(target));
  }

  #onClosed(error: Error | false): void {
    const { now, random, backoff, dialect, onLost } = this.#options;
    clearTimeout(this.#registrationTimer);
    this.#keepalive?.stop();
    // Some networks let in first and throw out then: only a connection that held starts the back-off anew.
    if (this.#isRegistered && now() - this.#registeredAt > heldMs) this.#failedAttempts = 0;
    this.#options.listening?.lost();
    this.#isRegistered = false;
    this.#channels.clear();
    this.#moderated.clear();
    this.#joiner.stop();
    this.#mouth.lost();
    if (this.#isClosing) return;
    if (onLost) return onLost();
    const retryInMs = this.#isExpected
      ? Math.round(random() * backoff.baseMs)
      : backoffMs(this.#failedAttempts, backoff, random);
    if (!this.#isExpected) this.#failedAttempts += 1;
    const reason = this.#isExpected ? "asked to reconnect" : reasonOf(error);
    this.#isExpected = false;
    this.#report("irc.connect", "FAILURE", { reason, retryInMs });
    this.#connectIn(retryInMs + dialect.bookLogin());
  }

  #connectIn(ms: number): void {
    this.#retryTimer = setTimeout(() => {
      this.#isLoggedIn = false;
      // A connection that never answers would otherwise hang until the kernel gives up, minutes later.
      this.#registrationTimer = setTimeout(() => this.#drop(), registrationMs);
      this.#client.connect();
    }, ms);
  }

  #joinMissing(): void {
    if (this.#isRegistered) this.#joiner.joinMissing();
  }

  #drop(): void {
    this.#client.connection.end(undefined, true);
  }

  #report(
    action: string,
    result: "SUCCESS" | "FAILURE",
    details: { reason?: string; retryInMs?: number } = {},
  ) {
    this.#problem = details.reason;
    this.#options.log({
      level: result === "SUCCESS" ? "INFO" : "WARNING",
      category: "SYSTEM",
      action,
      result,
      details: { connection: this.#options.config.host, ...details },
    });
  }
}

function reasonOf(error: Error | false): string {
  return error ? error.message : "closed";
}
