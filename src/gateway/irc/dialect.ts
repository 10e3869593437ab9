import type { IrcNetworkConfig } from "#contracts/gateway";
import { makePace } from "#gateway/irc/pace";
import { makeSlidingPace } from "#gateway/irc/sliding-pace";

/** The edge waits 5 s for the answer to a send. */
const maxWaitMs = 4000;
const forEver = { maxWaitMs: Number.POSITIVE_INFINITY };
/** What the way to Twitch may stretch or squeeze. */
const slackMs = 500;

/** Where Twitch's chat differs from everybody else's, and what it bears. One for all connections of a network. */
export interface Dialect {
  /** More than this take another connection. */
  maxChannels: number;
  /** One JOIN for many channels, or one each. */
  joinsTogether: boolean;
  /** Our own PING and how long its answer may take; absent: the library's. */
  keepalive?: { everyMs: number; answerMs: number };
  /** What the library would say, as this server wants it; undefined says nothing. */
  outgoing(line: string): string | undefined;
  /** Waiting times for lines of one message; undefined when it would take too long. */
  bookLines(count: number, isModerator: boolean): number[] | undefined;
  /** Waiting time of the next JOIN, and of the next login. */
  bookJoin(): number;
  bookLogin(): number;
  /** A line of words as it may leave. */
  neutralise(line: string): string;
}

export function makeDialect(config: IrcNetworkConfig, now: () => number): Dialect {
  return config.flavour === "twitch" ? makeTwitch(now) : makePlain(config, now);
}

function makePlain({ burstLines, linesPerSecond }: IrcNetworkConfig, now: () => number): Dialect {
  const pace = makePace({ burst: burstLines, perSecond: linesPerSecond, maxWaitMs, now });
  return {
    maxChannels: Number.POSITIVE_INFINITY,
    joinsTogether: true,
    outgoing: (line) => line,
    bookLines: (count) => pace.book(count),
    bookJoin: () => 0,
    bookLogin: () => 0,
    neutralise: (line) => line,
  };
}

/** Asked for outright: Twitch knows no `CAP END`, and nobody's SASL. */
const twitchCapabilities = "CAP REQ :twitch.tv/tags twitch.tv/commands twitch.tv/membership";
/** Twitch reads `/ban` and `.ban` at the start of a line as orders. */
const guard = "» ";

/** Limits: dev.twitch.tv/docs/chat (20 logins and 20 JOINs in 10 s; 20 lines in 30 s, 100 as moderator). */
function makeTwitch(now: () => number): Dialect {
  const windowMs = 10_000 + slackMs;
  const joins = makeSlidingPace({ windowMs, now });
  const logins = makeSlidingPace({ windowMs, now });
  const words = makeSlidingPace({ windowMs: 30_000 + slackMs, now });
  const next = (pace: typeof joins) => pace.book(1, { limit: 20, ...forEver })?.[0] ?? 0;
  return {
    maxChannels: 50,
    joinsTogether: false,
    keepalive: { everyMs: 60_000, answerMs: 10_000 },
    outgoing(line) {
      if (/^CAP LS\b/i.test(line)) return twitchCapabilities;
      return /^(?:CAP END|USER)\b/i.test(line) ? undefined : line;
    },
    bookLines: (count, isModerator) => words.book(count, { limit: isModerator ? 100 : 20, maxWaitMs }),
    bookJoin: () => next(joins),
    bookLogin: () => next(logins),
    neutralise: (line) => line.replace(/^(PRIVMSG \S+ :)(?=\s*[/.])/, `$1${guard}`),
  };
}

/** Twitch takes its token with a word before it. */
export function passwordOf({ flavour, password }: IrcNetworkConfig): { password?: string } {
  if (password === undefined) return {};
  return { password: flavour === "twitch" ? `oauth:${password.replace(/^oauth:/, "")}` : password };
}
