import type { Invocation, ModuleResult } from "#contracts/module";
import { type Outcome, type Refusal, refuse } from "#contracts/outcome";
import { type BreakerMetrics, CircuitBreaker } from "#lib/circuit-breaker";
import type { PlannedCall } from "#router/plan";

/** A call that took longer held the channel: the module rests before it may do so again. */
const slowMs = 1000;
/** After a time-out; doubled with each further one, so that it equals the waits between an event's tries. */
const firstRestMs = 1000;
const longestRestMs = 8000;
const ill = new Set<string>(["timeout", "unavailable", "internal", "unknown"]);

export interface ModuleHealth extends BreakerMetrics {
  module: string;
}

export interface GuardDeps {
  now(): number;
  /** Settles within the module's deadline; never throws. */
  invoke(invocation: Invocation, call: PlannedCall): Promise<Outcome<ModuleResult>>;
}

interface Ward {
  module: string;
  /** Absent for code that runs elsewhere: its target's own object keeps one for all channels. */
  breaker: CircuitBreaker | undefined;
  timeoutsInARow: number;
  restsUntil: number;
  /** The event whose own calls may go on: its slow call was answered. */
  exceptFor: string | undefined;
}

/**
 * Stands between one channel and its modules, so that one of them cannot take the channel's time (promise P4): whatever
 * waits behind a hanging call waits for that call only. After it the module rests and calls are refused at once, to be
 * tried again later; five failures in a row open the breaker (60-infrastructure §1.54, CBR-5: an instance a channel).
 * Everything is in memory: a new life of the channel begins with trust.
 */
export class ModuleGuard {
  #deps: GuardDeps;
  #wards = new Map<string, Ward>();

  constructor(deps: GuardDeps) {
    this.#deps = deps;
  }

  async invoke(invocation: Invocation, call: PlannedCall): Promise<Outcome<ModuleResult>> {
    const { now } = this.#deps;
    const ward = this.#wardOf(call);
    const restMs = ward.restsUntil - now();
    if (restMs > 0 && ward.exceptFor !== invocation.event.id) return sayBusy(call.module, restMs);
    const admission = ward.breaker?.admit() ?? { isAdmitted: true, era: 0 };
    if (!admission.isAdmitted) return sayAway(call.module, admission.retryAfterMs);
    const startedAt = now();
    const outcome = await this.#deps.invoke(invocation, call);
    // A no in words is an answer too: whoever says it is well.
    const isIll = !outcome.ok && ill.has(outcome.code);
    ward.breaker?.report(admission.era, isIll ? "failure" : "success");
    this.#rest(ward, invocation.event.id, now() - startedAt, !outcome.ok && outcome.code === "timeout");
    return outcome;
  }

  /** CBR-6: the breaker of every own module this channel called in this life. */
  health(): ModuleHealth[] {
    return [...this.#wards.values()].flatMap(({ module, breaker }) =>
      breaker ? [{ module, ...breaker.metrics() }] : [],
    );
  }

  #rest(ward: Ward, eventId: string, tookMs: number, isTimeout: boolean): void {
    if (isTimeout) {
      const restMs = Math.min(firstRestMs * 2 ** ward.timeoutsInARow++, longestRestMs);
      ward.restsUntil = this.#deps.now() + restMs;
      ward.exceptFor = undefined;
      return;
    }
    ward.timeoutsInARow = 0;
    if (tookMs < slowMs) return;
    ward.restsUntil = this.#deps.now() + tookMs;
    ward.exceptFor = eventId;
  }

  #wardOf({ module, target }: PlannedCall): Ward {
    const key = target ? JSON.stringify(target) : module;
    const known = this.#wards.get(key);
    if (known) return known;
    const breaker = target ? undefined : new CircuitBreaker({ now: this.#deps.now });
    const ward: Ward = { module, breaker, timeoutsInARow: 0, restsUntil: 0, exceptFor: undefined };
    this.#wards.set(key, ward);
    return ward;
  }
}

function sayBusy(module: string, retryAfterMs: number): Refusal {
  const message = `The ${module} module is busy. Please try again in a moment.`;
  return refuse("unavailable", { message, retryAfterMs });
}

function sayAway(module: string, retryAfterMs: number): Refusal {
  const message = `The ${module} module is not available right now. Please try again in a minute.`;
  return refuse("unavailable", { message, retryAfterMs });
}
