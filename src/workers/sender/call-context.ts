import type { PlatformConfig } from "#contracts/platform";
import { withOnwardHeaders } from "#lib/correlate";
import { platformConfig } from "#workers/shared/platform-config";

/** What every call to a platform is given. */
export function callContext(
  env: SenderEnv,
  correlationId: string,
): { fetch: typeof fetch; config: PlatformConfig; now: number } {
  const onward = withOnwardHeaders(
    (input, init) => fetch(input, init),
    correlationId,
    () => crypto.randomUUID(),
  );
  return { fetch: onward, config: platformConfig(env), now: Date.now() };
}
