import { sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

export interface Page {
  /** Part of a name, or a whole id. */
  search?: string | undefined;
  after: number;
  limit: number;
}

export const placedCommunity = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  is_active: z.boolean(),
  /** User keys. */
  owners: z.array(z.string()),
  members: z.int(),
  channels: z.int(),
  created_at: z.string(),
});
export type PlacedCommunity = z.infer<typeof placedCommunity>;

/** By id, deleted ones included. */
export async function listPlaced(db: Database, { search, after, limit }: Page): Promise<PlacedCommunity[]> {
  const found = search ?? null;
  const { rows } = await db.execute(sql`
    SELECT c.id, c.slug, c.name, c.is_active, to_jsonb(c.created_at)#>>'{}' AS created_at,
      (SELECT coalesce(jsonb_agg(b.user_key ORDER BY b.user_key), '[]'::jsonb) FROM community_rbac b
        WHERE b.community_id = c.id AND b.role = 'owner') AS owners,
      (SELECT count(*)::int FROM community_memberships m WHERE m.community_id = c.id AND m.is_active) AS members,
      (SELECT count(*)::int FROM servers s WHERE s.community_id = c.id AND s.is_active) AS channels
    FROM communities c
    WHERE c.id > ${after} AND (${found}::text IS NULL OR strpos(lower(c.name), lower(${found}::text)) > 0
      OR strpos(c.slug, lower(${found}::text)) > 0)
    ORDER BY c.id LIMIT ${limit}`);
  return z.array(placedCommunity).parse(rows);
}

export const shownUser = z.object({
  id: z.int(),
  username: z.string(),
  display_name: z.string(),
  email: z.string().nullable(),
  is_active: z.boolean(),
  is_super_admin: z.boolean(),
  /** User keys of linked accounts. */
  accounts: z.array(z.string()),
  created_at: z.string(),
});
export type ShownUser = z.infer<typeof shownUser>;

/** By id. */
export async function listUsers(db: Database, { search, after, limit }: Page): Promise<ShownUser[]> {
  const found = search ?? null;
  const { rows } = await db.execute(sql`
    SELECT u.id, u.username, u.display_name, to_jsonb(u)->>'email' AS email, u.is_active,
      coalesce((to_jsonb(u)->>'is_super_admin')::boolean, false) AS is_super_admin,
      to_jsonb(u.created_at)#>>'{}' AS created_at,
      (SELECT coalesce(jsonb_agg(p.platform || ':' || p.platform_user_id ORDER BY p.id), '[]'::jsonb)
        FROM platform_identities p WHERE p.hub_user_id = u.id) AS accounts
    FROM hub_users u
    WHERE u.id > ${after} AND (${found}::text IS NULL OR strpos(lower(u.display_name), lower(${found}::text)) > 0
      OR strpos(lower(u.username), lower(${found}::text)) > 0 OR u.id::text = ${found}::text)
    ORDER BY u.id LIMIT ${limit}`);
  return z.array(shownUser).parse(rows);
}

const counts = z.tuple([z.object({ found: z.int(), changed: z.int() })]);

/** Whether it changed: whoever is joined to somebody else rests until that is undone. Undefined when there is nobody of that id. One audit row for a change. */
export async function setUserActive(
  db: Database,
  { userId, isActive }: { userId: number; isActive: boolean },
  by: AuditActor,
): Promise<boolean | undefined> {
  const { rows } = await db.execute(sql`
    WITH old AS (SELECT id, is_active FROM hub_users WHERE id = ${userId} FOR UPDATE),
    changed AS (
      UPDATE hub_users u SET is_active = ${isActive} FROM old
      WHERE u.id = old.id AND old.is_active <> ${isActive} AND NOT EXISTS (
        SELECT 1 FROM hub_user_aliases j WHERE j.from_user_id = u.id AND j.undone_at IS NULL) RETURNING u.id, u.is_active),
    noted AS (${noteChange(
      {
        action: isActive ? "user.enable" : "user.disable",
        resourceType: "user",
        source: sql`changed`,
        resourceId: sql`changed.id::text`,
        before: sql`(SELECT to_jsonb(old) FROM old)`,
        after: sql`to_jsonb(changed)`,
      },
      by,
    )})
    SELECT (SELECT count(*)::int FROM old) AS found, (SELECT count(*)::int FROM changed) AS changed`);
  const [{ found, changed }] = counts.parse(rows);
  return found === 0 ? undefined : changed > 0;
}

/** Whether anything of ours has ever seen this account. */
export async function isKnownAccount(db: Database, userKey: string): Promise<boolean> {
  const [platform = "", ...rest] = userKey.split(":");
  const { rows } = await db.execute(sql`
    SELECT 1 WHERE EXISTS (SELECT 1 FROM community_memberships WHERE user_key = ${userKey})
      OR EXISTS (SELECT 1 FROM platform_identities WHERE platform = ${platform} AND platform_user_id = ${rest.join(":")})`);
  return rows.length > 0;
}

const ownership = z.array(z.object({ version: z.int(), owners: z.array(z.string()) }));

/** Who owns a community, under which version of its roles. */
export async function findOwners(db: Database, communityId: number) {
  const { rows } = await db.execute(sql`
    SELECT c.config_version AS version,
      (SELECT coalesce(jsonb_agg(b.user_key ORDER BY b.user_key), '[]'::jsonb) FROM community_rbac b
        WHERE b.community_id = c.id AND b.role = 'owner') AS owners
    FROM communities c WHERE c.id = ${communityId} AND c.is_active`);
  return ownership.parse(rows)[0];
}
