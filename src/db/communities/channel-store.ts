import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { channelsPerCommunity } from "#contracts/community";
import { type EntityParts, makeEntityId } from "#contracts/ids";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import type { Told } from "#db/communities/community-store";
import { releaseChannels } from "#db/communities/release-channels";
import { siblingsTold } from "#db/communities/siblings-told";
import { globalCommunityId } from "#db/rbac";

/** A channel of a community, as Postgres writes it in JSON. */
export const channelRow = z.object({
  entity_id: z.string(),
  platform: z.string(),
  server_id: z.string(),
  channel: z.string().nullable(),
  is_active: z.boolean(),
  last_activity: z.string().nullable(),
  created_at: z.string(),
});
export type ChannelRow = z.infer<typeof channelRow>;

interface Change {
  communityId: number;
  by: AuditActor;
}

export async function listChannels(
  db: Database,
  filter: { communityId: number; platform?: string | undefined; after: string; limit: number },
): Promise<ChannelRow[]> {
  const { communityId, platform, after, limit } = filter;
  const there = platform === undefined ? sql`true` : sql`platform = ${platform}`;
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(s) AS row FROM servers s WHERE community_id = ${communityId} AND entity_id > ${after} AND ${there}
    ORDER BY entity_id LIMIT ${limit}`);
  return z
    .array(z.object({ row: channelRow }))
    .parse(rows)
    .map(({ row }) => row);
}

/**
 * Whether a channel is these people's, or this community's, to give: an account of theirs is the channel, they own or
 * administer it by a role there, the community holds a consent of that very account, or it is on the community's own IRC
 * network, where the bot comes as that community's. Speaking in it first is no proof.
 */
export async function mayBring(
  db: Database,
  parts: EntityParts,
  { accounts, communityId }: { accounts: readonly string[]; communityId: number },
): Promise<boolean> {
  const mine = sql`(SELECT jsonb_array_elements_text(${JSON.stringify(accounts)}::jsonb))`;
  const isWhole = parts.channel === undefined;
  const { rows } = await db.execute(sql`
    SELECT 1 WHERE
      (${isWhole} AND ${makeEntityId({ platform: parts.platform, server: parts.server })} IN ${mine})
      OR EXISTS (SELECT 1 FROM entity_roles WHERE entity_id = ${makeEntityId(parts)} AND role IN ('owner', 'admin')
        AND user_key IN ${mine})
      OR (${parts.platform === "irc" && !isWhole} AND EXISTS (
        SELECT 1 FROM gateway_networks WHERE community_id = ${communityId} AND host = ${parts.server}))
      OR EXISTS (SELECT 1 FROM oauth_tokens WHERE community_id = ${communityId} AND provider = ${parts.platform}
        AND account_id = ${parts.server} AND status = 'active')`);
  return rows.length > 0;
}

const attached = z.tuple([
  z.object({
    row: channelRow.nullable(),
    held_by: z.int().nullable(),
    is_full: z.boolean(),
    version: z.coerce.number(),
    entity_ids: z.array(z.string()),
  }),
]);

/** Gives a community a channel that is nobody's, known or not. */
export async function attachChannel(
  db: Database,
  parts: EntityParts,
  { communityId, by }: Change,
): Promise<{ row: ChannelRow; told: Told } | "taken" | "already" | "full"> {
  const entityId = makeEntityId(parts);
  const rows = await runAlone(
    db,
    communityId,
    sql`
    WITH old AS (SELECT * FROM servers WHERE entity_id = ${entityId}),
    held AS (SELECT count(*) >= ${channelsPerCommunity} AS is_full FROM servers WHERE community_id = ${communityId}),
    ${newest(communityId)},
    changed AS (
      INSERT INTO servers (entity_id, community_id, platform, server_id, channel, owner)
      SELECT ${entityId}, c.id, ${parts.platform}, ${parts.server}, ${parts.channel ?? null}, ${by.actor}
      FROM held, communities c WHERE NOT held.is_full AND c.id = ${communityId} AND c.is_active
      ON CONFLICT (entity_id) DO UPDATE
        SET community_id = excluded.community_id, owner = excluded.owner, is_active = true, updated_at = now()
        WHERE servers.community_id = ${globalCommunityId}
          OR (servers.community_id = excluded.community_id AND NOT servers.is_active)
      RETURNING *),
    clocks AS (
      DELETE FROM timers t USING changed WHERE t.entity_id = changed.entity_id AND t.community_id <> changed.community_id),
    ${raised(communityId, sql`changed`)},
    noted AS (${note("channel.attach", sql`changed`, communityId, by)})
    SELECT (SELECT to_jsonb(changed) FROM changed) AS row, (SELECT community_id FROM old) AS held_by, held.is_full,
      newest.version, ${siblings(communityId)} AS entity_ids FROM held, newest`,
  );
  const [{ row, held_by, is_full, version, entity_ids }] = attached.parse(rows);
  if (row) return { row, told: { version, entityIds: [...entity_ids, row.entity_id] } };
  if (held_by === communityId) return "already";
  return is_full && (held_by === null || held_by === globalCommunityId) ? "full" : "taken";
}

const detached = z.array(z.object({ version: z.coerce.number(), entity_ids: z.array(z.string()) }));

/** Makes a channel nobody's, and silent. Undefined when this community has no such channel. */
export async function detachChannel(
  db: Database,
  entityId: string,
  { communityId, by }: Change,
): Promise<Told | undefined> {
  if (communityId === globalCommunityId) throw new Error("channels of nobody cannot be let go");
  const rows = await runAlone(
    db,
    communityId,
    sql`
    WITH ${newest(communityId)},
    ${releaseChannels(sql`s.entity_id = ${entityId} AND s.community_id = ${communityId}`)},
    ${raised(communityId, sql`released`)},
    noted AS (${note("channel.detach", sql`released`, communityId, by)})
    SELECT newest.version, ${siblings(communityId)} AS entity_ids FROM released, newest`,
  );
  const [done] = detached.parse(rows);
  return done && { version: done.version, entityIds: [...new Set([...done.entity_ids, entityId])] };
}

/** Above both communities' versions, so that the channel knows its old snapshot for old in either. */
function newest(communityId: number): SQL {
  return sql`newest AS (
    SELECT max(config_version) + 1 AS version FROM communities WHERE id IN (${communityId}, ${globalCommunityId}))`;
}

function raised(communityId: number, source: SQL): SQL {
  return sql`raised AS (
    UPDATE communities SET config_version = newest.version FROM newest
    WHERE id IN (${communityId}, ${globalCommunityId}) AND EXISTS (SELECT 1 FROM ${source}))`;
}

/** The community's channels as they were when the statement began. */
function siblings(communityId: number): SQL {
  return sql`(SELECT coalesce(jsonb_agg(o.entity_id), '[]'::jsonb) FROM (
    SELECT entity_id FROM servers WHERE community_id = ${communityId} AND is_active
    ORDER BY created_at DESC LIMIT ${siblingsTold}) o)`;
}

function note(action: string, source: SQL, communityId: number, by: AuditActor): SQL {
  return noteChange(
    {
      action,
      resourceType: "channel",
      source,
      resourceId: sql`${source}.entity_id`,
      communityId: sql`${communityId}`,
      before: sql`(SELECT to_jsonb(s) FROM servers s WHERE s.entity_id = ${source}.entity_id)`,
      after: sql`to_jsonb(${source})`,
    },
    by,
  );
}

async function runAlone(db: Database, communityId: number, statement: SQL) {
  const lock = db.execute(
    sql`SELECT 1 FROM communities WHERE id IN (${communityId}, ${globalCommunityId}) ORDER BY id FOR UPDATE`,
  );
  const [, result] = await db.batch([lock, db.execute(statement)]);
  return result.rows;
}
