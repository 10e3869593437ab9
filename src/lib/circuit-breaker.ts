import * as z from "zod";

export const breakerState = z.enum(["CLOSED", "OPEN", "HALF_OPEN"]);
export type BreakerState = z.infer<typeof breakerState>;

/** The value of `waddlebot_circuit_breaker_state` (60-infrastructure §1.54, CBR-6). */
export const breakerStateValue = { CLOSED: 0, OPEN: 1, HALF_OPEN: 2 } as const satisfies Record<
  BreakerState,
  number
>;

/** A breaker as plain data, for storage. Times are epoch milliseconds. */
export const breakerSnapshot = z.object({
  state: breakerState,
  /** Rises with every change of state, so that a call admitted before it counts no more. */
  era: z.int().nonnegative(),
  openedAt: z.int().nonnegative(),
  /** The one trial call under way while half open; null when there is none. */
  trialSince: z.int().nonnegative().nullable(),
  failuresInARow: z.int().nonnegative(),
  /** Successful trials of this half-open phase. */
  trialSuccesses: z.int().nonnegative(),
  totals: z.object({
    successes: z.int().nonnegative(),
    failures: z.int().nonnegative(),
    refusals: z.int().nonnegative(),
  }),
});
export type BreakerSnapshot = z.infer<typeof breakerSnapshot>;

export interface BreakerOptions {
  now: () => number;
  /** Failures in a row that open it. */
  failureThreshold?: number;
  /** Successful trials that close it. */
  successThreshold?: number;
  openMs?: number;
  /** What an earlier instance left behind. */
  snapshot?: BreakerSnapshot | undefined;
}

/** `era` goes back with the result of the call. */
export type Admission = { isAdmitted: true; era: number } | { isAdmitted: false; retryAfterMs: number };

/** What came of an admitted call; `neutral` proves nothing about the target's health. */
export type CallVerdict = "success" | "failure" | "neutral";

const fresh: BreakerSnapshot = {
  state: "CLOSED",
  era: 0,
  openedAt: 0,
  trialSince: null,
  failuresInARow: 0,
  trialSuccesses: 0,
  totals: { successes: 0, failures: 0, refusals: 0 },
};

/**
 * Keeps callers off a target that fails: five failures in a row open it for 60 s, then one trial call at a time,
 * and two good trials close it (60-infrastructure §1.54). It holds no timer: the clock is asked at each call.
 */
export class CircuitBreaker {
  #now: () => number;
  #failureThreshold: number;
  #successThreshold: number;
  #openMs: number;
  #at: BreakerSnapshot;

  constructor({
    now,
    failureThreshold = 5,
    successThreshold = 2,
    openMs = 60_000,
    snapshot = fresh,
  }: BreakerOptions) {
    this.#now = now;
    this.#failureThreshold = failureThreshold;
    this.#successThreshold = successThreshold;
    this.#openMs = openMs;
    this.#at = snapshot;
  }

  /** OPEN turns into HALF_OPEN by the passing of time alone. */
  get state(): BreakerState {
    const isOver = this.#at.state === "OPEN" && this.#now() >= this.#at.openedAt + this.#openMs;
    return isOver ? "HALF_OPEN" : this.#at.state;
  }

  /** Asks before a call. A refused one must not reach the target. */
  admit(): Admission {
    const { state } = this;
    if (state === "OPEN") return this.#refuse(this.#at.openedAt + this.#openMs - this.#now());
    if (state === "CLOSED") return { isAdmitted: true, era: this.#at.era };
    if (this.#at.state === "OPEN") this.#enter("HALF_OPEN");
    const { trialSince } = this.#at;
    // A trial whose result never came back (the process died) blocks no longer than an open phase.
    const trialEndsInMs = trialSince === null ? 0 : trialSince + this.#openMs - this.#now();
    if (trialEndsInMs > 0) return this.#refuse(Math.min(trialEndsInMs, 1000));
    this.#at = { ...this.#at, trialSince: this.#now() };
    return { isAdmitted: true, era: this.#at.era };
  }

  /** Tells what came of an admitted call. Results of an earlier era count in the totals only. */
  report(era: number, verdict: CallVerdict): void {
    if (verdict !== "neutral") this.#count(verdict === "success" ? "successes" : "failures");
    if (era !== this.#at.era) return;
    if (this.#at.state === "HALF_OPEN") this.#reportTrial(verdict);
    else if (verdict === "success") this.#at = { ...this.#at, failuresInARow: 0 };
    else if (verdict === "failure") this.#reportFailure();
  }

  snapshot(): BreakerSnapshot {
    return this.#at;
  }

  metrics(): BreakerMetrics {
    const { state } = this;
    return { state, stateValue: breakerStateValue[state], ...this.#at.totals };
  }

  #reportTrial(verdict: CallVerdict): void {
    this.#at = { ...this.#at, trialSince: null };
    if (verdict === "failure") return this.#reportFailure();
    if (verdict === "neutral") return;
    this.#at = { ...this.#at, trialSuccesses: this.#at.trialSuccesses + 1, failuresInARow: 0 };
    if (this.#at.trialSuccesses >= this.#successThreshold) this.#enter("CLOSED");
  }

  #reportFailure(): void {
    this.#at = { ...this.#at, failuresInARow: this.#at.failuresInARow + 1 };
    const isTrial = this.#at.state === "HALF_OPEN";
    if (isTrial || this.#at.failuresInARow >= this.#failureThreshold) this.#enter("OPEN");
  }

  #enter(state: BreakerState): void {
    const openedAt = state === "OPEN" ? this.#now() : this.#at.openedAt;
    this.#at = {
      ...this.#at,
      state,
      era: this.#at.era + 1,
      openedAt,
      trialSince: null,
      trialSuccesses: 0,
    };
  }

  #refuse(retryAfterMs: number): Admission {
    this.#count("refusals");
    return { isAdmitted: false, retryAfterMs };
  }

  #count(name: keyof BreakerSnapshot["totals"]): void {
    const { totals } = this.#at;
    this.#at = { ...this.#at, totals: { ...totals, [name]: totals[name] + 1 } };
  }
}

export interface BreakerMetrics {
  state: BreakerState;
  stateValue: 0 | 1 | 2;
  successes: number;
  failures: number;
  /** Calls that never reached the target. */
  refusals: number;
}

/** A 4xx says the caller is wrong, not that the target is ill; 408 and 429 are the exceptions (§1.54). */
export function judgeStatus(status: number): CallVerdict {
  if (status === 408 || status === 429 || status >= 500) return "failure";
  return status >= 400 ? "neutral" : "success";
}
