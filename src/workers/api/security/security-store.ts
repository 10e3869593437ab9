import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

const sessionRow = z.object({
  id: z.string(),
  user_agent: z.string().nullable(),
  created_at: z.coerce.date(),
  ends_at: z.coerce.date(),
});

/** Where somebody is signed in, the newest first. */
export async function listOwnSessions(db: Database, userId: number) {
  const { rows } = await db.execute(sql`
    SELECT id, user_agent, created_at, ends_at FROM hub_sessions WHERE hub_user_id = ${userId} AND ends_at > now()
    ORDER BY created_at DESC, id LIMIT 100`);
  return z
    .array(sessionRow)
    .parse(rows)
    .map(({ created_at, ends_at, ...session }) => ({
      ...session,
      created_at: created_at.toISOString(),
      ends_at: ends_at.toISOString(),
    }));
}

/** Strikes sessions of one person: one by its id, or all but one. Gives what was struck. */
export async function endOwnSessions(
  db: Database,
  { userId, which }: { userId: number; which: { only: string } | { allBut: string } },
  by: AuditActor,
): Promise<string[]> {
  const wanted: SQL = "only" in which ? sql`id = ${which.only}` : sql`id <> ${which.allBut}`;
  const { rows } = await db.execute(sql`
    WITH struck AS (DELETE FROM hub_sessions WHERE hub_user_id = ${userId} AND ${wanted} RETURNING id),
    changed AS (SELECT count(*) AS sessions FROM struck HAVING count(*) > 0),
    noted AS (${noteChange(
      {
        action: "session.end",
        resourceType: "session",
        source: sql`changed`,
        resourceId: sql`${userId}::text`,
        before: sql`jsonb_build_object('sessions', changed.sessions)`,
      },
      by,
    )})
    SELECT id FROM struck`);
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
}
