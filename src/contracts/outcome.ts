/**
 * What a call that may be refused returns. It crosses every RPC border as a value:
 * over RPC an error's class does not survive, and an expected refusal is no exception.
 */
export type Outcome<T> = { ok: true; value: T } | Refusal;

/** `message` is for people; `retryAfterMs` says when the same call may succeed. */
export interface Refusal {
  ok: false;
  code: OutcomeCode;
  message?: string;
  retryAfterMs?: number;
}

/** Every code with the HTTP status it becomes at a REST border. */
export const outcomeStatus = {
  bad_request: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  disabled: 403,
  timeout: 408,
  conflict: 409,
  too_large: 413,
  cooldown: 429,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  /** The other side may or may not have acted: settle by reading, never by repeating. */
  unknown: 502,
} as const;
export type OutcomeCode = keyof typeof outcomeStatus;

export function succeed<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function refuse(code: OutcomeCode, facts: { message?: string; retryAfterMs?: number } = {}): Refusal {
  return { ok: false, code, ...facts };
}
