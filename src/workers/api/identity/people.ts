import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";

const shownPerson = z.object({
  id: z.int(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  identities: z.array(
    z.object({ platform: z.string(), platform_username: z.string(), is_primary: z.boolean() }),
  ),
});
export type ShownPerson = z.infer<typeof shownPerson>;

/** Who looks: a person, who sees what others let them see, or the house itself (null), which sees all. */
export type Viewer = number | null;

export async function findPersonById(
  db: Database,
  id: number,
  viewer: Viewer,
): Promise<ShownPerson | undefined> {
  // Whoever was joined to somebody is found as who they are now.
  const now = sql`coalesce((SELECT a.to_user_id FROM hub_user_aliases a WHERE a.from_user_id = ${id} AND a.undone_at IS NULL), ${id}::int)`;
  // Whoever may not look somebody up hears what they hear of nobody.
  const mayLook = sql`(${viewer}::int IS NULL OR u.id = ${viewer}::int OR u.visibility = 'everyone' OR (
    u.visibility = 'communities' AND EXISTS (
      SELECT 1 FROM platform_identities p WHERE p.hub_user_id = u.id AND ${sharing(viewer)})))`;
  return find(db, sql`u.id = ${now} AND ${mayLook}`, viewer);
}

/** By the platform's own id, which is for good. An account that the viewer may not see leads to nobody. */
export async function findPersonByAccount(
  db: Database,
  account: { platform: string; platformUserId: string },
  viewer: Viewer,
): Promise<ShownPerson | undefined> {
  const { platform, platformUserId } = account;
  const where = sql`EXISTS (SELECT 1 FROM seen s WHERE s.hub_user_id = u.id AND s.platform = ${platform}
    AND s.platform_user_id = ${platformUserId})`;
  return find(db, where, viewer);
}

const keyOf = (source: SQL) =>
  sql`${source}.platform || ':' || replace(replace(${source}.platform_user_id, '%', '%25'), ':', '%3A')`;

/** Whether the account `p` is in a community with one of the viewer's. Sharing the community of everybody is sharing nothing. */
const sharing = (viewer: Viewer) => sql`EXISTS (
    SELECT 1 FROM community_memberships theirs
    JOIN community_memberships mine ON mine.community_id = theirs.community_id AND mine.is_active
    JOIN platform_identities me ON me.hub_user_id = ${viewer}::int AND mine.user_key = ${keyOf(sql`me`)}
    WHERE theirs.user_key = ${keyOf(sql`p`)} AND theirs.is_active AND theirs.community_id <> ${globalCommunityId})`;

async function find(db: Database, where: SQL, viewer: Viewer): Promise<ShownPerson | undefined> {
  const { rows } = await db.execute(sql`
    WITH seen AS (
      SELECT p.* FROM platform_identities p WHERE p.platform <> 'hub' AND (
        ${viewer}::int IS NULL OR p.hub_user_id = ${viewer}::int OR p.visibility = 'everyone'
        OR (p.visibility = 'communities' AND ${sharing(viewer)})))
    SELECT u.id, u.display_name, u.avatar_url, coalesce((
      SELECT jsonb_agg(jsonb_build_object('platform', s.platform, 'platform_username', s.platform_username,
        'is_primary', s.is_primary) ORDER BY s.linked_at, s.id) FROM seen s WHERE s.hub_user_id = u.id), '[]') AS identities
    FROM hub_users u WHERE u.is_active AND ${where}`);
  return z.array(shownPerson).parse(rows)[0];
}
