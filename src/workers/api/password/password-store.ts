import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import { listSession, type NewSession } from "#workers/api/session/session-store";

/** How long the link of a mail is good for choosing a new password. */
export const resetLifeMs = 3_600_000;

export interface Login {
  userId: number;
  hash: string;
  /** Given by somebody else: good for one sign-in, which must choose another. */
  mustChange: boolean;
  /** The person may come in and the password is not over. */
  isGood: boolean;
  hasCode: boolean;
}

const login = z.object({
  id: z.int(),
  hash: z.string(),
  must_change: z.boolean(),
  is_good: z.boolean(),
  has_code: z.boolean(),
});

/** Who has a password under that address. */
export async function findLogin(db: Database, email: string): Promise<Login | undefined> {
  const { rows } = await db.execute(sql`
    SELECT u.id, p.hash, p.must_change, u.is_active AND coalesce(p.expires_at > now(), true) AS is_good,
      EXISTS (SELECT 1 FROM hub_totp t WHERE t.hub_user_id = u.id AND t.confirmed_at IS NOT NULL) AS has_code
    FROM hub_users u JOIN hub_passwords p ON p.hub_user_id = u.id WHERE u.email = ${email}`);
  const found = z.array(login).parse(rows)[0];
  if (!found) return undefined;
  const { id: userId, hash, must_change: mustChange, is_good: isGood, has_code: hasCode } = found;
  return { userId, hash, mustChange, isGood, hasCode };
}

/** A person's own password; undefined for who has none. */
export async function findHash(db: Database, userId: number): Promise<string | undefined> {
  const { rows } = await db.execute(sql`SELECT hash FROM hub_passwords WHERE hub_user_id = ${userId}`);
  return z.array(z.object({ hash: z.string() })).parse(rows)[0]?.hash;
}

/**
 * Opens a session by a password. One that was given is used up by the same statement: of two at once only one gets in, and
 * nobody twice (HUB-5). False when it was used up, changed or the person switched off meanwhile.
 */
export async function enterByPassword(
  db: Database,
  { userId, hash, mustChange }: Login,
  { session, replaces, by }: { session: NewSession; replaces: string | undefined; by: AuditActor },
): Promise<boolean> {
  const proven = mustChange
    ? sql`UPDATE hub_passwords SET hash = '' WHERE hub_user_id = ${userId} AND hash = ${hash} AND must_change
        AND expires_at > now() RETURNING hub_user_id`
    : sql`SELECT hub_user_id FROM hub_passwords WHERE hub_user_id = ${userId} AND hash = ${hash} AND NOT must_change FOR UPDATE`;
  const { rows } = await db.execute(sql`
    WITH proven AS (${proven}),
    changed AS (SELECT u.id FROM hub_users u JOIN proven ON proven.hub_user_id = u.id WHERE u.is_active),
    over AS (DELETE FROM hub_sessions WHERE ends_at < now() OR id = ${replaces ?? ""}),
    listed AS (${listSession(session, sql`changed`)}),
    noted AS (${note("session.begin", "session", by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** Takes the place of the password that was `before`, ends every session of the person, and lists a new one. */
export async function changePassword(
  db: Database,
  { userId, before, hash }: { userId: number; before: string; hash: string },
  { session, by }: { session: NewSession; by: AuditActor },
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE hub_passwords SET hash = ${hash}, must_change = false, expires_at = NULL, changed_at = now()
      WHERE hub_user_id = ${userId} AND hash = ${before} RETURNING hub_user_id AS id),
    over AS (DELETE FROM hub_sessions WHERE hub_user_id IN (SELECT id FROM changed)),
    unwanted AS (DELETE FROM hub_password_resets WHERE hub_user_id IN (SELECT id FROM changed)),
    listed AS (${listSession(session, sql`changed`)}),
    noted AS (${note("password.change", "password", by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** Keeps what the mail's link holds; nothing for an address nobody has. True when somebody has it. */
export async function keepReset(
  db: Database,
  { email, token }: { email: string; token: string },
  by: AuditActor,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH over AS (DELETE FROM hub_password_resets WHERE expires_at < now()),
    known AS (SELECT u.id FROM hub_users u WHERE u.email = ${email} AND u.is_active),
    made AS (
      INSERT INTO hub_password_resets (token_hash, hub_user_id, expires_at)
      SELECT ${await sha256Hex(token)}, id, now() + make_interval(secs => ${resetLifeMs / 1000}) FROM known),
    changed AS (SELECT ${await mailKey(email)} AS id),
    noted AS (${note("password.forgotten", "mail", by)})
    SELECT id FROM known`);
  return rows.length > 0;
}

/** The link's one use: the new password is set and every session ends. Gives the address; undefined for a link that is not good. */
export async function resetPassword(
  db: Database,
  { token, hash }: { token: string; hash: string },
  by: AuditActor,
): Promise<{ userId: number; email: string; sessions: string[] } | undefined> {
  const { rows } = await db.execute(sql`
    WITH used AS (
      DELETE FROM hub_password_resets WHERE token_hash = ${await sha256Hex(token)} RETURNING hub_user_id, expires_at),
    changed AS (
      SELECT u.id, u.email FROM used JOIN hub_users u ON u.id = used.hub_user_id WHERE used.expires_at > now() AND u.is_active),
    kept AS (
      INSERT INTO hub_passwords (hub_user_id, hash) SELECT id, ${hash} FROM changed
      ON CONFLICT (hub_user_id) DO UPDATE SET hash = excluded.hash, must_change = false, expires_at = NULL, changed_at = now()),
    over AS (DELETE FROM hub_sessions s USING changed WHERE s.hub_user_id = changed.id RETURNING s.id),
    others AS (DELETE FROM hub_password_resets r USING changed WHERE r.hub_user_id = changed.id AND r.token_hash <> ${await sha256Hex(token)}),
    noted AS (${note("password.reset", "password", by)})
    SELECT id AS user_id, email, (SELECT coalesce(jsonb_agg(id), '[]') FROM over) AS sessions FROM changed`);
  const found = z
    .array(z.object({ user_id: z.int(), email: z.string(), sessions: z.array(z.string()) }))
    .parse(rows)[0];
  return found && { userId: found.user_id, email: found.email, sessions: found.sessions };
}

/** An address in the audit log: the same one can be told, and not read. */
export async function mailKey(email: string): Promise<string> {
  return `mail:${(await sha256Hex(email)).slice(0, 16)}`;
}

function note(action: string, resourceType: string, by: AuditActor): SQL {
  return noteChange({ action, resourceType, source: sql`changed`, resourceId: sql`changed.id::text` }, by);
}
