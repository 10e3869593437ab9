const dayMs = 24 * 3_600_000;

export type IdentifyVerdict = "granted" | "too fast" | "exhausted";

/** Discord's books about who identified when. */
export interface IdentifyLedger {
  /** Books one identify. `exhausted`: above the day's number, which ends every session and resets the token. */
  take(shardId: number): IdentifyVerdict;
  remaining(): number;
  /** Milliseconds until the day is over. */
  resetAfterMs(): number;
  /** Every identify that was granted, with its shard. */
  granted: readonly { shardId: number; at: number }[];
}

/** `total` in 24 hours, and one in `bucketMs` (Discord: five seconds) for each `shard_id % maxConcurrency` (Gateway, Session Start Limit). */
export function makeIdentifyLedger(
  now: () => number,
  { total, maxConcurrency, bucketMs }: { total: number; maxConcurrency: number; bucketMs: number },
): IdentifyLedger {
  const granted: { shardId: number; at: number }[] = [];
  const lastInBucket = new Map<number, number>();
  const today = () => granted.filter(({ at }) => at > now() - dayMs);
  return {
    granted,
    remaining: () => Math.max(0, total - today().length),
    resetAfterMs: () => Math.max(0, (today()[0]?.at ?? now()) + dayMs - now()),
    take(shardId) {
      const bucket = shardId % maxConcurrency;
      const last = lastInBucket.get(bucket);
      if (last !== undefined && now() - last < bucketMs) return "too fast";
      if (today().length >= total) return "exhausted";
      lastInBucket.set(bucket, now());
      granted.push({ shardId, at: now() });
      return "granted";
    },
  };
}
