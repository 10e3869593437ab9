import { sql } from "drizzle-orm";
import * as z from "zod";
import type { LabelCategory } from "#contracts/label";
import type { Database } from "#db/client";
import { usableBy } from "#workers/api/labels/label-store";

const held = z.object({
  label_id: z.int(),
  name: z.string(),
  color: z.string(),
  icon: z.string().nullable(),
  applied_by: z.string(),
  applied_at: z.string(),
  expires_at: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
});
export const shownHeld = held;

/** What one thing carries now, by name. Never more than its limit. */
export async function labelsOf(
  db: Database,
  { communityId, type, id }: { communityId: number; type: LabelCategory; id: string },
) {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(e) || jsonb_build_object('name', l.name, 'color', l.color, 'icon', l.icon) AS row
    FROM entity_labels e JOIN labels l ON l.id = e.label_id AND ${usableBy(communityId)}
    WHERE e.community_id = ${communityId} AND e.entity_type = ${type} AND e.entity_id = ${id}
      AND (e.expires_at IS NULL OR e.expires_at > now())
    ORDER BY lower(l.name)`);
  return z
    .array(z.object({ row: held }))
    .parse(rows)
    .map(({ row }) => row);
}

const found = z.array(z.object({ entity_id: z.string(), labels: z.array(z.string()) }));

export interface LabelSearch {
  communityId: number;
  type: LabelCategory;
  /** Whole names, compared without case; nothing in them is a wildcard. */
  names: readonly string[];
  matchAll: boolean;
  /** The last entity of the page before. */
  after: string;
  limit: number;
}

/** Things that carry these labels now, by id, with which of them they carry. */
export async function searchByLabels(db: Database, search: LabelSearch) {
  const { communityId, type, names, matchAll, after, limit } = search;
  const { rows } = await db.execute(sql`
    WITH asked AS (SELECT DISTINCT lower(name) AS name FROM jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) a(name))
    SELECT e.entity_id, jsonb_agg(l.name ORDER BY lower(l.name)) AS labels
    FROM labels l JOIN asked a ON a.name = lower(l.name)
    JOIN entity_labels e ON e.label_id = l.id AND e.community_id = ${communityId}
    WHERE ${usableBy(communityId)} AND l.category = ${type} AND e.entity_type = ${type} AND e.entity_id > ${after}
      AND (e.expires_at IS NULL OR e.expires_at > now())
    GROUP BY e.entity_id
    HAVING NOT ${matchAll} OR count(DISTINCT a.name) = (SELECT count(*) FROM asked)
    ORDER BY e.entity_id LIMIT ${limit}`);
  return found.parse(rows);
}
