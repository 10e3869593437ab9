/** What an attempt came to; the shape of an outcome, without knowing the house's codes. */
export interface Attempted {
  ok: boolean;
  code?: string;
  /** When the other side says it would answer again. */
  retryAfterMs?: number;
}

export interface RetryOptions {
  sleep: (ms: number) => Promise<void>;
  /** The waits before the second, third and fourth attempt (10-router §1.1). */
  waitsMs?: readonly number[];
  /** A longer wait than this is nobody's to wait for: the refusal is handed on as it is. */
  maxWaitMs?: number;
  /** Asked before each wait; false ends it. For budgets and breakers. */
  mayWait?: (ms: number) => boolean;
}

/** `attempts` counts the first try too, `retryCount` does not. */
export interface Retried<T> {
  result: T;
  attempts: number;
  retryCount: number;
}

/** Time-out, 429 and network: only these may pass by themselves. */
const transientCodes: ReadonlySet<string | undefined> = new Set(["timeout", "rate_limited", "unavailable"]);

/** Before the second, third and fourth attempt (90-decisions C-22). */
export const retryWaitsMs: readonly number[] = [1000, 2000, 4000];

/**
 * One try and three more after 1, 2 and 4 s, for refusals that may pass (RTR-9). A `Retry-After` longer than our own
 * wait is honoured. The attempts are the same call: whoever passes one in gives it one idempotency key.
 */
export async function retry<T extends Attempted>(
  attempt: (number: number) => Promise<T>,
  { sleep, waitsMs = retryWaitsMs, maxWaitMs = 60_000, mayWait = () => true }: RetryOptions,
): Promise<Retried<T>> {
  let result = await attempt(1);
  let retryCount = 0;
  for (const waitMs of waitsMs) {
    if (!isTransient(result)) break;
    const dueMs = Math.max(waitMs, result.retryAfterMs ?? 0);
    if (dueMs > maxWaitMs || !mayWait(dueMs)) break;
    await sleep(dueMs);
    retryCount++;
    result = await attempt(retryCount + 1);
  }
  return { result, attempts: retryCount + 1, retryCount };
}

/** Whether the same call may succeed later without anyone changing anything. */
export function isTransient({ ok, code }: Attempted): boolean {
  return !ok && transientCodes.has(code);
}

/** `Retry-After` as milliseconds from `now`: seconds or an HTTP date; undefined when it is neither. */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^\d{1,9}(\.\d{1,3})?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  const at = /^[A-Za-z]{3},/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
