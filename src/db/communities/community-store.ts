import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import {
  type CommunityTheme,
  type CommunityType,
  communitiesPerOwner,
  communityTheme,
  communityType,
  type JoinMode,
  joinMode,
} from "#contracts/community";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { releaseChannels } from "#db/communities/release-channels";
import { siblingsTold } from "#db/communities/siblings-told";
import { noteVersion } from "#db/config-versions";
import { globalCommunityId } from "#db/rbac";

/** A row as Postgres writes it in JSON. */
export const communityRow = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  type: communityType,
  join_mode: joinMode,
  theme: communityTheme,
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type CommunityRow = z.infer<typeof communityRow>;

const selected = z.array(z.object({ row: communityRow }));

export interface CommunityFields {
  name: string;
  nameKey: string;
  description: string;
  type: CommunityType;
  joinMode: JoinMode;
  theme: CommunityTheme;
}

/** Channels that hold an older snapshot, to be told. */
export interface Told {
  entityIds: string[];
  /** The configuration's version, not the community's own. */
  version: number;
}

/** Undefined for a deleted one too. */
export async function findCommunity(db: Database, id: number): Promise<CommunityRow | undefined> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(c) AS row FROM communities c WHERE id = ${id} AND is_active`,
  );
  return selected.parse(rows)[0]?.row;
}

/** By id. `accounts` shows only where one of them is a member or holds a role; null shows all. */
export async function listCommunities(
  db: Database,
  filter: { accounts: readonly string[] | null; only: number | null; after: number; limit: number },
): Promise<CommunityRow[]> {
  const { accounts, only, after, limit } = filter;
  const mine = sql`(SELECT jsonb_array_elements_text(${JSON.stringify(accounts)}::jsonb))`;
  const visible =
    accounts === null
      ? sql`true`
      : sql`(EXISTS (SELECT 1 FROM community_memberships m WHERE m.community_id = c.id AND m.is_active AND m.user_key IN ${mine})
          OR EXISTS (SELECT 1 FROM community_rbac b WHERE b.community_id = c.id AND b.user_key IN ${mine}))`;
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(c) AS row FROM communities c
    WHERE c.is_active AND c.id > ${after} AND coalesce(${only}::int, c.id) = c.id AND ${visible}
    ORDER BY c.id LIMIT ${limit}`);
  return selected.parse(rows).map(({ row }) => row);
}

const made = z.tuple([
  z.object({ row: communityRow.nullable(), owned: z.coerce.number(), has_slug: z.boolean() }),
]);

/** The community, its owner and their membership: one statement, one audit row. */
export async function createCommunity(
  db: Database,
  fields: CommunityFields & { slug: string },
  { owner, by }: { owner: string; by: AuditActor },
): Promise<CommunityRow | "slug" | "name" | "full"> {
  const { slug, name, description, type, joinMode, theme } = fields;
  const rows = await runAlone(
    db,
    sql`
    WITH owned AS (
      SELECT count(*) AS count FROM community_rbac b JOIN communities c ON c.id = b.community_id AND c.is_active
      WHERE b.user_key = ${owner} AND b.role = 'owner'),
    changed AS (
      INSERT INTO communities (slug, name, name_key, description, type, join_mode, theme, created_by)
      SELECT ${slug}, ${name}, ${fields.nameKey}, ${description}, ${type}, ${joinMode}, ${JSON.stringify(theme)}::jsonb, ${by.actor}
      FROM owned WHERE owned.count < ${communitiesPerOwner} AND NOT EXISTS (${namesakes(fields)})
      ON CONFLICT (slug) DO NOTHING RETURNING *),
    ranked AS (INSERT INTO community_rbac (community_id, user_key, role) SELECT id, ${owner}, 'owner' FROM changed),
    joined AS (
      INSERT INTO community_memberships (community_id, user_key)
      SELECT id, ${owner} FROM changed UNION ALL SELECT ${globalCommunityId}::int, ${owner} FROM changed
      ON CONFLICT DO NOTHING),
    noted AS (${note("community.create", by)})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, owned.count AS owned,
      EXISTS (SELECT 1 FROM communities WHERE slug = ${slug}) AS has_slug FROM owned`,
  );
  const [{ row, owned, has_slug }] = made.parse(rows);
  if (row) return row;
  if (owned >= communitiesPerOwner) return "full";
  return has_slug ? "slug" : "name";
}

const updated = z.tuple([
  z.object({
    row: communityRow.extend({ config_version: z.int() }).nullable(),
    held: z.int().nullable(),
    entity_ids: z.array(z.string()),
  }),
]);

/** The community's fields as they are to be. Its channels are told when what they show of it changed: its name. */
export async function updateCommunity(
  db: Database,
  id: number,
  fields: CommunityFields,
  { by, version }: { by: AuditActor; version: number },
): Promise<{ row: CommunityRow; told: Told } | "none" | "stale" | "name"> {
  const { name, description, type, joinMode, theme } = fields;
  const isRenamed = sql`(SELECT name FROM old) IS DISTINCT FROM ${name}::text`;
  const rows = await runAlone(
    db,
    sql`
    WITH old AS (SELECT * FROM communities WHERE id = ${id} AND is_active FOR UPDATE),
    changed AS (
      UPDATE communities t SET name = ${name}, name_key = ${fields.nameKey}, description = ${description}, type = ${type},
        join_mode = ${joinMode}, theme = ${JSON.stringify(theme)}::jsonb, version = t.version + 1,
        config_version = t.config_version + (${isRenamed})::int, updated_at = now()
      FROM old WHERE t.id = old.id AND old.version = ${version}
        AND NOT EXISTS (${namesakes(fields)} AND n.id <> ${id})
      RETURNING t.*),
    noted AS (${note("community.update", by, sql`(SELECT to_jsonb(old) FROM old)`)}),
    kept AS (${noteVersion({ kind: "community", communityId: id, source: "changed" }, by)})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, (SELECT version FROM old) AS held,
      (SELECT coalesce(jsonb_agg(s.entity_id), '[]'::jsonb) FROM (
        SELECT entity_id FROM servers WHERE community_id = ${id} AND is_active AND ${isRenamed}
        ORDER BY created_at DESC LIMIT ${siblingsTold}) s) AS entity_ids`,
  );
  const [{ row, held, entity_ids }] = updated.parse(rows);
  if (row) {
    const told = { entityIds: entity_ids, version: row.config_version };
    return { row: communityRow.parse(row), told };
  }
  if (held === null) return "none";
  return held === version ? "name" : "stale";
}

const deleted = z.array(z.object({ version: z.int(), entity_ids: z.array(z.string()) }));

/**
 * Hides a community for good. Its channels are nobody's again and silent, its browser sources, keys and open invitations
 * end. `version` is what the caller last saw; undefined deletes whatever is there.
 */
export async function deleteCommunity(
  db: Database,
  id: number,
  { by, version }: { by: AuditActor; version: number | undefined },
): Promise<Told | "stale"> {
  if (id === globalCommunityId) throw new Error("the global community cannot be deleted");
  const lock = db.execute(
    sql`SELECT 1 FROM communities WHERE id IN (${id}, ${globalCommunityId}) ORDER BY id FOR UPDATE`,
  );
  const change = db.execute(sql`
    WITH old AS (SELECT * FROM communities WHERE id = ${id} AND is_active),
    newest AS (SELECT max(config_version) + 1 AS version FROM communities WHERE id IN (${id}, ${globalCommunityId})),
    changed AS (
      UPDATE communities t SET is_active = false, version = t.version + 1, config_version = newest.version, updated_at = now()
      FROM old, newest WHERE t.id = old.id AND old.version = coalesce(${version ?? null}::int, old.version) RETURNING t.*),
    raised AS (
      UPDATE communities SET config_version = newest.version FROM newest
      WHERE id = ${globalCommunityId} AND EXISTS (SELECT 1 FROM changed)),
    ${releaseChannels(sql`s.community_id IN (SELECT id FROM changed)`)},
    unseen AS (UPDATE overlay_tokens o SET is_active = false FROM changed WHERE o.community_id = changed.id),
    locked AS (UPDATE api_keys k SET is_active = false, disabled_at = now() FROM changed WHERE k.community_id = changed.id),
    closed AS (
      UPDATE community_invitations i SET revoked_at = now() FROM changed
      WHERE i.community_id = changed.id AND i.revoked_at IS NULL),
    noted AS (${note("community.delete", by, sql`(SELECT to_jsonb(old) FROM old)`)})
    SELECT changed.config_version AS version,
      (SELECT coalesce(jsonb_agg(entity_id), '[]'::jsonb) FROM released) AS entity_ids FROM changed`);
  const [, { rows }] = await db.batch([lock, change]);
  const [done] = deleted.parse(rows);
  return done ? { version: done.version, entityIds: done.entity_ids } : "stale";
}

/** Others that exist under the name, as the eye reads it. Rows from before names had keys are compared as they are. */
function namesakes({ name, nameKey }: Pick<CommunityFields, "name" | "nameKey">): SQL {
  return sql`SELECT 1 FROM communities n WHERE n.is_active AND (n.name_key = ${nameKey} OR lower(n.name) = lower(${name}))`;
}

/** Names and what one person owns are counted by one at a time; a statement sees what was there when it began. */
async function runAlone(db: Database, statement: SQL) {
  const lock = db.execute(sql`SELECT pg_advisory_xact_lock(hashtext('communities'), 0)`);
  const [, result] = await db.batch([lock, db.execute(statement)]);
  return result.rows;
}

function note(action: string, by: AuditActor, before?: SQL): SQL {
  return noteChange(
    {
      action,
      resourceType: "community",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`changed.id`,
      after: sql`to_jsonb(changed)`,
      ...(before ? { before } : {}),
    },
    by,
  );
}
