import type { LaneRule, OutboundGate } from "#contracts/outbound-gate";

/** 800 points a minute for each token; its headers say what is really left (Helix, "Rate limits"). */
export const bucket: LaneRule = { lane: "helix", limit: 800, windowMs: 60_000 };
/** The fifth failure of Helix within ten seconds keeps every call back for a while: a storm is not fed. */
const failures: LaneRule = { lane: "helix/failures", limit: 4, windowMs: 10_000 };
const brokenMs = 15_000;
const maxWaitMs = 15 * 60_000;

/**
 * What an answer says about the next calls; `own` are the lanes of its endpoint. Endpoints with a limit of their own
 * answer 429 while the bucket is not empty.
 */
export async function learn(
  gate: OutboundGate,
  { status, headers, own }: { status: number; headers: Headers; own: readonly LaneRule[] },
  now: number,
): Promise<void> {
  if (status >= 500) return noteFailure(gate, now);
  if (status === 429) {
    const narrow = isBucketLeft(headers) ? own.at(-1) : undefined;
    const waitMs = narrow ? narrow.windowMs : resetMs(headers, now);
    return gate.shut(narrow?.lane ?? bucket.lane, now + waitMs);
  }
  if (headers.get("ratelimit-remaining") === "0") await gate.shut(bucket.lane, now + resetMs(headers, now));
}

/** A call that Helix failed, or never answered. */
export async function noteFailure(gate: OutboundGate, now: number): Promise<void> {
  const { waitMs } = await gate.take([failures], "moderation");
  if (waitMs > 0) await gate.shut(bucket.lane, now + brokenMs);
}

/** How long a 429 asks to wait: `Ratelimit-Reset` is an epoch second. Between one second and 15 minutes. */
export function resetMs(headers: Headers, now: number): number {
  const waitMs = Number(headers.get("ratelimit-reset")) * 1000 - now;
  return Math.min(Math.max(Number.isFinite(waitMs) ? waitMs : 0, 1000), maxWaitMs);
}

/** True where the 429 is the endpoint's own. */
export function isBucketLeft(headers: Headers): boolean {
  return Number(headers.get("ratelimit-remaining") ?? 0) > 0;
}
