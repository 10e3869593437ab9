import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { type BrokerActor, keyEnd, noteAction } from "#workers/api/broker/admin-store";

const consumer = z.object({
  id: z.string(),
  username: z.string(),
  custom_id: z.string(),
  tags: z.array(z.string()),
  groups: z.array(z.string()),
  created_at: z.coerce.number(),
});
export type Consumer = z.infer<typeof consumer>;

/** Everyone with an active key, super admins under the names the older gateway gave them. `created_at` in epoch seconds. */
export async function listConsumers(db: Database, size: number, offset: number): Promise<Consumer[]> {
  const { rows } = await db.execute(sql`
    SELECT coalesce(users.kong_consumer_id, keys.id) AS id, coalesce(users.username, keys.name) AS username,
      coalesce('wbot_admin_' || users.username, keys.id) AS custom_id,
      CASE WHEN users.id IS NULL THEN ARRAY['waddlebot', 'created-by-' || keys.created_by]
        ELSE ARRAY['super-admin', 'waddlebot', 'created-by-' || users.created_by] END AS tags,
      CASE WHEN users.id IS NULL THEN keys.roles ELSE users.groups END AS groups,
      extract(epoch FROM coalesce(users.created_at, keys.created_at))::bigint AS created_at
    FROM api_keys AS keys LEFT JOIN kong_admin_users AS users ON users.api_key_id = keys.id
    WHERE keys.is_active ORDER BY keys.created_at, keys.id LIMIT ${size} OFFSET ${offset}`);
  return z.array(consumer).parse(rows);
}

export interface BackupResult {
  username: string;
  backup_id: number;
}

/** Writes down all active super admins, or one, so that `restoreBackup` can bring them back: groups, permissions, the key's hash. */
export async function makeBackup(
  db: Database,
  { type, username }: { type: string; username?: string },
  by: BrokerActor,
): Promise<BackupResult[]> {
  const { rows } = await db.execute(sql`
    WITH chosen AS (
      SELECT users.*, jsonb_build_object(
          'user', to_jsonb(users), 'key', to_jsonb(keys), 'custom_id', 'wbot_admin_' || users.username,
          'tags', jsonb_build_array('super-admin', 'waddlebot', 'created-by-' || users.created_by)) AS snapshot
      FROM kong_admin_users AS users JOIN api_keys AS keys ON keys.id = users.api_key_id
      WHERE users.is_active AND (${username ?? null}::text IS NULL OR lower(users.username) = lower(${username ?? null}::text))
    ), changed AS (
      INSERT INTO kong_consumer_backup (username, kong_consumer_id, backup_type, snapshot, created_by)
      SELECT username, kong_consumer_id, ${type}, snapshot, ${by.performedBy} FROM chosen ORDER BY id RETURNING *
    ), noted AS (${noteAction("backup_consumer", { source: sql`changed`, details: sql`jsonb_build_object('backup_id', id, 'backup_type', backup_type)` }, by)})
    SELECT username, id AS backup_id FROM changed ORDER BY id`);
  return z.array(z.object({ username: z.string(), backup_id: z.number() })).parse(rows);
}

/**
 * Brings a super admin back as a stored record says, also one whose row is gone: groups, permissions, and the hash of
 * the key, which then opens again; another key made since stops. The newest record when no number is given.
 */
export async function restoreBackup(
  db: Database,
  username: string,
  backupId: number | undefined,
  by: BrokerActor,
): Promise<BackupResult | undefined> {
  const details = sql`jsonb_build_object('backup_id', (SELECT id FROM chosen))`;
  const { rows } = await db.execute(sql`
    WITH chosen AS (
      SELECT * FROM kong_consumer_backup
      WHERE lower(username) = lower(${username}) AND (${backupId ?? null}::int IS NULL OR id = ${backupId ?? null}::int)
      ORDER BY id DESC LIMIT 1
    ), keys AS (SELECT kept.* FROM chosen, jsonb_populate_record(NULL::api_keys, snapshot -> 'key') AS kept
    ), users AS (SELECT kept.* FROM chosen, jsonb_populate_record(NULL::kong_admin_users, snapshot -> 'user') AS kept
    ), stopped AS (
      UPDATE api_keys SET is_active = false, disabled_at = now()
      FROM kong_admin_users AS now_user, keys
      WHERE lower(now_user.username) = lower(${username}) AND api_keys.id = now_user.api_key_id AND api_keys.id <> keys.id
      RETURNING api_keys.id
    ), key AS (
      INSERT INTO api_keys (id, name, secret_hash, roles, scopes, created_by, created_at, expires_at)
      SELECT id, name, secret_hash, roles, scopes, created_by, created_at, ${keyEnd} FROM keys
      ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, roles = excluded.roles,
        scopes = excluded.scopes, is_active = true, disabled_at = NULL, expires_at = excluded.expires_at
      RETURNING id
    ), changed AS (
      INSERT INTO kong_admin_users AS current
        (username, email, full_name, kong_consumer_id, api_key_id, permissions, groups, notes, created_by, created_at)
      SELECT username, email, full_name, kong_consumer_id, key.id, permissions, groups, notes, created_by, created_at
      FROM users, key
      ON CONFLICT (lower(username)) DO UPDATE SET email = excluded.email, full_name = excluded.full_name,
        kong_consumer_id = excluded.kong_consumer_id, api_key_id = excluded.api_key_id,
        permissions = excluded.permissions, groups = excluded.groups, notes = excluded.notes,
        is_active = true, updated_at = now()
      RETURNING *
    ), marked AS (
      UPDATE kong_consumer_backup SET restored_at = now()
      WHERE id IN (SELECT id FROM chosen) AND EXISTS (SELECT 1 FROM changed) RETURNING id
    ), noted AS (${noteAction("restore_consumer", { source: sql`changed`, details }, by)})
    SELECT changed.username, chosen.id AS backup_id FROM changed, chosen`);
  const [row] = rows;
  return row && z.object({ username: z.string(), backup_id: z.number() }).parse(row);
}

const counts = z.object({
  total_super_admins: z.coerce.number(),
  active_super_admins: z.coerce.number(),
  inactive_super_admins: z.coerce.number(),
  active_consumers: z.coerce.number(),
  total_backups: z.coerce.number(),
  last_backup_at: z.string().nullable(),
  actions: z.record(z.string(), z.number()),
});
export const brokerStatistics = counts;

export async function readStatistics(db: Database): Promise<z.infer<typeof counts>> {
  const { rows } = await db.execute(sql`
    SELECT (SELECT count(*) FROM kong_admin_users) AS total_super_admins,
      (SELECT count(*) FROM kong_admin_users WHERE is_active) AS active_super_admins,
      (SELECT count(*) FROM kong_admin_users WHERE NOT is_active) AS inactive_super_admins,
      (SELECT count(*) FROM api_keys WHERE is_active) AS active_consumers,
      (SELECT count(*) FROM kong_consumer_backup) AS total_backups,
      (SELECT to_jsonb(max(created_at)) #>> '{}' FROM kong_consumer_backup) AS last_backup_at,
      (SELECT coalesce(jsonb_object_agg(action, amount), '{}') FROM
        (SELECT action, count(*) AS amount FROM kong_admin_audit_log GROUP BY action) AS grouped) AS actions`);
  return counts.parse(rows[0]);
}
