import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const dayMs = 24 * 3_600_000;

export interface IdentifyTimings {
  /** One identify in this time for each `shard_id % max_concurrency`. */
  bucketMs: number;
  /** After `circuitLimit` identifies of one shard in this time there is a pause until the first is so old. */
  circuitMs: number;
  circuitLimit: number;
  /** Discord asks for a random wait from 1 to 5 s before the identify that follows an invalid session. */
  invalidMs: readonly [least: number, most: number];
}

export const identifyTimings: IdentifyTimings = {
  bucketMs: 5000,
  circuitMs: 5 * 60_000,
  circuitLimit: 5,
  invalidMs: [1000, 5000],
};

/** Kept free of the day's number: above it Discord ends every session and resets the token. */
const reserve = 10;

export interface IdentifyLimits {
  /** In 24 hours, over all processes. */
  total: number;
  /** What Discord says is left. */
  remaining: number;
  /** Until when that is so: milliseconds from the time it was said. */
  resetAfterMs: number;
  maxConcurrency: number;
}

/** How often this bot may begin a new session. On disk, because a process that dies again and again must not start at nought. */
export interface IdentifyBudget {
  setLimits(limits: IdentifyLimits): void;
  /** Milliseconds until this shard may identify; 0 is now. */
  waitMs(shardId: number): number;
  /** Waits for its turn and books it, before the identify leaves. Rejects only when aborted. */
  take(shardId: number, options: { signal: AbortSignal; isAfterInvalid: boolean }): Promise<void>;
  /** In the last 24 hours. */
  used(shardId: number): number;
}

export interface IdentifyBudgetDeps {
  timings?: IdentifyTimings;
  now: () => number;
  random: () => number;
}

export function makeIdentifyBudget(
  database: DatabaseSync,
  { timings = identifyTimings, now, random }: IdentifyBudgetDeps,
): IdentifyBudget {
  database.exec(
    "CREATE TABLE IF NOT EXISTS discord_identifies (shard_id INTEGER NOT NULL, at INTEGER NOT NULL)",
  );
  const add = database.prepare("INSERT INTO discord_identifies VALUES (?, ?)");
  const trim = database.prepare("DELETE FROM discord_identifies WHERE at <= ?");
  const select = database.prepare("SELECT shard_id, at FROM discord_identifies WHERE at > ? ORDER BY at");
  let limits: IdentifyLimits = { total: 1000, remaining: 1000, resetAfterMs: 0, maxConcurrency: 1 };
  let toldAt = 0;

  const today = () =>
    select.all(now() - dayMs).map((row) => ({ shardId: Number(row["shard_id"]), at: Number(row["at"]) }));

  function waitMs(shardId: number): number {
    const all = today();
    const inBucket = all.filter(
      (one) => one.shardId % limits.maxConcurrency === shardId % limits.maxConcurrency,
    );
    const recent = all.filter((one) => one.shardId === shardId && one.at > now() - timings.circuitMs);
    const firstOfFull = recent.at(-timings.circuitLimit);
    const sinceTold = all.filter(({ at }) => at > toldAt).length;
    const isDayFull = all.length >= limits.total - reserve;
    const toldUntil = toldAt + limits.resetAfterMs;
    const isSaidFull = now() < toldUntil && limits.remaining - sinceTold <= reserve;
    const free = [
      (inBucket.at(-1)?.at ?? Number.NEGATIVE_INFINITY) + timings.bucketMs,
      firstOfFull ? firstOfFull.at + timings.circuitMs : 0,
      isDayFull ? (all.at(0)?.at ?? now()) + dayMs : 0,
      isSaidFull ? toldUntil : 0,
    ];
    return Math.max(0, Math.max(...free) - now());
  }

  return {
    setLimits(told) {
      limits = told;
      toldAt = now();
    },
    waitMs,
    async take(shardId, { signal, isAfterInvalid }) {
      const [least, most] = timings.invalidMs;
      if (isAfterInvalid) await sleep(least + (most - least) * random(), undefined, { signal });
      for (let wait = waitMs(shardId); wait > 0; wait = waitMs(shardId)) {
        // Never longer than a minute at once: the clock may be set meanwhile.
        await sleep(Math.min(wait, 60_000), undefined, { signal });
      }
      signal.throwIfAborted();
      trim.run(now() - dayMs);
      add.run(shardId, now());
    },
    used: (shardId) => today().filter((one) => one.shardId === shardId).length,
  };
}
