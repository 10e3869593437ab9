import type { Context } from "hono";
import { sha256Hex } from "#lib/sha256";
import type { WindowLimit } from "#lib/sliding-window";
import { addressHash } from "#workers/api/access/caller";
import { askLimiter } from "#workers/api/access/limit";
import type { ApiBindings } from "#workers/api/bindings";
import { failure } from "#workers/shared/envelope";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const within = (perMinute: number, perHour: number): WindowLimit[] => [
  { limit: perMinute, windowMs: minuteMs },
  { limit: perHour, windowMs: hourMs },
];

type Refused = ReturnType<typeof refused>;

interface Guess {
  /** `login`, `totp`: what is guessed at. */
  what: string;
  /** Whose it is: a mail address or a person's id. */
  whose: string;
  /** A browser that was signed in to this account before; it has a count of its own. */
  knownBrowser?: string | undefined;
}

/**
 * Counts one guess before it is looked at; the refusal, when it is one too many. Five a minute from one address at one account
 * (HUB-2), and an hour's worth from everywhere: ten at a second factor, whose codes are short and whose guesser has the password. A stranger who uses the account's share up does not lock its owner out: a browser
 * that was signed in before is counted apart, and the way over the mail stays open. Closed while nobody counts.
 */
export async function countGuess(
  c: Context<ApiBindings>,
  { what, whose, knownBrowser }: Guess,
): Promise<Refused | undefined> {
  const address = (await addressHash(c)) ?? "here";
  const account = (await sha256Hex(`${what}|${whose}`)).slice(0, 32);
  const buckets: [string, WindowLimit[]][] =
    knownBrowser === undefined
      ? [
          [`guess:${account}:${address}`, within(5, 20)],
          [`guess:${account}`, what === "totp" ? within(5, 10) : within(30, 60)],
        ]
      : [[`guess:${account}:known:${(await sha256Hex(knownBrowser)).slice(0, 32)}`, within(5, 20)]];
  if (address !== "here") buckets.push([`guesses:${address}`, within(30, 200)]);
  return countAll(c, what, buckets);
}

/** One more mail to an address somebody typed: a house must not be made to flood a mailbox. */
export async function countMail(c: Context<ApiBindings>, email: string): Promise<Refused | undefined> {
  const address = await addressHash(c);
  const buckets: [string, WindowLimit[]][] = [
    [`mail:${(await sha256Hex(email)).slice(0, 32)}`, within(3, 6)],
    ...(address === undefined
      ? []
      : [[`mails:${address}`, within(10, 40)] satisfies [string, WindowLimit[]]]),
  ];
  return countAll(c, "mail", buckets);
}

async function countAll(
  c: Context<ApiBindings>,
  name: string,
  buckets: readonly [string, WindowLimit[]][],
): Promise<Refused | undefined> {
  for (const [bucket, windows] of buckets) {
    const answer = await askLimiter(c.env, bucket, [{ name, windows }]);
    if (!answer) {
      c.header("retry-after", "5");
      return refused(c, 503, "The limits cannot be checked at the moment. Try again in a few seconds.");
    }
    if (answer.isAllowed) continue;
    const seconds = Math.ceil(answer.retryAfterMs / 1000);
    c.header("retry-after", String(seconds));
    return refused(c, 429, `That was tried too often. Try again in ${seconds} s.`);
  }
  return undefined;
}

function refused(c: Context<ApiBindings>, status: 429 | 503, message: string) {
  return failure(c, status, message);
}
