import { sql } from "drizzle-orm";
import * as z from "zod";
import { type OverlayType, overlayType } from "#contracts/overlay";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

/** How long the replaced address works on where that is asked for (90-decisions C-30). */
export const graceMs = 5 * 60_000;

const tokenRow = z.object({
  id: z.int(),
  community_id: z.int(),
  type: overlayType,
  token_hash: z.string(),
  created_by: z.string(),
  created_at: z.string(),
  last_opened_at: z.string().nullable(),
  expires_at: z.string().nullable(),
});
export type TokenRow = z.infer<typeof tokenRow>;
const selected = z.array(z.object({ row: tokenRow }));

const working = sql`t.is_active AND (t.expires_at IS NULL OR t.expires_at > now())`;

/** The tokens that work, the newest first. */
export async function listTokens(db: Database, communityId: number): Promise<TokenRow[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(t) AS row FROM overlay_tokens t WHERE t.community_id = ${communityId} AND ${working}
    ORDER BY t.id DESC`);
  return selected.parse(rows).map(({ row }) => row);
}

export async function findToken(db: Database, id: number): Promise<TokenRow | undefined> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(t) AS row FROM overlay_tokens t WHERE t.id = ${id} AND ${working}`,
  );
  return selected.parse(rows)[0]?.row;
}

interface Rotation {
  communityId: number;
  type: OverlayType;
  /** Of the new one; undefined to have none. */
  tokenHash: string | undefined;
  /** When the old ones end. */
  endsAt: Date;
  by: AuditActor;
}

const rotated = z.array(z.object({ id: z.int().nullable(), ended: z.array(z.string()) }));

/** Ends the tokens there are and makes the new one, one caller at a time; their hashes, and the id of the new one. */
export async function replaceTokens(
  db: Database,
  { communityId, type, tokenHash, endsAt, by }: Rotation,
): Promise<{ id: number | null; ended: string[] }> {
  const isNow = endsAt.getTime() <= Date.now();
  const action = tokenHash === undefined ? "overlay.close" : "overlay.rotate";
  const note = noteChange(
    {
      action,
      resourceType: "overlay",
      source: sql`(SELECT 1) one`,
      resourceId: sql`${type}::text`,
      communityId: sql`${communityId}`,
      before: sql`(SELECT jsonb_agg(id) FROM ended)`,
      after: sql`(SELECT jsonb_agg(id) FROM made)`,
    },
    by,
  );
  const lock = db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} FOR UPDATE`);
  const change = db.execute(sql`
    WITH ended AS (
      UPDATE overlay_tokens t SET is_active = ${!isNow}, expires_at = least(t.expires_at, ${endsAt.toISOString()}::timestamptz)
      WHERE t.community_id = ${communityId} AND t.type = ${type} AND ${working} RETURNING t.id, t.token_hash),
    made AS (
      INSERT INTO overlay_tokens (token_hash, community_id, type, created_by)
      SELECT ${tokenHash ?? ""}, ${communityId}, ${type}, ${by.actor} WHERE ${tokenHash !== undefined} RETURNING id),
    noted AS (${note})
    SELECT (SELECT id FROM made) AS id, (SELECT coalesce(jsonb_agg(token_hash), '[]'::jsonb) FROM ended) AS ended`);
  const [, { rows }] = await db.batch([lock, change]);
  const [done] = rotated.parse(rows);
  if (!done) throw new Error("the rotation said nothing");
  return done;
}
