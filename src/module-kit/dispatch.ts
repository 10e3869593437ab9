import {
  type Invocation,
  invocation as invocationSchema,
  type ModuleResult,
  moduleResult,
} from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import type { Log } from "#lib/log";
import { describeError } from "#module-kit/describe-error";
import type { Handler } from "#module-kit/module";

export interface DispatchTools<Deps> {
  handlers: Readonly<Record<string, Handler<Deps>>>;
  /** Called for each invocation, so that a missing variable is a refusal and not a dead Worker. */
  getDeps: (communityId: number) => Deps;
  log: Log;
}

/**
 * Runs one invocation and always answers with a value: a handler's throw, or a result that breaks the contract,
 * is logged without any user text and becomes `internal` with a sentence for chat.
 */
export async function dispatch<Deps>(
  invocation: Invocation,
  { handlers, getDeps, log }: DispatchTools<Deps>,
): Promise<Outcome<ModuleResult>> {
  const parsed = invocationSchema.safeParse(invocation);
  if (!parsed.success) {
    log({ level: "ERROR", category: "ERROR", action: "module.invoke", result: "DENIED" });
    return refuse("bad_request", { message: "That request did not arrive whole. Please try again." });
  }
  // A component's custom id may name any handler, so the table's prototype must not answer.
  const handler = Object.hasOwn(handlers, parsed.data.handler) ? handlers[parsed.data.handler] : undefined;
  if (!handler) return refuse("not_found", { message: "That no longer leads anywhere." });
  try {
    const outcome = await handler(parsed.data, getDeps(parsed.data.community.id));
    return outcome.ok ? { ok: true, value: moduleResult.parse(outcome.value) } : outcome;
  } catch (error) {
    log({ ...failure(parsed.data), details: { handler: parsed.data.handler, ...describeError(error) } });
    return refuse("internal", { message: "Something went wrong on our side. Please try again in a moment." });
  }
}

function failure(invocation: Invocation) {
  return {
    level: "ERROR",
    category: "ERROR",
    action: "module.invoke",
    result: "FAILURE",
    community: invocation.community.id,
    user: invocation.user.id,
    correlationId: invocation.event.correlationId,
    requestId: invocation.id,
  } as const;
}
