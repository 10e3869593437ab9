import { and, desc, eq, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { apiKeys } from "#db/schema/access";
import { must } from "#lib/must";
import { keyRole } from "#workers/api/access/roles";
import type { KeyRecord } from "#workers/api/access/verify-key";
import type { KeyRole } from "#workers/api/principal";

/** What one may see of a key: everything but the hash. */
export interface ShownKey {
  id: string;
  name: string;
  roles: string[];
  scopes: string[];
  communityId: number | null;
  limitPerMinute: number | null;
  limitPerHour: number | null;
  isActive: boolean;
  expiresAt: Date | null;
  createdBy: string;
  lastUsedAt: Date | null;
  createdAt: Date;
  disabledAt: Date | null;
}

export interface NewKey {
  id: string;
  name: string;
  secretHash: string;
  roles: readonly KeyRole[];
  scopes: readonly string[];
  communityId: number | null;
  limitPerMinute: number | null;
  limitPerHour: number | null;
  expiresAt: Date | null;
}

/** Which keys a caller may see and change: those of one community, or all (null). */
export type KeyScope = number | null;

const { secretHash: _hidden, ...shown } = {
  id: apiKeys.id,
  name: apiKeys.name,
  secretHash: apiKeys.secretHash,
  roles: apiKeys.roles,
  scopes: apiKeys.scopes,
  communityId: apiKeys.communityId,
  limitPerMinute: apiKeys.limitPerMinute,
  limitPerHour: apiKeys.limitPerHour,
  isActive: apiKeys.isActive,
  expiresAt: apiKeys.expiresAt,
  createdBy: apiKeys.createdBy,
  lastUsedAt: apiKeys.lastUsedAt,
  createdAt: apiKeys.createdAt,
  disabledAt: apiKeys.disabledAt,
};

const isOfBroker = sql`${apiKeys.id} LIKE 'wbot\_%'`;
const within = (scope: KeyScope) => (scope === null ? undefined : eq(apiKeys.communityId, scope));

/** For verification, by the public id. */
export async function findKey(db: Database, id: string): Promise<KeyRecord | undefined> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  if (!row) return undefined;
  const { roles, expiresAt } = row;
  return { ...row, roles: z.array(keyRole).parse(roles), expiresAt: expiresAt?.getTime() ?? null };
}

/** Notes that a key was used, at most once a minute. */
export async function touchKey(db: Database, id: string): Promise<void> {
  const isOld = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, sql`now() - interval '1 minute'`));
  await db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), isOld));
}

export async function getKey(db: Database, id: string, scope: KeyScope): Promise<ShownKey | undefined> {
  const [row] = await db
    .select(shown)
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), within(scope)));
  return row;
}

/** Newest first. */
export async function listKeys(
  db: Database,
  scope: KeyScope,
  { limit, offset, includeInactive }: { limit: number; offset: number; includeInactive: boolean },
): Promise<ShownKey[]> {
  return db
    .select(shown)
    .from(apiKeys)
    .where(and(within(scope), includeInactive ? undefined : eq(apiKeys.isActive, true)))
    .orderBy(desc(apiKeys.createdAt), apiKeys.id)
    .limit(limit)
    .offset(offset);
}

/** False when the community does not exist. */
export async function createKey(db: Database, key: NewKey, by: AuditActor): Promise<boolean> {
  const expiresAt = key.expiresAt?.toISOString() ?? null;
  const { rows } = await db.execute(sql`
    WITH changed AS (
      INSERT INTO api_keys (id, name, secret_hash, roles, scopes, community_id, limit_per_minute, limit_per_hour, expires_at, created_by)
      SELECT ${key.id}, ${key.name}, ${key.secretHash}, ${textArray(key.roles)}, ${textArray(key.scopes)}, ${key.communityId}::int,
        ${key.limitPerMinute}::int, ${key.limitPerHour}::int, ${expiresAt}::timestamptz, ${by.actor}
      WHERE ${key.communityId}::int IS NULL OR EXISTS (SELECT 1 FROM communities WHERE id = ${key.communityId}::int)
      RETURNING *
    ), noted AS (${noteChange(auditOf("api_key.create", sql`NULL`), by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** `changed` now, `unchanged` when it was so already, `missing` when there is none this caller may see. */
export type KeyChange = "changed" | "unchanged" | "missing";

export async function disableKey(
  db: Database,
  id: string,
  scope: KeyScope,
  by: AuditActor,
): Promise<KeyChange> {
  return changeKey(
    db,
    { id, scope, action: "api_key.disable", set: sql`is_active = false, disabled_at = now()` },
    by,
  );
}

/** A new secret under the same id; the old one stops. An inactive key stays as it is. */
export async function rotateKey(
  db: Database,
  { id, scope, secretHash }: { id: string; scope: KeyScope; secretHash: string },
  by: AuditActor,
): Promise<KeyChange> {
  return changeKey(db, { id, scope, action: "api_key.rotate", set: sql`secret_hash = ${secretHash}` }, by);
}

interface Change {
  id: string;
  scope: KeyScope;
  action: string;
  set: SQL;
}

/** Keys of super admins are the broker's: from here they can be seen and not changed. */
async function changeKey(
  db: Database,
  { id, scope, action, set }: Change,
  by: AuditActor,
): Promise<KeyChange> {
  const isMine = scope === null ? sql`true` : sql`community_id = ${scope}`;
  const { rows } = await db.execute(sql`
    WITH old AS (
      SELECT * FROM api_keys WHERE id = ${id} AND ${isMine} AND NOT ${isOfBroker} FOR UPDATE
    ), changed AS (
      UPDATE api_keys SET ${set} WHERE id IN (SELECT id FROM old WHERE is_active) RETURNING *
    ), noted AS (${noteChange(auditOf(action, sql`(SELECT to_jsonb(old) - 'secret_hash' FROM old)`), by)})
    SELECT (SELECT count(*) FROM old) AS found, (SELECT count(*) FROM changed) AS changed`);
  const counts = z
    .object({ found: z.coerce.number(), changed: z.coerce.number() })
    .parse(must(rows[0], "no counts"));
  if (counts.found === 0) return "missing";
  return counts.changed > 0 ? "changed" : "unchanged";
}

function auditOf(action: string, before: SQL) {
  return {
    action,
    resourceType: "api_key",
    source: sql`changed`,
    resourceId: sql`changed.id`,
    communityId: sql`changed.community_id`,
    before,
    after: sql`to_jsonb(changed) - 'secret_hash'`,
  };
}

/** One parameter, not one an element. */
export function textArray(values: readonly string[]): SQL {
  return sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
}
