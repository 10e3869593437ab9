import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type LabelInput, type LabelPatch, labelCategory, labelsPerCommunity } from "#contracts/label";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { runAlone } from "#workers/api/labels/alone";

export interface Change {
  communityId: number;
  by: AuditActor;
}

/** A row as Postgres writes it in JSON. */
export const labelRow = z.object({
  id: z.int(),
  community_id: z.int().nullable(),
  category: labelCategory,
  name: z.string(),
  description: z.string(),
  color: z.string(),
  icon: z.string().nullable(),
  is_system: z.boolean(),
  version: z.int(),
  created_by: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type LabelRow = z.infer<typeof labelRow>;
const selected = z.array(z.object({ row: labelRow }));
const changedRow = z.tuple([z.object({ row: labelRow.nullable(), held: z.coerce.number().nullable() })]);

/** Labels a community may use: its own and the house's. */
export function usableBy(communityId: number): SQL {
  return sql`(l.community_id = ${communityId} OR l.community_id IS NULL) AND l.is_active`;
}

export async function listLabels(
  db: Database,
  filter: { communityId: number; category?: string | undefined; after: number; limit: number },
): Promise<LabelRow[]> {
  const { communityId, category, after, limit } = filter;
  const inCategory = category === undefined ? sql`true` : sql`l.category = ${category}`;
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(l) AS row FROM labels l WHERE ${usableBy(communityId)} AND l.id > ${after} AND ${inCategory}
    ORDER BY l.id LIMIT ${limit}`);
  return selected.parse(rows).map(({ row }) => row);
}

export async function findLabel(
  db: Database,
  id: number,
  communityId: number,
): Promise<LabelRow | undefined> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(l) AS row FROM labels l WHERE l.id = ${id} AND ${usableBy(communityId)}`,
  );
  return selected.parse(rows)[0]?.row;
}

export async function createLabel(
  db: Database,
  label: LabelInput,
  { communityId, by }: Change,
): Promise<LabelRow | "duplicate" | "full"> {
  const { category, name, description, color, icon } = label;
  const rows = await runAlone(
    db,
    communityId,
    sql`
    WITH held AS (SELECT count(*) AS count FROM labels WHERE community_id = ${communityId} AND is_active),
    changed AS (
      INSERT INTO labels (community_id, category, name, description, color, icon, created_by)
      SELECT ${communityId}, ${category}, ${name}, ${description}, ${color}, ${icon}::text, ${by.actor} FROM held
      WHERE held.count < ${labelsPerCommunity} AND NOT EXISTS (${namesakes(communityId, category, sql`${name}`)})
      RETURNING *),
    noted AS (${note("label.create", communityId, by)})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, held.count AS held FROM held`,
  );
  const [{ row, held }] = changedRow.parse(rows);
  return row ?? ((held ?? 0) >= labelsPerCommunity ? "full" : "duplicate");
}

/** `version` is what the caller last saw; undefined changes whatever is there. */
export async function updateLabel(
  db: Database,
  id: number,
  patch: LabelPatch,
  { communityId, by, version }: Change & { version: number | undefined },
): Promise<LabelRow | "none" | "stale" | "duplicate"> {
  const given = JSON.stringify(patch);
  const rows = await runAlone(
    db,
    communityId,
    sql`
    WITH old AS (
      SELECT * FROM labels WHERE id = ${id} AND community_id = ${communityId} AND is_active AND NOT is_system FOR UPDATE),
    wanted AS (
      SELECT old.id, w.* FROM old, jsonb_to_record(to_jsonb(old) || ${given}::jsonb)
        AS w(name text, description text, color text, icon text)),
    changed AS (
      UPDATE labels t SET name = w.name, description = w.description, color = w.color, icon = w.icon,
        version = t.version + 1, updated_at = now()
      FROM old JOIN wanted w USING (id)
      WHERE t.id = old.id AND old.version = coalesce(${version ?? null}::int, old.version)
        AND NOT EXISTS (${namesakes(communityId, sql`old.category`, sql`w.name`)} AND l.id <> old.id)
      RETURNING t.*),
    noted AS (${note("label.update", communityId, by, sql`(SELECT to_jsonb(old) FROM old)`)})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, (SELECT version FROM old) AS held`,
  );
  const [{ row, held }] = changedRow.parse(rows);
  if (row || held === null) return row ?? "none";
  return version !== undefined && version !== held ? "stale" : "duplicate";
}

/** Its assignments are nobody's from now on; the clock removes them, and the roles that came with them. */
export async function removeLabel(
  db: Database,
  id: number,
  { communityId, by, version }: Change & { version: number | undefined },
): Promise<"done" | "none" | "stale"> {
  const { rows } = await db.execute(sql`
    WITH old AS (
      SELECT * FROM labels WHERE id = ${id} AND community_id = ${communityId} AND is_active AND NOT is_system FOR UPDATE),
    changed AS (
      UPDATE labels t SET is_active = false, version = t.version + 1, updated_at = now() FROM old
      WHERE t.id = old.id AND old.version = coalesce(${version ?? null}::int, old.version) RETURNING t.*),
    noted AS (${note("label.delete", communityId, by, sql`(SELECT to_jsonb(old) FROM old)`)})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, (SELECT version FROM old) AS held`);
  const [{ row, held }] = changedRow.parse(rows);
  if (row) return "done";
  return held === null ? "none" : "stale";
}

function namesakes(communityId: number, category: SQL | string, name: SQL): SQL {
  return sql`SELECT 1 FROM labels l WHERE ${usableBy(communityId)} AND l.category = ${category}
    AND lower(l.name) = lower(${name})`;
}

function note(action: string, communityId: number, by: AuditActor, before?: SQL): SQL {
  return noteChange(
    {
      action,
      resourceType: "label",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`${communityId}`,
      after: sql`to_jsonb(changed)`,
      ...(before ? { before } : {}),
    },
    by,
  );
}
