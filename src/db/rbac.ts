import { sql } from "drizzle-orm";
import * as z from "zod";
import { role } from "#contracts/role";
import type { Database } from "#db/client";

/** Everybody belongs to it, and nobody leaves it (90-decisions C-07). */
export const globalCommunityId = 1;

/** One person in one place: a channel, or a whole community. */
export interface Place {
  userKey: string;
  entityId: string | null;
  communityId: number | null;
}

const assigned = role.nullable();
const placed = z.object({
  place: z.int(),
  community_id: z.int(),
  config_version: z.int(),
  entity_role: assigned,
  community_role: assigned,
  global_role: assigned,
});
export type PlacedRoles = z.infer<typeof placed>;

/**
 * What was assigned to these people in these places, one answer a question; undefined where there is no such channel or
 * community, it was deleted, or the channel is not of that community. One statement, however many.
 */
export async function findRoles(
  db: Database,
  places: readonly Place[],
): Promise<(PlacedRoles | undefined)[]> {
  const questions = places.map((one, place) => ({ ...one, place }));
  const { rows } = await db.execute(sql`
    SELECT q.place, c.id AS community_id, c.config_version, e.role AS entity_role, b.role AS community_role, g.role AS global_role
    FROM jsonb_to_recordset(${JSON.stringify(questions)}::jsonb)
      AS q(place int, "userKey" text, "entityId" text, "communityId" int)
    LEFT JOIN servers s ON s.entity_id = q."entityId"
    JOIN communities c ON c.id = coalesce(s.community_id, q."communityId") AND c.is_active
      AND (q."entityId" IS NULL OR s.entity_id IS NOT NULL) AND coalesce(q."communityId", c.id) = c.id
    LEFT JOIN entity_roles e ON e.entity_id = s.entity_id AND e.user_key = q."userKey"
    LEFT JOIN community_rbac b ON b.community_id = c.id AND b.user_key = q."userKey"
    LEFT JOIN community_rbac g ON g.community_id = ${globalCommunityId} AND g.user_key = q."userKey"`);
  const found = new Map(
    z
      .array(placed)
      .parse(rows)
      .map((row) => [row.place, row]),
  );
  return places.map((_, place) => found.get(place));
}

const userRole = z.object({
  user_key: z.string(),
  community_id: z.int(),
  entity_id: z.string().nullable(),
  role,
});
export type UserRole = z.infer<typeof userRole>;

/** Rows of one answer at most. */
export const mostUserRoles = 10_000;

/**
 * Every role these people have: what was assigned, and `member` wherever they belong without more. Of one community
 * and its channels, or of all (null).
 */
export async function listUserRoles(
  db: Database,
  { userKeys, communityId }: { userKeys: readonly string[]; communityId: number | null },
): Promise<UserRole[]> {
  const { rows } = await db.execute(sql`
    WITH people AS (SELECT DISTINCT user_key FROM jsonb_array_elements_text(${JSON.stringify(userKeys)}::jsonb) AS p(user_key)),
    roles AS (
      SELECT user_key, community_id, NULL::text AS entity_id, role FROM community_rbac JOIN people USING (user_key)
      UNION ALL
      SELECT m.user_key, m.community_id, NULL, 'member' FROM community_memberships m JOIN people USING (user_key)
      WHERE m.is_active AND NOT EXISTS (
        SELECT 1 FROM community_rbac b WHERE b.community_id = m.community_id AND b.user_key = m.user_key)
      UNION ALL
      SELECT e.user_key, s.community_id, e.entity_id, e.role FROM entity_roles e JOIN people USING (user_key)
      JOIN servers s ON s.entity_id = e.entity_id)
    SELECT * FROM roles WHERE ${communityId}::int IS NULL OR community_id = ${communityId}::int
    ORDER BY user_key, community_id, entity_id NULLS FIRST LIMIT ${mostUserRoles}`);
  return z.array(userRole).parse(rows);
}

/** The accounts a signed-in person has proven to be theirs, as user keys. */
export async function findAccounts(db: Database, hubUserId: number): Promise<string[]> {
  const { rows } = await db.execute(sql`
    SELECT p.platform || ':' || replace(replace(p.platform_user_id, '%', '%25'), ':', '%3A') AS user_key
    FROM platform_identities p JOIN hub_users u ON u.id = p.hub_user_id AND u.is_active
    WHERE p.hub_user_id = ${hubUserId}`);
  return z
    .array(z.object({ user_key: z.string() }))
    .parse(rows)
    .map((row) => row.user_key);
}

/** Channels that hold a snapshot of these roles, and the version they must reach. */
export async function findChannelsToTell(
  db: Database,
  { communityIds, userKeys }: { communityIds: readonly number[]; userKeys: readonly string[] },
): Promise<{ entityId: string; version: number }[]> {
  const isGlobal = communityIds.includes(globalCommunityId);
  const { rows } = await db.execute(sql`
    SELECT s.entity_id, c.config_version FROM servers s JOIN communities c ON c.id = s.community_id
    WHERE s.is_active AND (
      s.community_id IN (SELECT value::int FROM jsonb_array_elements_text(${JSON.stringify(communityIds)}::jsonb))
      OR (${isGlobal} AND EXISTS (
        SELECT 1 FROM community_memberships m WHERE m.community_id = s.community_id
        AND m.user_key IN (SELECT jsonb_array_elements_text(${JSON.stringify(userKeys)}::jsonb)))))
    ORDER BY s.created_at DESC LIMIT ${mostChannelsTold}`);
  const told = z.array(z.object({ entity_id: z.string(), config_version: z.int() })).parse(rows);
  return told.map((row) => ({ entityId: row.entity_id, version: row.config_version }));
}

/** Others ask again by themselves, within a minute where it matters. */
const mostChannelsTold = 500;
