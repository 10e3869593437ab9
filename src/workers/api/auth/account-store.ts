import { sql } from "drizzle-orm";
import * as z from "zod";
import { makeUserKey } from "#contracts/ids";
import type { SignInAccount } from "#contracts/sign-in";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { listSession, type NewSession } from "#workers/api/session/session-store";

export interface ProvenAccount extends SignInAccount {
  platform: string;
}

const entered = z.tuple([
  z.object({
    user_id: z.int().nullable(),
    is_new: z.boolean(),
    is_known: z.boolean(),
    has_code: z.boolean(),
  }),
]);

export type Entered =
  | { kind: "in"; userId: number; isNew: boolean; needsCode: boolean }
  /** Nobody's account, and nobody new is taken in. */
  | { kind: "closed" }
  /** A person who was switched off. */
  | { kind: "inactive" };

/**
 * Lets in whoever has proven an account, and makes a person of somebody new: by the platform's id alone, never by a name
 * or a mail address. One statement with its session and its audit row; two at once make one person.
 */
export async function enterByAccount(
  db: Database,
  account: ProvenAccount,
  {
    session,
    replaces,
    maySignUp,
    by,
  }: { session: NewSession; replaces: string | undefined; maySignUp: boolean; by: AuditActor },
): Promise<Entered> {
  const { platform, id, login, name, avatarUrl } = account;
  const userKey = makeUserKey(platform, id);
  const lock = db.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${userKey}), 1)`);
  const enter = db.execute(sql`
    WITH known AS (
      SELECT p.id AS identity_id, u.id, u.is_active FROM platform_identities p JOIN hub_users u ON u.id = p.hub_user_id
      WHERE p.platform = ${platform} AND p.platform_user_id = ${id}),
    seen AS (
      UPDATE platform_identities p SET platform_username = ${login}, method = 'oauth'
      FROM known WHERE p.id = known.identity_id),
    made AS (
      INSERT INTO hub_users (username, display_name, avatar_url)
      SELECT ${usernameFor(login)}, ${name}, ${avatarUrl} WHERE ${maySignUp} AND NOT EXISTS (SELECT 1 FROM known)
      RETURNING id),
    linked AS (
      INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username, method, is_primary)
      SELECT id, ${platform}, ${id}, ${login}, 'oauth', true FROM made),
    joined AS (
      INSERT INTO community_memberships (community_id, user_key)
      SELECT c.id, ${userKey} FROM made, communities c WHERE c.id = ${globalCommunityId} ON CONFLICT DO NOTHING),
    changed AS (SELECT id FROM made UNION ALL SELECT id FROM known WHERE is_active),
    over AS (DELETE FROM hub_sessions WHERE ends_at < now() OR id = ${replaces ?? ""}),
    listed AS (${listSession(session, sql`changed`)}),
    noted AS (${noteChange(
      {
        action: "session.begin",
        resourceType: "session",
        source: sql`changed`,
        resourceId: sql`changed.id::text`,
        after: sql`jsonb_build_object('account', ${userKey}::text, 'is_new_user', EXISTS (SELECT 1 FROM made))`,
      },
      by,
    )})
    SELECT (SELECT id FROM changed) AS user_id, EXISTS (SELECT 1 FROM made) AS is_new, EXISTS (SELECT 1 FROM known) AS is_known,
      EXISTS (SELECT 1 FROM hub_totp t JOIN changed ON t.hub_user_id = changed.id WHERE t.confirmed_at IS NOT NULL) AS has_code`);
  const [, { rows }] = await db.batch([lock, enter]);
  const [{ user_id: userId, is_new: isNew, is_known: isKnown, has_code: needsCode }] = entered.parse(rows);
  if (userId === null) return { kind: isKnown ? "inactive" : "closed" };
  return { kind: "in", userId, isNew, needsCode };
}

/** Unique, and nobody can take the name of somebody else by it. */
export function usernameFor(name: string): string {
  const word = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "")
    .slice(0, 40);
  return `${word || "user"}-${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}
