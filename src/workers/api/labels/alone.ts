import { type SQL, sql } from "drizzle-orm";
import type { Database } from "#db/client";

/**
 * Runs a statement that counts a community's labels after those before it have ended. The lock is a statement of its
 * own, because a statement sees what was written when it began, not when it got the lock.
 */
export async function runAlone(db: Database, communityId: number, statement: SQL) {
  const lock = db.execute(sql`SELECT pg_advisory_xact_lock(hashtext('labels'), ${communityId})`);
  const [, result] = await db.batch([lock, db.execute(statement)]);
  return result.rows;
}
