import { sql } from "drizzle-orm";
import { type Database, type DatabaseAddress, openDatabase } from "#db/client";
import { type Retention, retentions } from "#db/retention";
import type { ScheduledJob } from "#workers/edge/scheduled/job";

const dayMs = 86_400_000;

/** One statement deletes so many rows at most: it holds no lock for long, and a run ends. */
const batchRows = 5000;
const batchesPerRun = 20;

/** Deletes what is older than its days, oldest first. Returns how many rows of each table went; the rest goes with the next run. */
export async function removeOldRows(
  db: Database,
  now: number,
  { rows = batchRows, batches = batchesPerRun }: { rows?: number; batches?: number } = {},
): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const retention of retentions) {
    const count = await removeOf(db, retention, { now, rows, batches });
    if (count > 0) removed[retention.table] = count;
  }
  return removed;
}

async function removeOf(
  db: Database,
  { table, moment, keptDays, only = "true" }: Retention,
  { now, rows, batches }: { now: number; rows: number; batches: number },
): Promise<number> {
  const before = new Date(now - keptDays * dayMs).toISOString();
  const [from, at] = [sql.identifier(table), sql.identifier(moment)];
  let removed = 0;
  for (let batch = 0; batch < batches; batch++) {
    const { rowCount } = await db.execute(sql`
      DELETE FROM ${from} WHERE ctid IN (
        SELECT ctid FROM ${from} WHERE ${at} < ${before}::timestamptz AND ${sql.raw(only)} ORDER BY ${at} LIMIT ${rows})`);
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < rows) break;
  }
  return removed;
}

export const oldRowsJob: ScheduledJob<DatabaseAddress> = {
  name: "rows.remove-old",
  everyMinutes: 60,
  async run(env, log, now) {
    const removed = await removeOldRows(openDatabase(env), now);
    if (Object.keys(removed).length === 0) return;
    log({ level: "INFO", category: "SYSTEM", action: "rows.remove", result: "SUCCESS", details: removed });
  },
};
