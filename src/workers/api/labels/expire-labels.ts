import { sql } from "drizzle-orm";
import * as z from "zod";
import { noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { membersUnwanted } from "#workers/api/labels/member-wishes";

const byTheClock = { actor: "schedule", ipHash: null, userAgent: null };

const counted = z.tuple([z.object({ gone: z.coerce.number() })]);

/**
 * Removes what reads no longer show: assignments that expired or whose label was deleted, and memberships that expired.
 * In bounded batches, each one statement with its audit row for every community; the roles that came with them are
 * wished away in it. Returns how many went; the rest goes with the next run.
 */
export async function expireLabels(
  db: Database,
  now: number,
  { rows = 1000, batches = 10 }: { rows?: number; batches?: number } = {},
): Promise<{ labels: number; members: number }> {
  const sum = { labels: 0, members: 0 };
  for (let batch = 0; batch < batches; batch++) {
    const gone = await expireBatch(db, now, rows);
    sum.labels += gone;
    if (gone < rows) break;
  }
  for (let batch = 0; batch < batches; batch++) {
    const gone = await expireMembers(db, now, rows);
    sum.members += gone;
    if (gone < rows) break;
  }
  return sum;
}

async function expireBatch(db: Database, now: number, most: number): Promise<number> {
  const { rows } = await db.execute(sql`
    WITH past AS (
      SELECT ctid FROM entity_labels WHERE expires_at <= ${new Date(now).toISOString()}::timestamptz
      ORDER BY expires_at LIMIT ${most} FOR UPDATE SKIP LOCKED),
    orphaned AS (
      SELECT e.ctid FROM labels l JOIN entity_labels e ON e.label_id = l.id WHERE NOT l.is_active
      LIMIT ${most} FOR UPDATE OF e SKIP LOCKED),
    gone AS (
      DELETE FROM entity_labels e
      WHERE e.ctid IN (SELECT ctid FROM past UNION SELECT ctid FROM orphaned LIMIT ${most}) RETURNING e.*),
    wished AS (${membersUnwanted(sql`gone`)}),
    summed AS (
      SELECT community_id, jsonb_build_object('count', count(*), 'items', jsonb_agg(jsonb_build_object(
        'entity_type', entity_type, 'entity_id', entity_id, 'label_id', label_id, 'expires_at', expires_at))) AS items
      FROM gone GROUP BY community_id),
    noted AS (${note("label.expire", "label_assignment")})
    SELECT count(*) AS gone FROM gone`);
  return counted.parse(rows)[0].gone;
}

async function expireMembers(db: Database, now: number, most: number): Promise<number> {
  const { rows } = await db.execute(sql`
    WITH past AS (
      SELECT ctid FROM entity_group_members WHERE expires_at <= ${new Date(now).toISOString()}::timestamptz AND is_wanted
      ORDER BY expires_at LIMIT ${most} FOR UPDATE SKIP LOCKED),
    gone AS (
      UPDATE entity_group_members m SET is_wanted = false, is_settled = false, revision = m.revision + 1, attempts = 0,
        next_try_at = now(), problem = NULL, expires_at = NULL
      WHERE m.ctid IN (SELECT ctid FROM past) RETURNING m.*),
    summed AS (
      SELECT community_id, jsonb_build_object('count', count(*), 'items', jsonb_agg(jsonb_build_object(
        'group_id', group_id, 'user_key', user_key))) AS items
      FROM gone GROUP BY community_id),
    noted AS (${note("entity_group.expire", "entity_group")})
    SELECT count(*) AS gone FROM gone`);
  return counted.parse(rows)[0].gone;
}

function note(action: string, resourceType: string) {
  const by = { ...byTheClock, requestId: crypto.randomUUID() };
  return noteChange(
    {
      action,
      resourceType,
      source: sql`summed`,
      resourceId: sql`'bulk'`,
      communityId: sql`summed.community_id`,
      before: sql`summed.items`,
    },
    by,
  );
}
