import { sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { usernameFor } from "#workers/api/auth/account-store";
import { mailKey } from "#workers/api/password/password-store";

/** 40-core §1.32. */
export const givenLifeMs = 86_400_000;

export interface GivenLogin {
  communityId: number;
  email: string;
  /** Of the password for one sign-in. */
  hash: string;
}

const given = z.tuple([z.object({ user_id: z.int().nullable(), got_password: z.boolean() })]);

/**
 * Gives access to a community by mail: to somebody new with a password for one sign-in, to who has one of their own without.
 * Undefined for whoever has access already, or was switched off. A password that was never used in time is given anew.
 */
export async function giveLogin(
  db: Database,
  { communityId, email, hash }: GivenLogin,
  by: AuditActor,
): Promise<{ userId: number; gotPassword: boolean } | undefined> {
  const name = email.split("@")[0]?.slice(0, 64) ?? "guest";
  const lock = db.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${email}), 2)`);
  const key = await mailKey(email);
  const give = db.execute(sql`
    WITH known AS (
      SELECT u.id, u.is_active, coalesce(p.must_change AND (p.hash = '' OR p.expires_at <= now()), false) AS is_over,
        EXISTS (SELECT 1 FROM portal_access a WHERE a.hub_user_id = u.id AND a.community_id = ${communityId}) AS is_in
      FROM hub_users u LEFT JOIN hub_passwords p ON p.hub_user_id = u.id WHERE u.email = ${email}),
    made AS (
      INSERT INTO hub_users (username, display_name, email) SELECT ${usernameFor(name)}, ${name}, ${email}
      WHERE NOT EXISTS (SELECT 1 FROM known) RETURNING id),
    changed AS (SELECT id FROM made UNION ALL SELECT id FROM known WHERE is_active AND (is_over OR NOT is_in)),
    wanting AS (SELECT id FROM made UNION ALL SELECT known.id FROM known JOIN changed USING (id) WHERE is_over),
    kept AS (
      INSERT INTO hub_passwords (hub_user_id, hash, must_change, expires_at)
      SELECT id, ${hash}, true, now() + make_interval(secs => ${givenLifeMs / 1000}) FROM wanting
      ON CONFLICT (hub_user_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, changed_at = now()),
    linked AS (
      INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username, method, is_primary)
      SELECT id, 'hub', id::text, ${name}, 'given', true FROM made),
    joined AS (
      INSERT INTO community_memberships (community_id, user_key)
      SELECT c.id, 'hub:' || changed.id FROM changed, communities c WHERE c.id IN (${communityId}, ${globalCommunityId})
      ON CONFLICT (community_id, user_key) DO UPDATE SET is_active = true),
    access AS (
      INSERT INTO portal_access (community_id, hub_user_id) SELECT ${communityId}, id FROM changed
      ON CONFLICT (community_id, hub_user_id) DO UPDATE SET added_at = now()),
    noted AS (${noteChange(
      {
        action: "portal.add",
        resourceType: "portal_login",
        source: sql`changed`,
        resourceId: sql`${key}::text`,
        communityId: sql`${communityId}`,
        after: sql`jsonb_build_object('user_id', changed.id)`,
      },
      by,
    )})
    SELECT (SELECT id FROM changed) AS user_id, EXISTS (SELECT 1 FROM wanting) AS got_password`);
  const [, { rows }] = await db.batch([lock, give]);
  const [{ user_id: userId, got_password: gotPassword }] = given.parse(rows);
  return userId === null ? undefined : { userId, gotPassword };
}

/** Takes access away, and a password that nobody has used; false where there was none. */
export async function takeLogin(
  db: Database,
  { communityId, userId }: { communityId: number; userId: number },
  by: AuditActor,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      DELETE FROM portal_access WHERE community_id = ${communityId} AND hub_user_id = ${userId} RETURNING hub_user_id AS id),
    left_behind AS (
      UPDATE community_memberships m SET is_active = false FROM changed
      WHERE m.community_id = ${communityId} AND m.user_key = 'hub:' || changed.id),
    over AS (
      UPDATE hub_passwords p SET expires_at = now() FROM changed
      WHERE p.hub_user_id = changed.id AND p.must_change
      AND NOT EXISTS (SELECT 1 FROM portal_access a WHERE a.hub_user_id = p.hub_user_id AND a.community_id <> ${communityId})),
    noted AS (${noteChange(
      {
        action: "portal.remove",
        resourceType: "portal_login",
        source: sql`changed`,
        resourceId: sql`changed.id::text`,
        communityId: sql`${communityId}`,
        before: sql`jsonb_build_object('user_id', changed.id)`,
      },
      by,
    )})
    SELECT id FROM changed`);
  return rows.length > 0;
}

const row = z.object({
  user_id: z.int(),
  email: z.string().nullable(),
  state: z.enum(["waiting", "over", "active"]),
  added_at: z.coerce.date(),
});

export async function listLogins(db: Database, communityId: number) {
  const { rows } = await db.execute(sql`
    SELECT u.id AS user_id, u.email, a.added_at, CASE WHEN p.must_change IS NOT TRUE THEN 'active'
      WHEN p.hash <> '' AND p.expires_at > now() THEN 'waiting' ELSE 'over' END AS state
    FROM portal_access a JOIN hub_users u ON u.id = a.hub_user_id LEFT JOIN hub_passwords p ON p.hub_user_id = u.id
    WHERE a.community_id = ${communityId} ORDER BY a.added_at DESC, u.id LIMIT 200`);
  return z
    .array(row)
    .parse(rows)
    .map(({ added_at, ...login }) => ({ ...login, added_at: added_at.toISOString() }));
}
