import type { Invocation, ModuleResult } from "#contracts/module";
import type { Outcome, Refusal } from "#contracts/outcome";
import type { Again, Attempt, CallRecord, DoneCall } from "#durable-objects/channel/handled";
import { maxWaitMs } from "#durable-objects/channel/retries";
import type { PlannedCall } from "#router/plan";

const passing = new Set<string>(["timeout", "rate_limited", "unavailable"]);

/** Trying again may help, and soon enough that somebody still waits for it. */
function mayPass({ code, retryAfterMs = 0 }: Refusal): boolean {
  return passing.has(code) && retryAfterMs <= maxWaitMs;
}

export interface CallsDeps {
  now(): number;
  /** Settles within the module's deadline; never throws. */
  invoke(invocation: Invocation, call: PlannedCall): Promise<Outcome<ModuleResult>>;
}

export interface Call {
  key: string;
  call: PlannedCall;
}

/** The module calls of one attempt at one event: what they came to, and which of them another attempt must repeat. */
export class Calls {
  #deps: CallsDeps;
  #attempt: Attempt;
  #made: DoneCall[] = [];
  #passing: { refusal: Refusal; call: DoneCall }[] = [];

  constructor(deps: CallsDeps, attempt: Attempt) {
    this.#deps = deps;
    this.#attempt = attempt;
  }

  /** An earlier attempt brought this one to its end. */
  isDone(key: string): boolean {
    return this.#attempt.done.some((record) => record.key === key);
  }

  /** Sequential ones take their turns, the parallel ones start at once beside them; `run` is told of each. */
  static async inOrder<T>(calls: readonly Call[], run: (call: Call) => Promise<T[]>): Promise<T[]> {
    const beside = Promise.all(calls.filter(({ call }) => call.mode === "parallel").map(run));
    const caused: T[] = [];
    for (const one of calls.filter(({ call }) => call.mode === "sequential"))
      caused.push(...(await run(one)));
    return [...caused, ...(await beside).flat()];
  }

  async make({ key, call }: Call, invocation: Invocation): Promise<Outcome<ModuleResult>> {
    const startedAt = this.#deps.now();
    const outcome = await this.#deps.invoke(invocation, call);
    const { module, handler, mode } = call;
    const finishedAt = this.#deps.now();
    const facts = { key, module, handler, mode, startedAt, finishedAt };
    if (outcome.ok) this.#made.push({ ...facts, outcome: "success" });
    else {
      const record = { ...facts, outcome: outcome.code, message: outcome.message };
      this.#made.push(record);
      if (mayPass(outcome)) this.#passing.push({ refusal: outcome, call: record });
    }
    return outcome;
  }

  /** Of all attempts, without what only the channel needs to know. */
  get records(): CallRecord[] {
    return [...this.#attempt.done, ...this.#made].map(({ message: _, ...record }) => record);
  }

  /** The last no of an earlier attempt that no further one repeats. */
  get earlierRefusal(): { code: string; message: string | undefined } | undefined {
    const last = this.#attempt.done.findLast(({ outcome }) => outcome !== "success");
    return last && { code: last.outcome, message: last.message };
  }

  /**
   * Undefined when another attempt would change nothing. Modules that listen are independent of each other, so those
   * at their end are not asked again; a command's calls build on each other and are all repeated, under the same keys.
   */
  again(areIndependent: boolean): Again | undefined {
    const last = this.#passing.at(-1);
    if (!last) return undefined;
    const open = new Set(this.#passing.map(({ call }) => call.key));
    const ended = this.#made.filter(({ key }) => !open.has(key));
    return {
      refusal: last.refusal,
      done: areIndependent ? [...this.#attempt.done, ...ended] : [],
      unsaid: new Set([...open].map(refusalKey)),
    };
  }
}

/** Under which what a call's no says is kept: one a call, so that a repeated no is said once. */
export function refusalKey(callKey: string): string {
  return `${callKey}/refusal`;
}
