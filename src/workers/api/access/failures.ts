import type { Context } from "hono";
import { addressHash } from "#workers/api/access/caller";
import { askLimiter } from "#workers/api/access/limit";
import type { ApiBindings } from "#workers/api/bindings";

/** Wrong keys a minute from one address before it has to wait (threats row 17). */
const failuresPerMinute = 5;
const check = { name: "wrong-key", windows: [{ limit: failuresPerMinute, windowMs: 60_000 }] };

/** Addresses this isolate knows to be waiting, and until when. */
const waiting = new Map<string, number>();

/** Counts a wrong credential. Gives how long the address has to wait, 0 when it may try again. */
export async function countFailure(c: Context<ApiBindings>): Promise<number> {
  const address = await addressHash(c);
  if (address === undefined) return 0;
  const answer = await askLimiter(c.env, `address:${address}`, [check]);
  if (!answer || answer.isAllowed) return 0;
  if (waiting.size > 10_000) waiting.clear();
  waiting.set(address, Date.now() + answer.retryAfterMs);
  return answer.retryAfterMs;
}

/** How long this address still has to wait, as far as this isolate knows. */
export async function stillWaiting(c: Context<ApiBindings>): Promise<number> {
  if (waiting.size === 0) return 0;
  const until = waiting.get((await addressHash(c)) ?? "") ?? 0;
  return Math.max(0, until - Date.now());
}
