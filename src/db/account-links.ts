import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { makeUserKey } from "#contracts/ids";
import { lockAliases } from "#db/alias-lock";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";

export const visibility = z.enum(["everyone", "communities", "nobody"]);

export const shownIdentity = z.object({
  id: z.int(),
  platform: z.string(),
  platform_user_id: z.string(),
  platform_username: z.string(),
  method: z.string(),
  is_primary: z.boolean(),
  visibility,
  linked_at: z.string(),
});
export type ShownIdentity = z.infer<typeof shownIdentity>;
const listed = z.array(z.object({ row: shownIdentity }));

/** A person's accounts, the oldest first. */
export async function listIdentities(db: Database, userId: number): Promise<ShownIdentity[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(p) - 'hub_user_id' AS row FROM platform_identities p WHERE hub_user_id = ${userId} ORDER BY linked_at, id`);
  return listed.parse(rows).map(({ row }) => row);
}

export interface NewLink {
  userId: number;
  platform: string;
  platformUserId: string;
  platformUsername: string;
  method: "oauth" | "code";
}

/**
 * Links a proven account to a person. `taken` when it is somebody else's: it is never moved, whatever is proven, until they
 * let it go (IDN-4).
 */
export async function linkAccount(
  db: Database,
  link: NewLink,
  by: AuditActor,
): Promise<"linked" | "again" | "taken"> {
  const { userId, platform, platformUserId, platformUsername, method } = link;
  const userKey = makeUserKey(platform, platformUserId);
  // The person first, as everybody who changes accounts of theirs does: so nobody waits in a circle.
  const lock = db.execute(sql`SELECT 1 FROM hub_users WHERE id = ${userId} FOR NO KEY UPDATE`);
  const add = db.execute(sql`
    WITH changed AS (
      INSERT INTO platform_identities AS p (hub_user_id, platform, platform_user_id, platform_username, method, is_primary)
      SELECT u.id, ${platform}, ${platformUserId}, ${platformUsername}, ${method},
        NOT EXISTS (SELECT 1 FROM platform_identities o WHERE o.hub_user_id = u.id AND o.is_primary)
      FROM hub_users u WHERE u.id = ${userId} AND u.is_active
      ON CONFLICT (platform, platform_user_id) DO NOTHING RETURNING *),
    joined AS (
      INSERT INTO community_memberships (community_id, user_key)
      SELECT c.id, ${userKey} FROM changed, communities c WHERE c.id = ${globalCommunityId} ON CONFLICT DO NOTHING),
    noted AS (${note("identity.link", by, nameless(sql`changed`))})
    SELECT id FROM changed`);
  const [, { rows }] = await db.batch([lock, add]);
  if (rows.length > 0) return "linked";
  const known = await db.execute(sql`
    SELECT hub_user_id FROM platform_identities WHERE platform = ${platform} AND platform_user_id = ${platformUserId}`);
  return Number(known.rows[0]?.["hub_user_id"]) === userId ? "again" : "taken";
}

/** `last` for the only way left to sign in: without it the person would be locked out. */
export async function unlinkAccount(
  db: Database,
  { userId, id }: { userId: number; id: number },
  by: AuditActor,
): Promise<"unlinked" | "last" | "missing"> {
  const lock = db.execute(sql`SELECT 1 FROM hub_users WHERE id = ${userId} FOR NO KEY UPDATE`);
  const unlink = db.execute(sql`
    WITH mine AS (SELECT * FROM platform_identities WHERE hub_user_id = ${userId}),
    changed AS (
      DELETE FROM platform_identities WHERE id = ${id} AND hub_user_id = ${userId} AND platform <> 'hub'
      AND ((SELECT count(*) FROM mine WHERE platform <> 'hub') > 1
        OR EXISTS (SELECT 1 FROM hub_passwords WHERE hub_user_id = ${userId})) RETURNING *),
    noted AS (${note("identity.unlink", by, sql`NULL`, nameless(sql`changed`))})
    SELECT (SELECT count(*)::int FROM changed) AS changed,
      EXISTS (SELECT 1 FROM mine WHERE id = ${id} AND platform <> 'hub') AS is_there`);
  const [, , { rows }] = await db.batch([db.execute(lockAliases.alone), lock, unlink]);
  const [{ changed, is_there }] = z
    .tuple([z.object({ changed: z.int(), is_there: z.boolean() })])
    .parse(rows);
  if (changed > 0) return "unlinked";
  return is_there ? "last" : "missing";
}

export interface IdentityChange {
  userId: number;
  id: number;
  isPrimary?: true | undefined;
  visibility?: z.infer<typeof visibility> | undefined;
}

/** Which account speaks for the person, and who may see that it is theirs. */
export async function changeIdentity(
  db: Database,
  { userId, id, isPrimary, visibility: wanted }: IdentityChange,
  by: AuditActor,
): Promise<ShownIdentity | undefined> {
  // The index allows one primary at any moment, so the old one steps back in a statement of its own, in one transaction.
  const stepBack = db.execute(sql`
    UPDATE platform_identities SET is_primary = false WHERE hub_user_id = ${userId} AND is_primary AND ${isPrimary === true}
    AND EXISTS (SELECT 1 FROM platform_identities WHERE id = ${id} AND hub_user_id = ${userId})`);
  const change = db.execute(sql`
    WITH old AS (SELECT * FROM platform_identities WHERE id = ${id} AND hub_user_id = ${userId} FOR UPDATE),
    changed AS (
      UPDATE platform_identities p SET is_primary = p.is_primary OR ${isPrimary === true},
        visibility = coalesce(${wanted ?? null}::text, p.visibility)
      FROM old WHERE p.id = old.id RETURNING p.*),
    noted AS (${note("identity.change", by, nameless(sql`changed`), sql`(SELECT ${nameless(sql`old`)} FROM old)`)})
    SELECT to_jsonb(changed) - 'hub_user_id' AS row FROM changed`);
  const [, { rows }] = await db.batch([stepBack, change]);
  return listed.parse(rows)[0]?.row;
}

/** The audit log outlives the person: it says which account, not what it was called. */
const nameless = (row: SQL) => sql`to_jsonb(${row}) - 'platform_username'`;

function note(action: string, by: AuditActor, after: SQL, before?: SQL): SQL {
  return noteChange(
    {
      action,
      resourceType: "identity",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      ...(before ? { before } : {}),
      after,
    },
    by,
  );
}
