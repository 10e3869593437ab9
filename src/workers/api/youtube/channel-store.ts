import { sql } from "drizzle-orm";
import * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { type ChangedConfig, changeConfig } from "#workers/api/router/change-config";

const row = z.object({
  channel_id: z.string(),
  entity_id: z.string(),
  community_id: z.int(),
  is_active: z.boolean(),
  followed_until: z.string().nullable(),
  problem: z.string().nullable(),
});
export type ChannelRow = z.infer<typeof row>;

const columns = sql`s.server_id AS channel_id, s.entity_id, s.community_id, s.is_active,
  to_char(l.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS followed_until, l.problem`;
const tables = sql`servers s LEFT JOIN websub_leases l ON l.channel_id = s.server_id`;

export async function findChannel(db: Database, channelId: string): Promise<ChannelRow | undefined> {
  const result = await db.execute(
    sql`SELECT ${columns} FROM ${tables} WHERE s.platform = 'youtube' AND s.server_id = ${channelId}`,
  );
  return z.array(row).parse(result.rows)[0];
}

export async function readChannels(db: Database, communityId: number): Promise<ChannelRow[]> {
  const result = await db.execute(sql`SELECT ${columns} FROM ${tables}
    WHERE s.platform = 'youtube' AND s.community_id = ${communityId} ORDER BY s.created_at LIMIT 1000`);
  return z.array(row).parse(result.rows);
}

/** Undefined when another community has this channel. Watching it again is the same as watching it. */
export function watchChannel(
  db: Database,
  { channelId, communityId, by }: { channelId: string; communityId: number; by: AuditActor },
): Promise<ChangedConfig | undefined> {
  const entityId = makeEntityId({ platform: "youtube", server: channelId });
  return changeConfig(db, {
    communityId,
    change: sql`INSERT INTO servers (entity_id, community_id, platform, server_id)
      SELECT ${entityId}, c.id, 'youtube', ${channelId} FROM communities c WHERE c.id = ${communityId} AND c.is_active
      ON CONFLICT (entity_id) DO UPDATE SET is_active = true, updated_at = now()
      WHERE servers.community_id = ${communityId} RETURNING *`,
    action: "channel.register",
    resourceType: "servers",
    resourceId: sql`changed.entity_id`,
    before: sql`(SELECT to_jsonb(o) FROM servers o WHERE o.entity_id = changed.entity_id)`,
    by,
  });
}

export function leaveChannel(
  db: Database,
  { channelId, communityId, by }: { channelId: string; communityId: number; by: AuditActor },
): Promise<ChangedConfig | undefined> {
  return changeConfig(db, {
    communityId,
    change: sql`UPDATE servers SET is_active = false, updated_at = now()
      WHERE platform = 'youtube' AND server_id = ${channelId} AND community_id = ${communityId} AND is_active
      RETURNING *`,
    action: "channel.unregister",
    resourceType: "servers",
    resourceId: sql`changed.entity_id`,
    before: sql`(SELECT to_jsonb(o) FROM servers o WHERE o.entity_id = changed.entity_id)`,
    by,
  });
}
