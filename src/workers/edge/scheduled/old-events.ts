import { type SQL, sql } from "drizzle-orm";
import { type Database, type DatabaseAddress, openDatabase } from "#db/client";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

const dayMs = 86_400_000;

/** Raw for 30 days, what came of it for 365 (80-details, retention of raw and aggregated figures). */
export const keptDays = { platform_events: 30, platform_activities: 365 } as const;

/** One statement deletes so many rows at most: it holds no lock for long, and a run ends. */
const batchRows = 5000;
const batchesPerRun = 20;

/** Deletes what is older than its days, oldest first. Returns how many rows went; the rest goes with the next run. */
export async function removeOldEvents(
  db: Database,
  now: number,
  { rows = batchRows, batches = batchesPerRun }: { rows?: number; batches?: number } = {},
): Promise<Record<keyof typeof keptDays, number>> {
  const remove = async (table: SQL, days: number) => {
    const before = new Date(now - days * dayMs).toISOString();
    let removed = 0;
    for (let batch = 0; batch < batches; batch++) {
      const { rowCount } = await db.execute(sql`
        DELETE FROM ${table} WHERE ctid IN (
          SELECT ctid FROM ${table} WHERE created_at < ${before}::timestamptz ORDER BY created_at LIMIT ${rows})`);
      removed += rowCount ?? 0;
      if ((rowCount ?? 0) < rows) break;
    }
    return removed;
  };
  return {
    platform_events: await remove(sql`platform_events`, keptDays.platform_events),
    platform_activities: await remove(sql`platform_activities`, keptDays.platform_activities),
  };
}

export const oldEventsJob: ScheduledJob<DatabaseAddress> = {
  name: "events.remove-old",
  everyMinutes: 60,
  async run(env, log, now) {
    const removed = await removeOldEvents(openDatabase(env), now);
    if (removed.platform_events + removed.platform_activities === 0) return;
    log({ level: "INFO", category: "SYSTEM", action: "events.remove", result: "SUCCESS", details: removed });
  },
};
