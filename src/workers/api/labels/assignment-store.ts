import { sql } from "drizzle-orm";
import * as z from "zod";
import {
  type AssignmentOutcome,
  assignmentOutcome,
  type LabelAssignment,
  type LabelTarget,
  labelLimits,
  userKeyText,
} from "#contracts/label";
import { noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { runAlone } from "#workers/api/labels/alone";
import { type Change, usableBy } from "#workers/api/labels/label-store";
import type { LinkedAccount } from "#workers/api/labels/linked-accounts";
import { membersUnwanted, membersWanted } from "#workers/api/labels/member-wishes";

export interface AssignmentChange extends Change {
  /** Whether the caller may give and take labels that bring a role on a platform. */
  mayGrantRoles: boolean;
  /** Other accounts of the people given; a label on one brings its role on the others. */
  linked?: readonly LinkedAccount[];
}

const judged = z.array(z.object({ n: z.int(), outcome: assignmentOutcome }));

/**
 * Puts labels on things, as many as fit: two statements in one transaction, however many there are (DBP-5). One that is
 * given twice counts once. Limits hold for many as for one.
 */
export async function applyLabels(
  db: Database,
  given: readonly LabelAssignment[],
  change: AssignmentChange,
  now: number,
): Promise<AssignmentOutcome[]> {
  const { communityId, by, mayGrantRoles } = change;
  const items = given.map((one, n) => ({ ...one, n, is_valid: isValid(one, communityId, now) }));
  const rows = await runAlone(
    db,
    communityId,
    sql`
    WITH given AS (
      SELECT g.*, row_number() OVER (PARTITION BY entity_type, entity_id, label_id ORDER BY n) AS nth
      FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS g(
        n int, entity_type text, entity_id text, label_id int, expires_at timestamptz, metadata jsonb, is_valid boolean)),
    judged AS (
      SELECT g.*, CASE WHEN NOT g.is_valid THEN 'invalid' WHEN l.id IS NULL THEN 'unknown'
        WHEN NOT ${mayGrantRoles} AND EXISTS (
          SELECT 1 FROM entity_groups b WHERE b.label_id = l.id AND b.community_id = ${communityId} AND b.is_active)
          THEN 'forbidden'
        WHEN g.nth > 1 OR e.label_id IS NOT NULL THEN 'duplicate' END AS verdict
      FROM given g
      LEFT JOIN labels l ON l.id = g.label_id AND l.category = g.entity_type AND ${usableBy(communityId)}
      LEFT JOIN entity_labels e ON e.community_id = ${communityId} AND e.entity_type = g.entity_type
        AND e.entity_id = g.entity_id AND e.label_id = g.label_id AND (e.expires_at IS NULL OR e.expires_at > now())),
    free AS (
      SELECT j.*, row_number() OVER (PARTITION BY entity_type, entity_id ORDER BY n) AS place
      FROM judged j WHERE j.verdict IS NULL),
    held AS (
      SELECT e.entity_type, e.entity_id, count(*) AS count FROM entity_labels e
      JOIN labels l ON l.id = e.label_id AND l.is_active
      WHERE e.community_id = ${communityId} AND (e.expires_at IS NULL OR e.expires_at > now())
        AND (e.entity_type, e.entity_id) IN (SELECT entity_type, entity_id FROM free)
      GROUP BY e.entity_type, e.entity_id),
    fits AS (
      SELECT f.* FROM free f LEFT JOIN held h USING (entity_type, entity_id)
      WHERE f.place + coalesce(h.count, 0) <= (${JSON.stringify(labelLimits)}::jsonb ->> f.entity_type)::int),
    applied AS (
      INSERT INTO entity_labels AS t (community_id, entity_type, entity_id, label_id, applied_by, expires_at, metadata)
      SELECT ${communityId}, entity_type, entity_id, label_id, ${by.actor}, expires_at, metadata FROM fits
      ON CONFLICT (community_id, entity_type, entity_id, label_id) DO UPDATE SET
        applied_by = excluded.applied_by, applied_at = now(), expires_at = excluded.expires_at, metadata = excluded.metadata
      RETURNING t.*),
    wished AS (${membersWanted(sql`applied`, change.linked)}),
    summed AS (${summary("applied")}),
    noted AS (${note("label.apply", change, "after")})
    SELECT j.n, coalesce(j.verdict, CASE WHEN f.n IS NULL THEN 'limit' ELSE 'done' END) AS outcome
    FROM judged j LEFT JOIN fits f ON f.n = j.n ORDER BY j.n`,
  );
  return judged.parse(rows).map(({ outcome }) => outcome);
}

/** Takes labels off things; one statement. What was not there, or had expired, is `unknown`. */
export async function removeLabels(
  db: Database,
  given: readonly LabelTarget[],
  change: AssignmentChange,
): Promise<AssignmentOutcome[]> {
  const { communityId, mayGrantRoles } = change;
  const items = given.map((one, n) => ({ ...one, n }));
  const { rows } = await db.execute(sql`
    WITH given AS (
      SELECT g.*, row_number() OVER (PARTITION BY entity_type, entity_id, label_id ORDER BY n) AS nth,
        NOT ${mayGrantRoles} AND EXISTS (
          SELECT 1 FROM entity_groups b WHERE b.label_id = g.label_id AND b.community_id = ${communityId} AND b.is_active)
          AS is_forbidden
      FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS g(n int, entity_type text, entity_id text, label_id int)),
    gone AS (
      DELETE FROM entity_labels e USING given g
      WHERE e.community_id = ${communityId} AND e.entity_type = g.entity_type AND e.entity_id = g.entity_id
        AND e.label_id = g.label_id AND NOT g.is_forbidden AND g.nth = 1
        AND (e.expires_at IS NULL OR e.expires_at > now())
      RETURNING e.*, g.n),
    wished AS (${membersUnwanted(sql`gone`)}),
    summed AS (${summary("gone")}),
    noted AS (${note("label.remove", change, "before")})
    SELECT g.n, CASE WHEN g.is_forbidden THEN 'forbidden' WHEN gone.n IS NULL THEN 'unknown' ELSE 'done' END AS outcome
    FROM given g LEFT JOIN gone ON gone.n = g.n ORDER BY g.n`);
  return judged.parse(rows).map(({ outcome }) => outcome);
}

function isValid(one: LabelAssignment, communityId: number, now: number): boolean {
  if (one.expires_at !== null && Date.parse(one.expires_at) <= now) return false;
  if (one.entity_type === "user") return userKeyText.safeParse(one.entity_id).success;
  return one.entity_type !== "community" || one.entity_id === String(communityId);
}

/** One audit row a request, with everything it changed. */
function summary(source: "applied" | "gone") {
  const table = source === "applied" ? sql`applied` : sql`gone`;
  return sql`
    SELECT jsonb_build_object('count', count(*), 'items', jsonb_agg(jsonb_build_object(
      'entity_type', entity_type, 'entity_id', entity_id, 'label_id', label_id, 'expires_at', expires_at))) AS items,
      CASE WHEN count(*) = 1 THEN min(entity_type || ':' || entity_id) ELSE 'bulk' END AS id
    FROM ${table} HAVING count(*) > 0`;
}

function note(action: string, { communityId, by }: Change, side: "before" | "after") {
  return noteChange(
    {
      action,
      resourceType: "label_assignment",
      source: sql`summed`,
      resourceId: sql`summed.id`,
      communityId: sql`${communityId}`,
      [side]: sql`summed.items`,
    },
    by,
  );
}
