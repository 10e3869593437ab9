import type { CommandTarget } from "#contracts/command";
import { type ExecutionTargetAddress, targetKeyOf } from "#contracts/execution-target";
import type { Invocation, ModuleResult, ModuleService } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import type { Log } from "#lib/log";
import { webhookSigningSecret } from "#lib/webhook-secret";
import { timedOut, within } from "#lib/within";
import type { PlannedCall } from "#router/plan";

/** A module may hold its channel three seconds; then the channel goes on without it and comes back to it later. */
const moduleTimeMs = 3000;

export async function invokeModule(
  env: EdgeEnv,
  invocation: Invocation,
  { target, timeoutSeconds }: PlannedCall,
  log: Log,
): Promise<Outcome<ModuleResult>> {
  const { module } = invocation;
  try {
    const timeMs = Math.min(moduleTimeMs, timeoutSeconds * 1000);
    const call = target ? invokeElsewhere(env, invocation, target, timeMs) : invokeHere(env, invocation);
    const outcome = await within(call, timeMs + 200);
    if (outcome !== timedOut) return outcome;
    return refuse("timeout", { message: `The ${module} module took too long. Please try again.` });
  } catch (error) {
    const { correlationId } = invocation.event;
    const details = { module, error };
    log({
      level: "ERROR",
      category: "ERROR",
      action: "module.invoke",
      result: "FAILURE",
      correlationId,
      details,
    });
    return refuse("unavailable", { message: `The ${module} module is not available right now.` });
  }
}

async function invokeHere(env: EdgeEnv, invocation: Invocation): Promise<Outcome<ModuleResult>> {
  const binding = moduleBinding(env, invocation.module);
  if (!binding) return refuse("not_found", { message: `The ${invocation.module} module is not installed.` });
  return binding.invoke(invocation);
}

/** `MODULE_<NAME>`, as the root wrangler.toml binds it; its shape is proven by the module suite. */
function moduleBinding(env: EdgeEnv, module: string): ModuleService | undefined {
  const bindings: Partial<Record<string, unknown>> = { ...env };
  const binding = bindings[`MODULE_${module.toUpperCase()}`];
  return isModuleService(binding) ? binding : undefined;
}

function isModuleService(value: unknown): value is ModuleService {
  return typeof value === "object" && value !== null && "invoke" in value;
}

async function invokeElsewhere(
  env: EdgeEnv,
  invocation: Invocation,
  target: CommandTarget,
  timeoutMs: number,
): Promise<Outcome<ModuleResult>> {
  const address = addressOf(env, target, invocation.community.id);
  if (!address)
    return refuse("disabled", {
      message: `The ${invocation.module} module cannot be reached: no signing key is set.`,
    });
  // The channel alone decides about the next attempt: it knows who waits behind this one.
  const request = { target: address, invocation, timeoutMs, maxRetries: 0 };
  return env.EXECUTOR.execute(targetKeyOf(address), request);
}

/** A webhook's key is derived, one a community and address, so that none is stored and none opens another's door. */
function addressOf(
  env: EdgeEnv,
  target: CommandTarget,
  communityId: number,
): ExecutionTargetAddress | undefined {
  if (target.type !== "webhook") return target;
  const signingSecret = webhookSigningSecret(env.WEBHOOK_SIGNING_KEY, communityId, target.url);
  return signingSecret === undefined ? undefined : { ...target, signingSecret };
}
