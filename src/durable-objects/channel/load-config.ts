import { sql } from "drizzle-orm";
import * as z from "zod";
import { type ChannelConfig, channelConfig } from "#contracts/channel-config";
import type { Database } from "#db/client";

const row = z.object({ config: z.unknown() });

/**
 * One statement, one round trip: the channel's whole configuration as one JSON value.
 * The global registry rows come first and the community's own replace them.
 */
export async function loadChannelConfig(db: Database, entityId: string): Promise<ChannelConfig | null> {
  const result = await db.execute(sql`
    SELECT jsonb_build_object(
      'version', c.config_version,
      'entityId', s.entity_id,
      'isActive', s.is_active AND c.is_active,
      'community', jsonb_build_object('id', c.id, 'slug', c.slug, 'name', c.name),
      'commands', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'prefix', w.prefix, 'name', w.name, 'module', w.module, 'handler', w.handler,
          'description', w.description, 'usage', w.usage, 'permissionLevel', w.permission_level,
          'cooldownSeconds', w.cooldown_seconds, 'isEnabled', w.is_enabled) ORDER BY w.prefix, w.name), '[]'::jsonb)
        FROM (
          SELECT DISTINCT ON (prefix, name) * FROM commands
          WHERE community_id IS NULL OR community_id = c.id
          ORDER BY prefix, name, community_id NULLS LAST
        ) w),
      'modules', (
        SELECT coalesce(jsonb_object_agg(m.module, jsonb_build_object('isEnabled', m.is_enabled, 'settings', m.settings)), '{}'::jsonb)
        FROM community_modules m WHERE m.community_id = c.id),
      'roles', (
        SELECT coalesce(jsonb_object_agg(r.user_key, r.role), '{}'::jsonb)
        FROM community_rbac r WHERE r.community_id = c.id AND r.role <> 'member'),
      'entityIds', (SELECT jsonb_agg(o.entity_id) FROM servers o WHERE o.community_id = c.id)
    ) AS config
    FROM servers s JOIN communities c ON c.id = s.community_id
    WHERE s.entity_id = ${entityId}`);
  const [found] = z.array(row).parse(result.rows);
  return found ? channelConfig.parse(found.config) : null;
}
