import { DurableObject } from "cloudflare:workers";
import {
  type AttemptOutcome,
  type ExecutionOutcome,
  type ExecutionRequest,
  type ExecutionRequestInput,
  type ExecutionTargetService,
  type ExecutionTargetState,
  type Executor,
  type ExecutorType,
  executionRequest,
} from "#contracts/execution-target";
import { refuse } from "#contracts/outcome";
import { judgeOutcome } from "#durable-objects/execution-target/judge-outcome";
import { breakerSnapshot, CircuitBreaker } from "#lib/circuit-breaker";
import type { Log } from "#lib/log";
import { retry, retryWaitsMs } from "#lib/retry";
import { timedOut, within } from "#lib/within";

export interface ExecutionTargetDeps<Env> {
  /** Given from above, because an object knows no executor. */
  makeExecutor: (env: Env, type: ExecutorType) => Executor;
  log: Log;
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

/** What an executor may take beyond its own limit before it is left behind. */
const graceMs = 1000;
/** Failures in a row after which a target counts as unhealthy (80-details-a §2.7). */
const unhealthyAfter = 3;
const breakerKey = "breaker";

/**
 * The class of the object that runs calls to one target. Its name is the target's key, so every caller in every Worker
 * meets the same breaker (CBR-5), and the breaker outlives the object's sleep. Calls run side by side.
 */
export function makeExecutionTarget<Env>({
  makeExecutor,
  log,
  now = Date.now,
  sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: ExecutionTargetDeps<Env>) {
  return class ExecutionTarget extends DurableObject<Env> implements ExecutionTargetService {
    #breaker: CircuitBreaker;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const snapshot = breakerSnapshot.safeParse(ctx.storage.kv.get(breakerKey)).data;
      this.#breaker = new CircuitBreaker({ now, snapshot });
    }

    /** One try and up to three more (RTR-9). Always settles with a value. */
    async execute(input: ExecutionRequestInput): Promise<ExecutionOutcome> {
      const parsed = executionRequest.safeParse(input);
      if (!parsed.success) return { ...refuse("bad_request"), attempts: 0, retryCount: 0 };
      const request = parsed.data;
      const endsAt = now() + (request.budgetMs ?? Number.POSITIVE_INFINITY);
      let attempts = 0;
      let isKeptOff = false;
      const { result } = await retry<AttemptOutcome>(
        async () => {
          const admission = this.#breaker.admit();
          isKeptOff = !admission.isAdmitted;
          if (!admission.isAdmitted) return keepOff(request, admission.retryAfterMs);
          attempts++;
          const outcome = await this.#attempt(request, Math.min(request.timeoutMs, endsAt - now()));
          this.#breaker.report(admission.era, judgeOutcome(outcome));
          this.ctx.storage.kv.put(breakerKey, this.#breaker.snapshot());
          return outcome;
        },
        {
          sleep,
          waitsMs: retryWaitsMs.slice(0, request.maxRetries),
          mayWait: (ms) => !isKeptOff && this.#breaker.state !== "OPEN" && now() + ms < endsAt,
        },
      );
      return withTally(result, attempts);
    }

    async state(): Promise<ExecutionTargetState> {
      const { failuresInARow } = this.#breaker.snapshot();
      return { ...this.#breaker.metrics(), failuresInARow, isHealthy: failuresInARow < unhealthyAfter };
    }

    /** An executor keeps its own time and throws nothing; one that does not must not hold a trial's place for ever. */
    async #attempt(request: ExecutionRequest, timeoutMs: number): Promise<AttemptOutcome> {
      const { target, invocation } = request;
      try {
        const executor = makeExecutor(this.env, target.type);
        const outcome = await within(executor.execute({ ...request, timeoutMs }), timeoutMs + graceMs);
        return outcome === timedOut ? refuse("timeout") : outcome;
      } catch (error) {
        log({
          level: "ERROR",
          category: "ERROR",
          action: "target.execute",
          result: "FAILURE",
          correlationId: invocation.event.correlationId,
          details: { type: target.type, module: invocation.module, error },
        });
        return refuse("internal", { message: "Something went wrong on our side." });
      }
    }
  };
}

function keepOff({ invocation }: ExecutionRequest, retryAfterMs: number): AttemptOutcome {
  const message = `The ${invocation.module} module is not available right now. Please try again in a minute.`;
  return refuse("unavailable", { message, retryAfterMs });
}

function withTally(outcome: AttemptOutcome, attempts: number): ExecutionOutcome {
  const tally = { attempts, retryCount: Math.max(0, attempts - 1) };
  if (outcome.ok) return { ok: true, value: { ...outcome.value, ...tally } };
  const { httpStatus: _httpStatus, ...refusal } = outcome;
  return { ...refusal, ...tally };
}
