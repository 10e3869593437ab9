import { sql } from "drizzle-orm";
import * as z from "zod";
import { lockAliases } from "#db/alias-lock";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { type PersonScope, rowsOf, scopeOf } from "#db/personal/person-scope";
import { keptForAWhile, type PersonalTable, personalTables } from "#db/personal/personal-tables";

/** What of a person is outside Postgres; each may be asked again. Returns how many things went. */
export interface PersonalObjects {
  memberChat(place: { communityId: number; userIds: readonly number[] }): Promise<number>;
  channel(place: { entityId: string; userKeys: readonly string[] }): Promise<number>;
}

export interface Receipt {
  id: string;
  requested_at: string;
  finished_at: string | null;
  /** Rows or things, by what they were in. */
  steps: Record<string, number>;
  kept: Record<string, string>;
}

const keys = sql`p.platform || ':' || replace(replace(p.platform_user_id, '%', '%25'), ':', '%3A')`;
const begun = z.tuple([z.object({ owns: z.array(z.string()), id: z.string().nullable() })]);

export type Begun =
  | { kind: "begun"; id: string }
  | { kind: "owner"; communities: string[] }
  | { kind: "missing" };

/**
 * From here on nobody gets in as this person, and what is left is only to be done. Those joined to them go with them. Refused
 * to the last owner of a community: it would be nobody's.
 */
export async function beginDeletion(db: Database, userId: number, by: AuditActor): Promise<Begun> {
  const id = crypto.randomUUID();
  const begin = db.execute(sql`
    WITH people AS (
      SELECT id FROM hub_users WHERE id = ${userId} AND is_active UNION
      SELECT a.from_user_id FROM hub_user_aliases a JOIN hub_users u ON u.id = a.to_user_id AND u.is_active
      WHERE a.to_user_id = ${userId} AND a.undone_at IS NULL),
    accounts AS (SELECT ${keys} AS user_key FROM platform_identities p WHERE p.hub_user_id IN (SELECT id FROM people)),
    owned AS (
      SELECT c.name FROM community_rbac b JOIN accounts USING (user_key) JOIN communities c ON c.id = b.community_id AND c.is_active
      WHERE b.role = 'owner' AND NOT EXISTS (SELECT 1 FROM community_rbac o WHERE o.community_id = b.community_id
        AND o.role = 'owner' AND o.user_key NOT IN (SELECT user_key FROM accounts))),
    changed AS (
      INSERT INTO hub_deletions (id, hub_user_id, user_ids, user_keys)
      SELECT ${id}, ${userId}, ARRAY(SELECT id FROM people), ARRAY(SELECT user_key FROM accounts)
      WHERE EXISTS (SELECT 1 FROM people WHERE id = ${userId}) AND NOT EXISTS (SELECT 1 FROM owned)
      ON CONFLICT DO NOTHING RETURNING id, hub_user_id),
    closed AS (UPDATE hub_users SET is_active = false FROM changed WHERE hub_users.id IN (SELECT id FROM people)),
    ended AS (DELETE FROM hub_sessions USING changed WHERE hub_sessions.hub_user_id IN (SELECT id FROM people)),
    noted AS (${noteChange(
      {
        action: "user.delete",
        resourceType: "user",
        source: sql`changed`,
        resourceId: sql`changed.hub_user_id::text`,
        after: sql`jsonb_build_object('receipt', changed.id)`,
      },
      by,
    )})
    SELECT coalesce((SELECT jsonb_agg(DISTINCT name) FROM owned), '[]') AS owns, (SELECT id FROM changed) AS id`);
  const [, { rows }] = await db.batch([db.execute(lockAliases.alone), begin]);
  const [{ owns, id: made }] = begun.parse(rows);
  if (made !== null) return { kind: "begun", id: made };
  return owns.length > 0 ? { kind: "owner", communities: owns } : { kind: "missing" };
}

const job = z.object({
  id: z.string(),
  user_ids: z.array(z.int()),
  user_keys: z.array(z.string()),
  steps: z.record(z.string(), z.int()),
  requested_at: z.string(),
  finished_at: z.string().nullable(),
});
type Job = z.infer<typeof job>;

async function findJob(db: Database, id: string): Promise<Job | undefined> {
  const { rows } = await db.execute(sql`SELECT to_jsonb(d) AS row FROM hub_deletions d WHERE id = ${id}`);
  return z.array(z.object({ row: job })).parse(rows)[0]?.row;
}

export async function findReceipt(db: Database, id: string): Promise<Receipt | undefined> {
  const found = await findJob(db, id);
  if (!found) return undefined;
  const { requested_at, finished_at, steps } = found;
  return { id, requested_at, finished_at, steps, kept: kept() };
}

function kept(): Record<string, string> {
  const tables = Object.entries(personalTables).flatMap(([name, table]) =>
    table.care === "keep" ? [[name, table.why]] : [],
  );
  return { ...Object.fromEntries(tables), ...keptForAWhile };
}

/** Deletions that were interrupted. */
export async function listOpenDeletions(db: Database): Promise<string[]> {
  const { rows } = await db.execute(sql`
    SELECT id FROM hub_deletions WHERE finished_at IS NULL ORDER BY requested_at LIMIT 20`);
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
}

/**
 * Does what is left, step by step; each is written down with what it did, and does the same when it is done twice. Objects
 * come first, while the tables still say where the person was.
 */
export async function finishDeletion(db: Database, id: string, objects: PersonalObjects): Promise<void> {
  const found = await findJob(db, id);
  if (!found || found.finished_at !== null) return;
  const scope: PersonScope = { userIds: found.user_ids, userKeys: found.user_keys };
  const done = new Set(Object.keys(found.steps));
  const step = async (name: string, run: () => Promise<number>) => {
    if (done.has(name)) return;
    const count = await run();
    await db.execute(sql`
      UPDATE hub_deletions SET steps = steps || jsonb_build_object(${name}::text, ${count}::int) WHERE id = ${id}`);
  };
  await step("member_chat", () => forgetIn(db, scope, "communities", objects));
  await step("channels", () => forgetIn(db, scope, "channels", objects));
  for (const [name, table] of Object.entries(personalTables))
    await step(name, () => seeTo(db, { name, table }, scope));
  await db.execute(sql`UPDATE hub_deletions SET user_keys = '{}', finished_at = now() WHERE id = ${id}`);
}

const batchRows = 5000;

async function seeTo(
  db: Database,
  { name, table }: { name: string; table: PersonalTable },
  scope: PersonScope,
): Promise<number> {
  if (table.care === "keep") return 0;
  const target = sql.raw(`"${name}"`);
  let count = 0;
  for (;;) {
    const some = sql`SELECT t.ctid FROM ${rowsOf(name, table)} LIMIT ${batchRows}`;
    const { rowCount } = await db.execute(
      table.care === "delete"
        ? sql`WITH ${scopeOf(scope)} DELETE FROM ${target} WHERE ctid IN (${some})`
        : sql`WITH ${scopeOf(scope)} UPDATE ${target} SET ${sql.raw(table.set)} FROM scope WHERE ${target}.ctid IN (${some})`,
    );
    count += rowCount ?? 0;
    if ((rowCount ?? 0) < batchRows) return count;
  }
}

const place = z.object({ community_id: z.int(), entity_id: z.string() });

/** Where the person was seen, or may have been: every community they belong to, and its channels on their platforms. */
async function forgetIn(
  db: Database,
  { userIds, userKeys }: PersonScope,
  what: "communities" | "channels",
  objects: PersonalObjects,
): Promise<number> {
  const { rows } = await db.execute(sql`
    SELECT DISTINCT s.community_id, s.entity_id FROM servers s
    JOIN community_memberships m ON m.community_id = s.community_id
    JOIN jsonb_array_elements_text(${JSON.stringify(userKeys)}::jsonb) AS k(user_key) ON k.user_key = m.user_key`);
  const places = z.array(place).parse(rows);
  let count = 0;
  if (what === "communities")
    for (const communityId of new Set(places.map((one) => one.community_id)))
      count += await objects.memberChat({ communityId, userIds });
  else
    for (const { entityId } of places.map((one) => ({ entityId: one.entity_id })))
      count += await objects.channel({ entityId, userKeys });
  return count;
}
