import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Role } from "#contracts/role";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";

export interface RoleChange {
  userKey: string;
  communityId: number;
  /** Null: in the whole community. */
  entityId: string | null;
  /** Null takes the assignment away. */
  role: Role | null;
}

/** The configuration of a community as it was when rights were asked: writing fails when it changed since. */
export interface SeenVersion {
  id: number;
  version: number;
}

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;

/** Raises the versions, but only if all are what they were; `fits` says so to the rest of the statement. */
function raiseVersions(seen: readonly SeenVersion[]): SQL {
  return sql`seen AS (SELECT * FROM jsonb_to_recordset(${json(seen)}) AS v(id int, version int)),
    bumped AS (UPDATE communities c SET config_version = c.config_version + 1
      FROM seen WHERE c.id = seen.id AND c.config_version = seen.version RETURNING c.id),
    fits AS (SELECT 1 WHERE (SELECT count(*) FROM bumped) = (SELECT count(*) FROM seen))`;
}

/**
 * Gives and takes roles: all of them or none, one audit row each, one statement. False when a community's configuration
 * changed since rights were asked, so that nobody acts on a rank they lost meanwhile.
 */
export async function assignRoles(
  db: Database,
  { changes, seen }: { changes: readonly RoleChange[]; seen: readonly SeenVersion[] },
  by: AuditActor,
): Promise<boolean> {
  const audited = {
    action: "role.assign",
    resourceType: "role",
    source: sql`changed`,
    resourceId: sql`changed.user_key`,
    communityId: sql`changed.community_id`,
    before: sql`changed.before`,
    after: sql`jsonb_build_object('entity_id', changed.entity_id, 'role', changed.role)`,
  };
  const { rows } = await db.execute(sql`
    WITH ${raiseVersions(seen)},
    wanted AS (SELECT w.*,
        (SELECT to_jsonb(b) FROM community_rbac b WHERE w."entityId" IS NULL AND b.community_id = w."communityId" AND b.user_key = w."userKey") AS old_community,
        (SELECT to_jsonb(e) FROM entity_roles e WHERE e.entity_id = w."entityId" AND e.user_key = w."userKey") AS old_entity
      FROM fits, jsonb_to_recordset(${json(changes)}) AS w("userKey" text, "communityId" int, "entityId" text, role text)),
    gone_community AS (DELETE FROM community_rbac b USING wanted w WHERE w.role IS NULL AND w."entityId" IS NULL
      AND b.community_id = w."communityId" AND b.user_key = w."userKey" RETURNING 1),
    gone_entity AS (DELETE FROM entity_roles e USING wanted w WHERE w.role IS NULL
      AND e.entity_id = w."entityId" AND e.user_key = w."userKey" RETURNING 1),
    given_community AS (INSERT INTO community_rbac (community_id, user_key, role)
      SELECT "communityId", "userKey", role FROM wanted WHERE role IS NOT NULL AND "entityId" IS NULL
      ON CONFLICT (community_id, user_key) DO UPDATE SET role = excluded.role, assigned_at = now() RETURNING 1),
    given_entity AS (INSERT INTO entity_roles (entity_id, user_key, role, assigned_by)
      SELECT "entityId", "userKey", role, ${by.actor} FROM wanted WHERE role IS NOT NULL AND "entityId" IS NOT NULL
      ON CONFLICT (entity_id, user_key) DO UPDATE SET role = excluded.role, assigned_by = excluded.assigned_by, assigned_at = now() RETURNING 1),
    elsewhere AS (UPDATE communities SET config_version = config_version + 1
      WHERE id NOT IN (SELECT id FROM seen) AND EXISTS (SELECT 1 FROM wanted WHERE "communityId" = ${globalCommunityId}) RETURNING 1),
    changed AS (SELECT "userKey" AS user_key, "communityId" AS community_id, "entityId" AS entity_id, role,
        coalesce(old_entity, old_community) AS before FROM wanted),
    noted AS (${noteChange(audited, by)})
    SELECT count(*)::int AS fits FROM fits`);
  return didFit(rows);
}

/** Makes people members of the global community; who is one stays one. Returns who became one, one audit row each. */
export async function joinGlobal(
  db: Database,
  userKeys: readonly string[],
  by: AuditActor,
): Promise<string[]> {
  const audited = {
    action: "membership.join",
    resourceType: "membership",
    source: sql`changed`,
    resourceId: sql`changed.user_key`,
    communityId: sql`changed.community_id`,
    after: sql`to_jsonb(changed)`,
  };
  const { rows } = await db.execute(sql`
    WITH changed AS (
      INSERT INTO community_memberships AS m (community_id, user_key)
      SELECT DISTINCT ${globalCommunityId}::int, p.user_key FROM jsonb_array_elements_text(${json(userKeys)}) AS p(user_key)
      ON CONFLICT (community_id, user_key) DO UPDATE SET is_active = true WHERE NOT m.is_active
      RETURNING *),
    noted AS (${noteChange(audited, by)})
    SELECT user_key FROM changed`);
  return z
    .array(z.object({ user_key: z.string() }))
    .parse(rows)
    .map((row) => row.user_key);
}

/** Ends a membership and every role that hung on it, with one audit row. `missing` when there was none. */
export async function leaveCommunity(
  db: Database,
  { userKey, seen }: { userKey: string; seen: SeenVersion },
  by: AuditActor,
): Promise<"left" | "missing" | "conflict"> {
  if (seen.id === globalCommunityId) throw new Error("the global community cannot be left");
  const audited = {
    action: "membership.leave",
    resourceType: "membership",
    source: sql`changed`,
    resourceId: sql`changed.user_key`,
    communityId: sql`changed.community_id`,
    before: sql`jsonb_build_object('role', (SELECT role FROM community_rbac b WHERE b.community_id = changed.community_id AND b.user_key = changed.user_key))`,
    after: sql`to_jsonb(changed)`,
  };
  const { rows } = await db.execute(sql`
    WITH ${raiseVersions([seen])},
    changed AS (UPDATE community_memberships SET is_active = false
      FROM fits WHERE community_id = ${seen.id} AND user_key = ${userKey} AND is_active RETURNING community_memberships.*),
    ranks AS (DELETE FROM community_rbac b USING changed c
      WHERE b.community_id = c.community_id AND b.user_key = c.user_key RETURNING 1),
    channels AS (DELETE FROM entity_roles e USING changed c, servers s
      WHERE s.community_id = c.community_id AND e.entity_id = s.entity_id AND e.user_key = c.user_key RETURNING 1),
    noted AS (${noteChange(audited, by)})
    SELECT (SELECT count(*)::int FROM fits) AS fits, (SELECT count(*)::int FROM changed) AS left_now`);
  const counts = z.array(z.object({ fits: z.int(), left_now: z.int() })).parse(rows)[0];
  if (!counts || counts.fits === 0) return "conflict";
  return counts.left_now > 0 ? "left" : "missing";
}

function didFit(rows: unknown[]): boolean {
  return z.array(z.object({ fits: z.int() })).parse(rows)[0]?.fits === 1;
}
