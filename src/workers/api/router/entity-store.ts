import { sql } from "drizzle-orm";
import * as z from "zod";
import type { EntityParts } from "#contracts/ids";
import { makeEntityId } from "#contracts/ids";
import type { Database } from "#db/client";

/** The community of whatever nobody has claimed (90-decisions C-07). */
const globalCommunityId = 1;

export interface KnownEntity {
  entityId: string;
  communityId: number;
}

const found = z.object({ community_id: z.int() });
const made = found.extend({ is_new: z.boolean(), version: z.int() });

/** Undefined for a channel nobody registered. */
export async function findEntity(db: Database, entityId: string): Promise<KnownEntity | undefined> {
  const result = await db.execute(sql`SELECT community_id FROM servers WHERE entity_id = ${entityId}`);
  const [row] = z.array(found).parse(result.rows);
  return row && { entityId, communityId: row.community_id };
}

/**
 * The channel of an event; an unknown one is registered in the global community, with whoever spoke first as its owner
 * (10-router §1.1). Two first events at once make one row.
 */
export async function ensureEntity(
  db: Database,
  parts: EntityParts,
  owner: string,
): Promise<KnownEntity & { isNew: boolean; version: number }> {
  const entityId = makeEntityId(parts);
  const config = JSON.stringify({ name: nameOf(parts) });
  const result = await db.execute(sql`
    WITH made AS (
      INSERT INTO servers (entity_id, community_id, platform, server_id, channel, owner, config)
      VALUES (${entityId}, ${globalCommunityId}, ${parts.platform}, ${parts.server}, ${parts.channel ?? null}, ${owner}, ${config}::jsonb)
      ON CONFLICT DO NOTHING RETURNING community_id)
    SELECT m.community_id, true AS is_new, c.config_version AS version FROM made m JOIN communities c ON c.id = m.community_id
    UNION ALL
    SELECT s.community_id, false, c.config_version FROM servers s JOIN communities c ON c.id = s.community_id
    WHERE s.entity_id = ${entityId} LIMIT 1`);
  const [row] = z.array(made).parse(result.rows);
  // A concurrent first event made it after this statement began: its row is there now.
  const known = row ?? { ...(await findEntity(db, entityId)), is_new: true, version: 1 };
  const communityId = "community_id" in known ? known.community_id : (known.communityId ?? globalCommunityId);
  return { entityId, communityId, isNew: known.is_new, version: known.version };
}

/** A whole Discord or Slack server is a group with itself as its default channel. */
function nameOf({ platform, server, channel }: EntityParts): string {
  const isWhole = channel === undefined && ["discord", "slack"].includes(platform);
  return isWhole ? `${platform[0]?.toUpperCase()}${platform.slice(1)} Server ${server}` : (channel ?? server);
}
