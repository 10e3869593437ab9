import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

/** A person as their session knows them. */
export interface SessionPerson {
  id: number;
  displayName: string;
  avatarUrl: string | null;
  email: string | null;
  isSuperAdmin: boolean;
}

const person = z.object({
  id: z.int(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  email: z.string().nullable(),
  is_super_admin: z.boolean(),
});

/** Whose session it is, as long as it is listed and they are active; undefined otherwise. */
export async function findSessionPerson(
  db: Database,
  id: string,
  superAdmins: readonly string[] = [],
): Promise<SessionPerson | undefined> {
  const { rows } = await db.execute(sql`
    SELECT u.id, u.display_name, u.avatar_url, u.email, u.is_super_admin OR EXISTS (
      SELECT 1 FROM platform_identities p WHERE p.hub_user_id = u.id AND p.method = 'oauth'
      AND p.platform || ':' || p.platform_user_id IN (SELECT jsonb_array_elements_text(${JSON.stringify(superAdmins)}::jsonb))) AS is_super_admin
    FROM hub_sessions s JOIN hub_users u ON u.id = s.hub_user_id AND u.is_active
    WHERE s.id = ${id} AND s.ends_at > now()`);
  const found = z.array(person).parse(rows)[0];
  return (
    found && {
      id: found.id,
      displayName: found.display_name,
      avatarUrl: found.avatar_url,
      email: found.email,
      isSuperAdmin: found.is_super_admin,
    }
  );
}

export interface NewSession {
  id: string;
  userAgent: string | null;
  endsAt: number;
}

/** The INSERT that lists a new session of `source.id`, and throws away those that ended. */
export function listSession({ id, userAgent, endsAt }: NewSession, source: SQL): SQL {
  return sql`INSERT INTO hub_sessions (id, hub_user_id, user_agent, ends_at)
    SELECT ${id}, ${source}.id, ${userAgent?.slice(0, 300) ?? null}, ${new Date(endsAt).toISOString()}::timestamptz FROM ${source}`;
}

/** Lists a session of a person who has just proven who they are, and strikes the one it takes the place of. */
export async function beginListed(
  db: Database,
  { userId, session, replaces }: { userId: number; session: NewSession; replaces?: string | undefined },
  by: AuditActor,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (SELECT id FROM hub_users WHERE id = ${userId} AND is_active),
    over AS (DELETE FROM hub_sessions WHERE ends_at < now() OR id = ${replaces ?? ""}),
    listed AS (${listSession(session, sql`changed`)}),
    noted AS (${noteSession("session.begin", sql`changed`, sql`changed.id::text`, by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** Strikes one session; false when it was not listed. */
export async function endListed(db: Database, id: string, by: AuditActor): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (DELETE FROM hub_sessions WHERE id = ${id} RETURNING hub_user_id),
    noted AS (${noteSession("session.end", sql`changed`, sql`changed.hub_user_id::text`, by)})
    SELECT hub_user_id FROM changed`);
  return rows.length > 0;
}

/** Of one person; for ending their objects too. */
export async function listSessions(db: Database, userId: number): Promise<string[]> {
  const { rows } = await db.execute(
    sql`SELECT id FROM hub_sessions WHERE hub_user_id = ${userId} LIMIT 1000`,
  );
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map((row) => row.id);
}

function noteSession(action: string, source: SQL, resourceId: SQL, by: AuditActor): SQL {
  return noteChange({ action, resourceType: "session", source, resourceId }, by);
}
