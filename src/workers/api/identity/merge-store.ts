import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { lockAliases } from "#db/alias-lock";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

export const shownMerge = z.object({
  id: z.int(),
  user_id: z.int(),
  display_name: z.string(),
  merged_at: z.string(),
  undone_at: z.string().nullable(),
});
export type ShownMerge = z.infer<typeof shownMerge>;

export const mergeOffer = z.object({
  user_id: z.int(),
  display_name: z.string(),
  identities: z.array(z.object({ platform: z.string(), platform_username: z.string() })),
});
export type MergeOffer = z.infer<typeof mergeOffer>;

/** How long somebody may take from one browser to the other. */
export const offerLifeMinutes = 10;

const listed = z.array(z.object({ row: shownMerge }));
const row = (alias: SQL) => sql`jsonb_build_object('id', ${alias}.id, 'user_id', ${alias}.from_user_id,
  'display_name', (SELECT u.display_name FROM hub_users u WHERE u.id = ${alias}.from_user_id),
  'merged_at', ${alias}.merged_at, 'undone_at', ${alias}.undone_at)`;

/** A new code takes the place of the one before. */
export async function offerMerge(
  db: Database,
  { userId, codeHash }: { userId: number; codeHash: string },
  by: AuditActor,
): Promise<string> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      INSERT INTO hub_merge_codes (hub_user_id, code_hash, expires_at)
      VALUES (${userId}, ${codeHash}, now() + make_interval(mins => ${offerLifeMinutes}))
      ON CONFLICT (hub_user_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
      RETURNING hub_user_id, expires_at),
    noted AS (${note("identity.merge_code", by, { resourceId: sql`changed.hub_user_id::text`, after: sql`to_jsonb(changed)` })})
    SELECT to_jsonb(expires_at) #>> '{}' AS expires_at FROM changed`);
  const [made] = z.tuple([z.object({ expires_at: z.string() })]).parse(rows);
  return made.expires_at;
}

/** Who would come: shown before it is agreed to. */
export async function findOffer(db: Database, codeHash: string): Promise<MergeOffer | undefined> {
  const { rows } = await db.execute(sql`
    SELECT u.id AS user_id, u.display_name, coalesce((
      SELECT jsonb_agg(jsonb_build_object('platform', p.platform, 'platform_username', p.platform_username) ORDER BY p.linked_at, p.id)
      FROM platform_identities p WHERE p.hub_user_id = u.id AND p.platform <> 'hub'), '[]') AS identities
    FROM hub_merge_codes m JOIN hub_users u ON u.id = m.hub_user_id AND u.is_active
    WHERE m.code_hash = ${codeHash} AND m.expires_at > now()`);
  return z.array(mergeOffer).parse(rows)[0];
}

export async function listMerges(db: Database, userId: number): Promise<ShownMerge[]> {
  const { rows } = await db.execute(sql`
    SELECT ${row(sql`a`)} AS row FROM hub_user_aliases a WHERE to_user_id = ${userId} ORDER BY id DESC LIMIT 100`);
  return listed.parse(rows).map((one) => one.row);
}

export type Merged = { kind: "merged"; merge: ShownMerge } | { kind: "no_offer" | "unfit" };

const outcome = z.tuple([z.object({ is_offered: z.boolean(), row: shownMerge.nullable() })]);

/**
 * Makes whoever offered themselves one with this person: their accounts are this person's until it is undone, their own
 * way in by password and their keys rest. `unfit` for oneself, for people who run the house, and for whoever is joined
 * already or has others joined to them: one step from a person to their accounts, never a chain.
 */
export async function mergePeople(
  db: Database,
  { userId, codeHash }: { userId: number; codeHash: string },
  by: AuditActor,
): Promise<Merged> {
  const offered = sql`(SELECT m.hub_user_id FROM hub_merge_codes m WHERE m.code_hash = ${codeHash} AND m.expires_at > now())`;
  const merge = db.execute(sql`
    WITH offer AS (SELECT o AS from_id FROM ${offered} AS t(o)),
    fit AS (
      SELECT f.id AS from_id, t.id AS to_id FROM offer o
      JOIN hub_users f ON f.id = o.from_id AND f.is_active AND NOT f.is_super_admin
      JOIN hub_users t ON t.id = ${userId} AND t.is_active AND NOT t.is_super_admin AND t.id <> f.id
      WHERE NOT EXISTS (SELECT 1 FROM hub_user_aliases a WHERE a.undone_at IS NULL
        AND (a.from_user_id IN (f.id, t.id) OR a.to_user_id = f.id))),
    changed AS (
      INSERT INTO hub_user_aliases (from_user_id, to_user_id, primary_identity_id, merged_at)
      SELECT from_id, to_id, (SELECT p.id FROM platform_identities p WHERE p.hub_user_id = from_id AND p.is_primary),
        clock_timestamp() FROM fit RETURNING *),
    moved AS (
      UPDATE platform_identities p SET hub_user_id = changed.to_user_id, alias_id = changed.id, is_primary = p.is_primary
        AND NOT EXISTS (SELECT 1 FROM platform_identities o WHERE o.hub_user_id = changed.to_user_id AND o.is_primary)
      FROM changed WHERE p.hub_user_id = changed.from_user_id),
    used AS (DELETE FROM hub_merge_codes m USING changed WHERE m.hub_user_id = changed.from_user_id),
    rested AS (UPDATE hub_users u SET is_active = false FROM changed WHERE u.id = changed.from_user_id),
    ended AS (DELETE FROM hub_sessions s USING changed WHERE s.hub_user_id = changed.from_user_id),
    noted AS (${noteAlias("identity.merge", by)})
    SELECT EXISTS (SELECT 1 FROM offer) AS is_offered, (SELECT ${row(sql`changed`)} FROM changed) AS row`);
  const people = sql`SELECT 1 FROM hub_users WHERE id = ${userId} OR id = ${offered} ORDER BY id FOR NO KEY UPDATE`;
  const [, , { rows }] = await db.batch([db.execute(lockAliases.alone), db.execute(people), merge]);
  const [{ is_offered, row: made }] = outcome.parse(rows);
  if (made) return { kind: "merged", merge: made };
  return { kind: is_offered ? "unfit" : "no_offer" };
}

export type Undone = "undone" | "missing" | "locked_out";

const undoing = z.tuple([z.object({ is_there: z.boolean(), is_undone: z.boolean() })]);

/**
 * Gives the accounts back. Sessions of this person end but for the one that asks: nobody knows which of them the other
 * person began. `locked_out` when one of both would have no way left to sign in.
 */
export async function undoMerge(
  db: Database,
  { userId, id, sessionId }: { userId: number; id: number; sessionId: string },
  by: AuditActor,
): Promise<Undone> {
  const canEnter = (user: SQL, own: SQL) => sql`(
    EXISTS (SELECT 1 FROM platform_identities p WHERE p.hub_user_id = ${userId} AND p.platform <> 'hub' AND ${own})
    OR EXISTS (SELECT 1 FROM hub_passwords w WHERE w.hub_user_id = ${user}))`;
  const undo = db.execute(sql`
    WITH standing AS (
      SELECT * FROM hub_user_aliases WHERE id = ${id} AND to_user_id = ${userId} AND undone_at IS NULL),
    changed AS (
      UPDATE hub_user_aliases a SET undone_at = clock_timestamp() FROM standing s WHERE a.id = s.id
        AND ${canEnter(sql`s.from_user_id`, sql`p.alias_id = s.id`)}
        AND ${canEnter(sql`s.to_user_id`, sql`p.alias_id IS DISTINCT FROM s.id`)}
      RETURNING a.*),
    moved AS (
      UPDATE platform_identities p SET hub_user_id = changed.from_user_id, alias_id = NULL,
        is_primary = (p.id = changed.primary_identity_id) IS TRUE
      FROM changed WHERE p.alias_id = changed.id),
    awake AS (UPDATE hub_users u SET is_active = true FROM changed WHERE u.id = changed.from_user_id),
    ended AS (DELETE FROM hub_sessions s USING changed WHERE s.hub_user_id = changed.to_user_id AND s.id <> ${sessionId}),
    noted AS (${noteAlias("identity.unmerge", by)})
    SELECT EXISTS (SELECT 1 FROM standing) AS is_there, EXISTS (SELECT 1 FROM changed) AS is_undone`);
  const both = sql`(SELECT unnest(ARRAY[from_user_id, to_user_id]) FROM hub_user_aliases WHERE id = ${id} AND to_user_id = ${userId})`;
  const people = sql`SELECT 1 FROM hub_users WHERE id IN ${both} ORDER BY id FOR NO KEY UPDATE`;
  // Whoever lost the account that spoke for them is spoken for by the one they linked first.
  const primaries = db.execute(sql`
    UPDATE platform_identities SET is_primary = true WHERE id IN (
      SELECT DISTINCT ON (p.hub_user_id) p.id FROM platform_identities p WHERE p.hub_user_id IN ${both}
        AND NOT EXISTS (SELECT 1 FROM platform_identities o WHERE o.hub_user_id = p.hub_user_id AND o.is_primary)
      ORDER BY p.hub_user_id, p.linked_at, p.id)`);
  const [, , { rows }] = await db.batch([db.execute(lockAliases.alone), db.execute(people), undo, primaries]);
  const [{ is_there, is_undone }] = undoing.parse(rows);
  if (is_undone) return "undone";
  return is_there ? "locked_out" : "missing";
}

function noteAlias(action: string, by: AuditActor): SQL {
  return note(action, by, { resourceId: sql`changed.id::text`, after: sql`to_jsonb(changed)` });
}

function note(action: string, by: AuditActor, parts: { resourceId: SQL; after: SQL }): SQL {
  return noteChange({ action, resourceType: "identity", source: sql`changed`, ...parts }, by);
}
