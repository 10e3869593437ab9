import type { Context } from "hono";
import type { ApiBindings } from "#workers/api/bindings";

/** A platform is told right after the answer; what that did not reach is looked after so much later. */
const lookAgainMs = 30_000;

/**
 * Tells the community's clock when it has something to do at the latest. Fails open: what it is not told, the edge's sweep finds
 * within a quarter of an hour, and no read shows what has expired.
 */
export function wakeClock(
  c: Context<ApiBindings>,
  communityId: number,
  expiries: readonly (string | null | undefined)[],
): void {
  const ends = expiries.flatMap((one) => (one ? [Date.parse(one)] : []));
  const at = Math.min(Date.now() + lookAgainMs, ...ends);
  const { LABEL_CLOCK: clocks } = c.env;
  const clock = clocks.get(clocks.idFromName(String(communityId)));
  c.executionCtx.waitUntil(clock.wakeBy(communityId, at).catch(() => undefined));
}
