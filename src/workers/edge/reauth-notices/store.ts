import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";

const incident = z.object({
  communityId: z.int().positive(),
  slug: z.string(),
  platform: z.string(),
  role: z.enum(["bot", "owner"]),
  account: z.string(),
  name: z.string(),
  /** When the grant ends, or ended; null when it works until the platform says otherwise. Epoch milliseconds. */
  endsAt: z.int().nullable(),
  /** When it became one. With the account it names the incident. */
  since: z.int(),
  /** Where it may be told, the nearest place first. */
  places: z.array(z.string()),
});
export type Incident = z.infer<typeof incident>;

/** As many are told in a minute. */
const perRun = 25;
/** A place that cannot be spoken in has others behind it. */
const mostPlaces = 5;

/**
 * Accounts that must be connected again and whose owners were not told yet, the most urgent first. Each is told by one
 * run only: it is marked before the words leave, and {@link giveBack} undoes that when nobody can have heard them.
 */
export async function takeUntold(db: Database): Promise<Incident[]> {
  const { rows } = await db.execute(sql`
    WITH untold AS (
      SELECT t.community_id, t.provider, t.role, t.account_id, c.slug
      FROM oauth_tokens t JOIN communities c ON c.id = t.community_id AND c.is_active
      WHERE t.status = 'reauth_required' AND t.reauth_told_at IS DISTINCT FROM t.updated_at
      ORDER BY t.expires_at NULLS LAST LIMIT ${perRun} FOR UPDATE OF t SKIP LOCKED)
    UPDATE oauth_tokens t SET reauth_told_at = t.updated_at FROM untold u
    WHERE (t.community_id, t.provider, t.role, t.account_id) = (u.community_id, u.provider, u.role, u.account_id)
    RETURNING t.community_id AS "communityId", u.slug, t.provider AS platform, t.role, t.account_id AS account,
      t.account_name AS name, floor(extract(epoch FROM t.expires_at) * 1000)::float8 AS "endsAt",
      floor(extract(epoch FROM t.updated_at) * 1000)::float8 AS since,
      ARRAY(SELECT s.entity_id FROM servers s WHERE s.community_id = t.community_id AND s.is_active
        ORDER BY s.platform = t.provider AND s.server_id = t.account_id DESC, s.platform = t.provider DESC,
          s.last_activity DESC NULLS LAST, s.entity_id LIMIT ${mostPlaces}) AS places`);
  return z.array(incident).parse(rows);
}

/** It was told to nobody: the next run tries again, unless something else happened to the account meanwhile. */
export async function giveBack(
  db: Database,
  { communityId, platform, role, account }: Incident,
): Promise<void> {
  await db.execute(sql`
    UPDATE oauth_tokens SET reauth_told_at = NULL
    WHERE community_id = ${communityId} AND provider = ${platform} AND role = ${role} AND account_id = ${account}
      AND reauth_told_at = updated_at`);
}
