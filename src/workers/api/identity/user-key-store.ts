import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

/** Active keys a person may have (40-core §1.30). */
export const mostUserKeys = 5;
export const userKeyLifeDays = 365;

export const shownUserKey = z.object({
  id: z.int(),
  name: z.string(),
  ending: z.string(),
  expires_at: z.string(),
  last_used_at: z.string().nullable(),
  created_at: z.string(),
});
export type ShownUserKey = z.infer<typeof shownUserKey>;

const listed = z.array(z.object({ row: shownUserKey }));
const shown = (
  source: SQL,
) => sql`jsonb_build_object('id', ${source}.id, 'name', ${source}.name, 'ending', ${source}.ending,
  'expires_at', ${source}.expires_at, 'last_used_at', ${source}.last_used_at, 'created_at', ${source}.created_at)`;
const isAlive = sql`is_active AND expires_at > now()`;

/** Whose key it is. The secret is 256 random bits, so looking for its hash tells a guesser nothing. */
export async function findUserKey(db: Database, keyHash: string): Promise<number | undefined> {
  const { rows } = await db.execute(sql`
    WITH used AS (
      UPDATE user_api_keys SET last_used_at = now()
      WHERE key_hash = ${keyHash} AND ${isAlive} AND coalesce(last_used_at < now() - interval '1 minute', true))
    SELECT k.hub_user_id FROM user_api_keys k JOIN hub_users u ON u.id = k.hub_user_id AND u.is_active
    WHERE k.key_hash = ${keyHash} AND k.is_active AND k.expires_at > now()`);
  return z.array(z.object({ hub_user_id: z.int() })).parse(rows)[0]?.hub_user_id;
}

export async function listUserKeys(db: Database, userId: number): Promise<ShownUserKey[]> {
  const { rows } = await db.execute(sql`
    SELECT ${shown(sql`k`)} AS row FROM user_api_keys k WHERE hub_user_id = ${userId} AND ${isAlive} ORDER BY id`);
  return listed.parse(rows).map(({ row }) => row);
}

export interface NewUserKey {
  userId: number;
  name: string;
  keyHash: string;
  ending: string;
  lifeDays: number;
}

/** Undefined when the person has as many as they may. Counted under a lock, so that two at once do not make a sixth. */
export async function createUserKey(
  db: Database,
  { userId, name, keyHash, ending, lifeDays }: NewUserKey,
  by: AuditActor,
): Promise<ShownUserKey | undefined> {
  const lock = db.execute(sql`SELECT 1 FROM hub_users WHERE id = ${userId} FOR UPDATE`);
  const create = db.execute(sql`
    WITH changed AS (
      INSERT INTO user_api_keys (hub_user_id, name, key_hash, ending, expires_at)
      SELECT ${userId}, ${name}, ${keyHash}, ${ending}, now() + make_interval(days => ${lifeDays})
      WHERE (SELECT count(*) FROM user_api_keys WHERE hub_user_id = ${userId} AND ${isAlive}) < ${mostUserKeys}
      RETURNING *),
    noted AS (${note("user_key.create", by)})
    SELECT ${shown(sql`changed`)} AS row FROM changed`);
  const [, { rows }] = await db.batch([lock, create]);
  return listed.parse(rows)[0]?.row;
}

export async function disableUserKey(
  db: Database,
  { userId, id }: { userId: number; id: number },
  by: AuditActor,
): Promise<boolean> {
  const rows = await change(db, { userId, id, set: sql`is_active = false`, action: "user_key.disable" }, by);
  return rows.length > 0;
}

/** The same key with another secret; the old one opens nothing from now on. */
export async function regenerateUserKey(
  db: Database,
  { userId, id, keyHash, ending }: { userId: number; id: number; keyHash: string; ending: string },
  by: AuditActor,
): Promise<ShownUserKey | undefined> {
  const set = sql`key_hash = ${keyHash}, ending = ${ending}`;
  return (await change(db, { userId, id, set, action: "user_key.regenerate" }, by))[0];
}

async function change(
  db: Database,
  { userId, id, set, action }: { userId: number; id: number; set: SQL; action: string },
  by: AuditActor,
): Promise<ShownUserKey[]> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE user_api_keys SET ${set} WHERE id = ${id} AND hub_user_id = ${userId} AND ${isAlive} RETURNING *),
    noted AS (${note(action, by)})
    SELECT ${shown(sql`changed`)} AS row FROM changed`);
  return listed.parse(rows).map(({ row }) => row);
}

function note(action: string, by: AuditActor): SQL {
  return noteChange(
    {
      action,
      resourceType: "user_key",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      after: sql`to_jsonb(changed) - 'key_hash'`,
    },
    by,
  );
}
