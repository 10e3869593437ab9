import { sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { sha256Hex } from "#lib/sha256";
import { usernameFor } from "#workers/api/auth/account-store";
import { mailKey } from "#workers/api/password/password-store";
import { listSession, type NewSession } from "#workers/api/session/session-store";

/** 50-admin §1.43. */
export const registrationLifeMs = 86_400_000;

export interface NewRegistration {
  token: string;
  email: string;
  displayName: string;
  passwordHash: string;
}

/** Keeps a new account until its mail is answered. False where the address is somebody's; then nothing is kept. */
export async function keepRegistration(
  db: Database,
  { token, email, displayName, passwordHash }: NewRegistration,
  by: AuditActor,
): Promise<boolean> {
  const life = registrationLifeMs / 1000;
  const { rows } = await db.execute(sql`
    WITH over AS (DELETE FROM hub_registrations WHERE expires_at < now()),
    made AS (
      INSERT INTO hub_registrations (token_hash, email, display_name, password_hash, expires_at)
      SELECT ${await sha256Hex(token)}, ${email}, ${displayName}, ${passwordHash}, now() + make_interval(secs => ${life})
      WHERE NOT EXISTS (SELECT 1 FROM hub_users WHERE email = ${email}) RETURNING token_hash),
    asked AS (SELECT ${await mailKey(email)} AS id),
    noted AS (${noteChange(
      {
        action: "registration.ask",
        resourceType: "mail",
        source: sql`asked`,
        resourceId: sql`asked.id::text`,
      },
      by,
    )})
    SELECT token_hash FROM made`);
  return rows.length > 0;
}

const registration = z.object({ email: z.string(), display_name: z.string(), password_hash: z.string() });

/** A registration whose mail was answered in time, as the link names it. */
export async function findRegistration(db: Database, token: string) {
  const { rows } = await db.execute(sql`
    SELECT email, display_name, password_hash FROM hub_registrations
    WHERE token_hash = ${await sha256Hex(token)} AND expires_at > now()`);
  const found = z.array(registration).parse(rows)[0];
  return found && { email: found.email, displayName: found.display_name, passwordHash: found.password_hash };
}

/**
 * Makes a person of a registration, with an account of the house, a place in everybody's community and a session; what else
 * was begun with the address ends. Undefined when the link was used, or the address became somebody's meanwhile.
 */
export async function finishRegistration(
  db: Database,
  token: string,
  { displayName, session, by }: { displayName: string; session: NewSession; by: AuditActor },
): Promise<number | undefined> {
  const { rows } = await db.execute(sql`
    WITH used AS (
      DELETE FROM hub_registrations WHERE token_hash = ${await sha256Hex(token)} AND expires_at > now()
      RETURNING email, display_name, password_hash),
    changed AS (
      INSERT INTO hub_users (username, display_name, email) SELECT ${usernameFor(displayName)}, display_name, email FROM used
      ON CONFLICT (email) DO NOTHING RETURNING id),
    kept AS (
      INSERT INTO hub_passwords (hub_user_id, hash) SELECT changed.id, used.password_hash FROM changed, used),
    linked AS (
      INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username, method, is_primary)
      SELECT changed.id, 'hub', changed.id::text, ${displayName}, 'given', true FROM changed),
    joined AS (
      INSERT INTO community_memberships (community_id, user_key)
      SELECT c.id, 'hub:' || changed.id FROM changed, communities c WHERE c.id = ${globalCommunityId} ON CONFLICT DO NOTHING),
    listed AS (${listSession(session, sql`changed`)}),
    noted AS (${noteChange(
      {
        action: "session.begin",
        resourceType: "session",
        source: sql`changed`,
        resourceId: sql`changed.id::text`,
        after: sql`jsonb_build_object('account', 'hub:' || changed.id, 'is_new_user', true)`,
      },
      by,
    )})
    SELECT id FROM changed`);
  return z.array(z.object({ id: z.int() })).parse(rows)[0]?.id;
}
