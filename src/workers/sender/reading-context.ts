import type { SendContext } from "#contracts/platform";
import { callContext } from "#workers/sender/call-context";
import { gateOf } from "#workers/sender/gate";
import { variable } from "#workers/sender/variables";
import { platformConfig } from "#workers/shared/platform-config";

/** Reading needs no account, only a key; the platform-wide one unless another is given. */
export function readingContext(env: SenderEnv, platform: string, key?: string): SendContext {
  const token = key ?? platformConfig(env)[variable(platform, "API_KEY")] ?? "";
  return { ...callContext(env, crypto.randomUUID()), token, gate: gateOf(env, platform, "reader") };
}
