import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import {
  type EntityGroupInput,
  entityGroupKind,
  entityGroupsPerCommunity,
  platformOfKind,
} from "#contracts/label";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { runAlone } from "#workers/api/labels/alone";
import { type Change, usableBy } from "#workers/api/labels/label-store";
import type { LinkedAccount } from "#workers/api/labels/linked-accounts";

export const groupRow = z.object({
  id: z.int(),
  community_id: z.int(),
  name: z.string(),
  entity_id: z.string(),
  platform: z.string(),
  kind: entityGroupKind,
  role_id: z.string().nullable(),
  label_id: z.int().nullable(),
  created_by: z.string(),
  created_at: z.string(),
});
export type GroupRow = z.infer<typeof groupRow>;
const selected = z.array(z.object({ row: groupRow }));

export const memberRow = z.object({
  user_key: z.string(),
  reason: z.enum(["manual", "auto_label", "auto_rule"]),
  is_wanted: z.boolean(),
  is_settled: z.boolean(),
  problem: z.string().nullable(),
  expires_at: z.string().nullable(),
});
export type MemberRow = z.infer<typeof memberRow>;

export async function listGroups(
  db: Database,
  { communityId, after, limit }: { communityId: number; after: number; limit: number },
): Promise<GroupRow[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(g) AS row FROM entity_groups g
    WHERE community_id = ${communityId} AND is_active AND id > ${after} ORDER BY id LIMIT ${limit}`);
  return selected.parse(rows).map(({ row }) => row);
}

export async function findGroup(
  db: Database,
  id: number,
  communityId: number,
): Promise<GroupRow | undefined> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(g) AS row FROM entity_groups g WHERE id = ${id} AND community_id = ${communityId} AND is_active`);
  return selected.parse(rows)[0]?.row;
}

/** Whoever carries the group's label already becomes a member with it. */
export async function createGroup(
  db: Database,
  group: EntityGroupInput,
  { communityId, by, linked = [] }: Change & { linked?: readonly LinkedAccount[] },
): Promise<GroupRow | "full" | "no channel" | "no label"> {
  const { name, entity_id, kind, role_id, label_id } = group;
  const platform = platformOfKind(kind);
  const rows = await runAlone(
    db,
    communityId,
    sql`
    WITH facts AS (
      SELECT (SELECT count(*) FROM entity_groups WHERE community_id = ${communityId} AND is_active) AS held,
        EXISTS (SELECT 1 FROM servers WHERE entity_id = ${entity_id} AND community_id = ${communityId}) AS has_channel,
        ${label_id}::int IS NULL OR EXISTS (
          SELECT 1 FROM labels l WHERE l.id = ${label_id}::int AND l.category = 'user' AND ${usableBy(communityId)})
          AS has_label),
    changed AS (
      INSERT INTO entity_groups (community_id, name, entity_id, platform, kind, role_id, label_id, created_by)
      SELECT ${communityId}, ${name}, ${entity_id}, ${platform}, ${kind}, ${role_id}::text, ${label_id}::int, ${by.actor}
      FROM facts WHERE held < ${entityGroupsPerCommunity} AND has_channel AND has_label RETURNING *),
    wished AS (
      INSERT INTO entity_group_members (group_id, user_key, community_id, reason, via)
      SELECT g.id, who.account, g.community_id, 'auto_label', array_agg(DISTINCT e.entity_id) FROM changed g
      JOIN entity_labels e ON e.label_id = g.label_id AND e.community_id = g.community_id AND e.entity_type = 'user'
        AND (e.expires_at IS NULL OR e.expires_at > now())
      CROSS JOIN LATERAL (
        SELECT e.entity_id AS account UNION
        SELECT l.account FROM jsonb_to_recordset(${JSON.stringify(linked)}::jsonb) AS l(holder text, account text)
        WHERE l.holder = e.entity_id) who
      WHERE split_part(who.account, ':', 1) = g.platform GROUP BY g.id, who.account, g.community_id),
    noted AS (${noteGroup("entity_group.create", communityId, by, "after")})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, facts.* FROM facts`,
  );
  const facts = z.object({
    row: groupRow.nullable(),
    has_channel: z.boolean(),
    has_label: z.boolean(),
  });
  const [made] = z.tuple([facts]).parse(rows);
  if (made.row) return made.row;
  if (!made.has_channel) return "no channel";
  return made.has_label ? "full" : "no label";
}

/** Its members lose the role: their wishes are turned in the same statement. */
export async function removeGroup(
  db: Database,
  id: number,
  { communityId, by }: Change,
): Promise<GroupRow | undefined> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE entity_groups SET is_active = false
      WHERE id = ${id} AND community_id = ${communityId} AND is_active RETURNING *),
    wished AS (
      UPDATE entity_group_members m SET is_wanted = false, is_settled = false, revision = m.revision + 1, attempts = 0,
        next_try_at = now(), problem = NULL, expires_at = NULL
      FROM changed WHERE m.group_id = changed.id AND m.is_wanted),
    noted AS (${noteGroup("entity_group.delete", communityId, by, "before")})
    SELECT to_jsonb(changed) AS row FROM changed`);
  return selected.parse(rows)[0]?.row;
}

export async function listMembers(
  db: Database,
  { groupId, after, limit }: { groupId: number; after: string; limit: number },
): Promise<MemberRow[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(m) AS row FROM entity_group_members m
    WHERE group_id = ${groupId} AND user_key > ${after} AND (expires_at IS NULL OR expires_at > now() OR NOT is_wanted)
    ORDER BY user_key LIMIT ${limit}`);
  return z
    .array(z.object({ row: memberRow }))
    .parse(rows)
    .map(({ row }) => row);
}

/** A member by hand; undefined for whoever is one already, which only a label's end or `unassign` changes. */
export async function assignMember(
  db: Database,
  group: GroupRow,
  { userKey, expiresAt, by }: { userKey: string; expiresAt: string | null; by: AuditActor },
): Promise<MemberRow | undefined> {
  const change = sql`
    INSERT INTO entity_group_members AS m (group_id, user_key, community_id, reason, expires_at)
    VALUES (${group.id}, ${userKey}, ${group.community_id}, 'manual', ${expiresAt}::timestamptz)
    ON CONFLICT (group_id, user_key) DO UPDATE SET reason = 'manual', via = '{}', is_wanted = true, is_settled = false,
      revision = m.revision + 1, attempts = 0, next_try_at = now(), problem = NULL, expires_at = excluded.expires_at
    WHERE NOT m.is_wanted RETURNING *`;
  return changeMember(db, change, { action: "entity_group.assign", by, communityId: group.community_id });
}

/** Takes a member out, whatever made them one. */
export async function unassignMember(
  db: Database,
  group: GroupRow,
  { userKey, by }: { userKey: string; by: AuditActor },
): Promise<MemberRow | undefined> {
  const change = sql`
    UPDATE entity_group_members m SET is_wanted = false, is_settled = false, revision = m.revision + 1, attempts = 0,
      next_try_at = now(), problem = NULL, expires_at = NULL
    WHERE group_id = ${group.id} AND user_key = ${userKey} AND is_wanted RETURNING *`;
  return changeMember(db, change, { action: "entity_group.unassign", by, communityId: group.community_id });
}

async function changeMember(
  db: Database,
  change: SQL,
  { action, by, communityId }: Change & { action: string },
): Promise<MemberRow | undefined> {
  const noted = noteChange(
    {
      action,
      resourceType: "entity_group",
      source: sql`changed`,
      resourceId: sql`changed.group_id::text`,
      communityId: sql`${communityId}`,
      after: sql`to_jsonb(changed)`,
    },
    by,
  );
  const { rows } = await db.execute(sql`
    WITH changed AS (${change}), noted AS (${noted}) SELECT to_jsonb(changed) AS row FROM changed`);
  return z.array(z.object({ row: memberRow })).parse(rows)[0]?.row;
}

function noteGroup(action: string, communityId: number, by: AuditActor, side: "before" | "after"): SQL {
  return noteChange(
    {
      action,
      resourceType: "entity_group",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`${communityId}`,
      [side]: sql`to_jsonb(changed)`,
    },
    by,
  );
}
