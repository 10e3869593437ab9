import { WorkerEntrypoint } from "cloudflare:workers";
import {
  type ExecutionOutcome,
  type ExecutionRequestInput,
  type ExecutionTargetService,
  type ExecutionTargetState,
  type ExecutorService,
  targetKey,
} from "#contracts/execution-target";
import { refuse } from "#contracts/outcome";
import { productVersion } from "#contracts/version";
import { makeExecutionTarget } from "#durable-objects/execution-target/execution-target";
import { makeLog } from "#lib/log";
import { makeExecutor } from "#workers/executor/make-executor";

const log = makeLog({ module: "executor", version: productVersion });

/** One object a target: its breaker is the same for everyone who calls it. */
export class ExecutionTarget extends makeExecutionTarget<ExecutorEnv>({ makeExecutor, log }) {}

/** Runs modules that live elsewhere. Has no public address; the channel reaches it by its binding. */
export default class TargetRunner extends WorkerEntrypoint<ExecutorEnv> implements ExecutorService {
  async execute(key: string, request: ExecutionRequestInput): Promise<ExecutionOutcome> {
    if (!targetKey.safeParse(key).success) return { ...refuse("bad_request"), attempts: 0, retryCount: 0 };
    const outcome = await this.#target(key).execute(request);
    log({
      level: outcome.ok ? "INFO" : "WARNING",
      category: "SYSTEM",
      action: "target.execute",
      result: outcome.ok ? "SUCCESS" : "FAILURE",
      details: outcome.ok
        ? { key, attempts: outcome.value.attempts }
        : { key, attempts: outcome.attempts, code: outcome.code },
    });
    return outcome;
  }

  async state(key: string): Promise<ExecutionTargetState> {
    return this.#target(targetKey.parse(key)).state();
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/health" && pathname !== "/healthz") return new Response("not found", { status: 404 });
    const timestamp = new Date().toISOString();
    return Response.json({ status: "healthy", module: "executor", version: productVersion, timestamp });
  }

  #target(key: string): ExecutionTargetService {
    return this.env.EXECUTION_TARGET.get(this.env.EXECUTION_TARGET.idFromName(key));
  }
}
