import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { kongAdminAuditLog, kongAdminUsers } from "#db/schema/access";
import { textArray } from "#workers/api/access/key-store";
import { superAdminGroups, toKeyRole } from "#workers/api/access/roles";

/** Who did it, for the broker's own audit log. */
export interface BrokerActor {
  performedBy: string;
  ipAddress: string | null;
  userAgent: string | null;
}

export interface NewAdmin {
  username: string;
  email: string;
  fullName: string;
  consumerId: string;
  permissions: readonly string[];
  notes: string;
  keyId: string;
  secretHash: string;
}

export interface AdminChange {
  email?: string | undefined;
  fullName?: string | undefined;
  permissions?: readonly string[] | undefined;
  isActive?: boolean | undefined;
  notes?: string | undefined;
}

export type AdminRow = typeof kongAdminUsers.$inferSelect;

const roles = superAdminGroups.map(toKeyRole);
export const groupsOfAll = textArray(superAdminGroups);
export const rolesOfAll = textArray(roles);
/** From the broker's settings, 365 days unless changed. */
export const keyEnd = sql`now() + make_interval(days => coalesce(
  (SELECT config_value::int FROM broker_config WHERE config_key = 'api_key_expiry_days'), 365))`;

/** A row of the broker's audit log for every row of `source`, in the statement of the change itself. */
export function noteAction(
  action: string,
  { source, details }: { source: SQL; details: SQL },
  by: BrokerActor,
): SQL {
  return sql`INSERT INTO ${kongAdminAuditLog}
    (username, action, resource_type, resource_id, details, performed_by, ip_address, user_agent)
    SELECT username, ${action}, 'super_admin', username, ${details}, ${by.performedBy}, ${by.ipAddress}, ${by.userAgent}
    FROM ${source}`;
}

/** The field that is taken already, or the new admin's number. All of it happens or nothing does. */
export async function createAdmin(
  db: Database,
  admin: NewAdmin,
  by: BrokerActor,
): Promise<{ userId: number } | { taken: "username" | "email" }> {
  const { username, email, fullName, consumerId, permissions, notes, keyId, secretHash } = admin;
  try {
    const { rows } = await db.execute(sql`
      WITH key AS (
        INSERT INTO api_keys (id, name, secret_hash, roles, scopes, created_by, expires_at)
        SELECT ${keyId}, ${username}, ${secretHash}, ${rolesOfAll}, ${textArray(["*"])}, ${by.performedBy}, ${keyEnd}
        RETURNING id
      ), changed AS (
        INSERT INTO kong_admin_users
          (username, email, full_name, kong_consumer_id, api_key_id, permissions, groups, notes, created_by)
        SELECT ${username}, ${email}, ${fullName}, ${consumerId}, key.id, ${textArray(permissions)}, ${groupsOfAll},
          ${notes}, ${by.performedBy}
        FROM key RETURNING *
      ), noted AS (${noteAction("create_super_admin", { source: sql`changed`, details: sql`jsonb_build_object('email', email)` }, by)})
      SELECT id FROM changed`);
    return { userId: z.object({ id: z.number() }).parse(rows[0]).id };
  } catch (error) {
    const taken = takenField(error);
    if (taken) return { taken };
    throw error;
  }
}

export async function findAdmin(db: Database, username: string): Promise<AdminRow | undefined> {
  const [row] = await db.select().from(kongAdminUsers).where(isNamed(username));
  return row;
}

export async function listAdmins(db: Database, includeInactive: boolean): Promise<AdminRow[]> {
  return db
    .select()
    .from(kongAdminUsers)
    .where(includeInactive ? undefined : eq(kongAdminUsers.isActive, true))
    .orderBy(kongAdminUsers.id);
}

const facts = z.object({
  email: z.string(),
  full_name: z.string(),
  permissions: z.array(z.string()),
  is_active: z.boolean(),
  notes: z.string(),
});
const change = z.object({ old: facts, new: facts });

/** Before and after; undefined when there is no such admin or when nothing differs. Groups and key follow `isActive`. */
export async function changeAdmin(
  db: Database,
  username: string,
  wanted: AdminChange,
  by: BrokerActor,
): Promise<z.infer<typeof change> | { taken: "email" } | undefined> {
  const permissions = wanted.permissions ? textArray(wanted.permissions) : sql`old.permissions`;
  const isActive = sql`coalesce(${wanted.isActive ?? null}::boolean, old.is_active)`;
  const groups = sql`CASE WHEN NOT ${isActive} THEN '{}'::text[] WHEN old.is_active THEN old.groups ELSE ${groupsOfAll} END`;
  const details = sql`jsonb_build_object('old', ${factsOf(sql`before`)}, 'new', ${factsOf(sql`after`)})`;
  try {
    const { rows } = await db.execute(sql`
      WITH old AS (SELECT * FROM kong_admin_users WHERE lower(username) = lower(${username}) FOR UPDATE),
      wanted AS (
        SELECT old.id, coalesce(${wanted.email ?? null}, old.email) AS email,
          coalesce(${wanted.fullName ?? null}, old.full_name) AS full_name, ${permissions} AS permissions,
          ${isActive} AS is_active, ${groups} AS groups, coalesce(${wanted.notes ?? null}, old.notes) AS notes
        FROM old
      ), changed AS (
        UPDATE kong_admin_users AS users SET email = wanted.email, full_name = wanted.full_name, notes = wanted.notes,
          permissions = wanted.permissions, is_active = wanted.is_active, groups = wanted.groups, updated_at = now()
        FROM wanted, old WHERE users.id = wanted.id
          AND (wanted.email, wanted.full_name, wanted.permissions, wanted.is_active, wanted.notes)
            IS DISTINCT FROM (old.email, old.full_name, old.permissions, old.is_active, old.notes)
        RETURNING users.*
      ), key AS (
        UPDATE api_keys SET is_active = changed.is_active,
          disabled_at = CASE WHEN changed.is_active THEN NULL ELSE now() END
        FROM changed WHERE api_keys.id = changed.api_key_id RETURNING api_keys.id
      ), pairs AS (
        SELECT changed.username, ${details} AS details
        FROM changed AS after JOIN changed ON changed.id = after.id JOIN old AS before ON before.id = after.id
      ), noted AS (${noteAction("update_super_admin", { source: sql`pairs`, details: sql`details` }, by)})
      SELECT details FROM pairs`);
    const [row] = rows;
    return row && change.parse(row["details"]);
  } catch (error) {
    if (takenField(error) === "email") return { taken: "email" };
    throw error;
  }
}

/** False when this admin was inactive already, or is none. The key stops with the same statement. */
export async function deactivateAdmin(
  db: Database,
  username: string,
  reason: string,
  by: BrokerActor,
): Promise<boolean> {
  const line = `[${new Date().toISOString()}] deactivated by ${by.performedBy}${reason ? `: ${reason}` : ""}`;
  const details = sql`jsonb_build_object('reason', ${reason}::text)`;
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE kong_admin_users SET is_active = false, groups = '{}', updated_at = now(),
        notes = concat_ws(E'\n', nullif(notes, ''), ${line}::text)
      WHERE lower(username) = lower(${username}) AND is_active RETURNING *
    ), key AS (
      UPDATE api_keys SET is_active = false, disabled_at = now()
      FROM changed WHERE api_keys.id = changed.api_key_id RETURNING api_keys.id
    ), noted AS (${noteAction("deactivate_super_admin", { source: sql`changed`, details }, by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** A new key in the place of the old one, which stops with the same statement. False when there is no such active admin. */
export async function replaceKey(
  db: Database,
  username: string,
  key: { id: string; secretHash: string },
  by: BrokerActor,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH old AS (
      SELECT * FROM kong_admin_users WHERE lower(username) = lower(${username}) AND is_active FOR UPDATE
    ), stopped AS (
      UPDATE api_keys SET is_active = false, disabled_at = now()
      FROM old WHERE api_keys.id = old.api_key_id RETURNING api_keys.id
    ), key AS (
      INSERT INTO api_keys (id, name, secret_hash, roles, scopes, created_by, expires_at)
      SELECT ${key.id}, old.username, ${key.secretHash}, ${rolesOfAll}, ${textArray(["*"])}, ${by.performedBy}, ${keyEnd}
      FROM old RETURNING id
    ), changed AS (
      UPDATE kong_admin_users AS users SET api_key_id = key.id, updated_at = now()
      FROM key, old WHERE users.id = old.id RETURNING users.*
    ), noted AS (${noteAction("regenerate_api_key", { source: sql`changed`, details: sql`'{}'::jsonb` }, by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** Newest first. */
export async function readAudit(
  db: Database,
  {
    username,
    action,
    limit,
    offset,
  }: { username?: string | undefined; action?: string | undefined; limit: number; offset: number },
) {
  const { username: name, action: what, id } = kongAdminAuditLog;
  return db
    .select()
    .from(kongAdminAuditLog)
    .where(and(username ? eq(name, username) : undefined, action ? eq(what, action) : undefined))
    .orderBy(desc(id))
    .limit(limit)
    .offset(offset);
}

const isNamed = (username: string) => sql`lower(${kongAdminUsers.username}) = lower(${username})`;

function factsOf(row: SQL): SQL {
  return sql`jsonb_build_object('email', ${row}.email, 'full_name', ${row}.full_name, 'permissions', ${row}.permissions,
    'is_active', ${row}.is_active, 'notes', ${row}.notes)`;
}

const violation = z.object({ cause: z.object({ code: z.literal("23505"), constraint: z.string() }) });

/** The unique rule decides, not a look beforehand: two equal requests at once give one admin and one 409. */
function takenField(error: unknown): "username" | "email" | undefined {
  const constraint = violation.safeParse(error).data?.cause.constraint;
  if (constraint === "kong_admin_users_username") return "username";
  return constraint === "kong_admin_users_email" ? "email" : undefined;
}
