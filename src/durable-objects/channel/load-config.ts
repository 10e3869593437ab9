import { sql } from "drizzle-orm";
import * as z from "zod";
import { type ChannelConfig, channelConfig } from "#contracts/channel-config";
import { webhooksPerCommunity } from "#contracts/outgoing-webhook";
import { rulesPerCommunity } from "#contracts/string-rule";
import { timersPerChannel } from "#contracts/timer";
import type { Database } from "#db/client";
import { siblingsTold } from "#db/communities/siblings-told";

const row = z.object({ config: z.unknown() });

/** Of a community's connected bot accounts on one platform and the platform-wide ones; most have one. */
const ownAccountsKnown = 50;

/**
 * One statement, one round trip: the channel's whole configuration as one JSON value. A community's own registry rows
 * replace the global ones; a role in the channel comes before the role in the community, and that before the one in the
 * global community (RBAC-3).
 */
export async function loadChannelConfig(db: Database, entityId: string): Promise<ChannelConfig | null> {
  const result = await db.execute(sql`
    SELECT jsonb_build_object(
      'version', c.config_version,
      'entityId', s.entity_id,
      'isActive', s.is_active AND c.is_active,
      'community', jsonb_build_object('id', c.id, 'slug', c.slug, 'name', c.name),
      'commands', (SELECT coalesce(jsonb_agg(${commandJson} ORDER BY w.prefix, w.name), '[]'::jsonb) FROM (
          SELECT DISTINCT ON (prefix, name) * FROM commands
          WHERE community_id IS NULL OR community_id = c.id
          ORDER BY prefix, name, community_id NULLS LAST) w
        LEFT JOIN command_permissions p ON p.command_id = w.id AND p.entity_id = s.entity_id),
      'modules', (
        SELECT coalesce(jsonb_object_agg(m.module, jsonb_build_object('isEnabled', m.is_enabled, 'settings', m.settings)), '{}'::jsonb)
        FROM community_modules m WHERE m.community_id = c.id),
      'roles', (
        SELECT coalesce(jsonb_object_agg(r.user_key, r.role) FILTER (WHERE r.role <> 'member'), '{}'::jsonb) FROM (
          SELECT DISTINCT ON (user_key) user_key, role FROM (
            SELECT user_key, role, 1 AS place FROM entity_roles e WHERE e.entity_id = s.entity_id
            UNION ALL SELECT user_key, role, 2 FROM community_rbac b WHERE b.community_id = c.id
            UNION ALL SELECT user_key, role, 3 FROM community_rbac g WHERE g.community_id = 1) assigned
          ORDER BY user_key, place) r),
      'rules', (SELECT coalesce(jsonb_agg(${ruleJson}), '[]'::jsonb)
        FROM (SELECT * FROM string_rules t WHERE t.community_id = c.id AND t.is_active
              ORDER BY t.priority, t.id LIMIT ${rulesPerCommunity}) t),
      'timers', (SELECT coalesce(jsonb_agg(${timerJson}), '[]'::jsonb)
        FROM (SELECT * FROM timers i WHERE i.entity_id = s.entity_id AND i.community_id = c.id AND i.is_enabled
              ORDER BY i.id LIMIT ${timersPerChannel}) i),
      'webhooks', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'eventTypes', h.event_types)), '[]'::jsonb)
        FROM (SELECT * FROM outgoing_webhooks h WHERE h.community_id = c.id AND h.is_enabled AND h.verified_at IS NOT NULL
              ORDER BY h.id LIMIT ${webhooksPerCommunity}) h),
      'ownAccounts', (SELECT coalesce(jsonb_agg(t.account_id), '[]'::jsonb) FROM (
          SELECT DISTINCT account_id FROM oauth_tokens
          WHERE provider = s.platform AND role = 'bot' AND status <> 'revoked' AND community_id IN (c.id, 1)
          ORDER BY account_id LIMIT ${ownAccountsKnown}) t),
      'entityIds', (SELECT coalesce(jsonb_agg(o.entity_id), '[]'::jsonb) FROM (
          SELECT entity_id FROM servers WHERE community_id = c.id AND is_active
          ORDER BY created_at DESC LIMIT ${siblingsTold}) o)
    ) AS config
    FROM servers s JOIN communities c ON c.id = s.community_id
    WHERE s.entity_id = ${entityId}`);
  const [found] = z.array(row).parse(result.rows);
  return found ? channelConfig.parse(found.config) : null;
}

const commandJson = sql`jsonb_build_object(
  'prefix', w.prefix, 'name', w.name, 'module', w.module, 'handler', w.handler, 'description', w.description,
  'usage', w.usage, 'category', w.category, 'permissionLevel', w.permission_level, 'cooldownSeconds', w.cooldown_seconds,
  'roleCooldowns', w.role_cooldowns, 'rateLimitPerMinute', w.rate_limit_per_minute, 'pointCost', w.point_cost,
  'isEnabled', coalesce(p.is_enabled, w.is_enabled), 'triggerType', w.trigger_type, 'eventTypes', w.event_types,
  'priority', w.priority, 'executionMode', w.execution_mode, 'target', w.target, 'timeoutSeconds', w.timeout_seconds)`;

const ruleJson = sql`jsonb_build_object(
  'id', t.id, 'communityId', t.community_id, 'entityIds', t.entity_ids, 'pattern', t.pattern, 'matchType', t.match_type,
  'caseSensitive', t.case_sensitive, 'foldLookAlikes', t.fold_look_alikes, 'isShadow', t.is_shadow, 'action', t.action,
  'commandToExecute', t.command_to_execute, 'commandParameters', t.command_parameters, 'webhookUrl', t.webhook_url,
  'warningMessage', t.warning_message, 'blockMessage', t.block_message, 'priority', t.priority, 'isActive', t.is_active)`;

const timerJson = sql`jsonb_build_object(
  'id', i.id, 'cron', i.cron, 'intervalSeconds', i.interval_seconds, 'timezone', i.timezone,
  'since', floor(extract(epoch FROM i.since) * 1000)::bigint, 'action', i.action, 'payload', i.payload,
  'onlyWhenLive', i.only_when_live, 'minLines', i.min_lines, 'role', i.role, 'makers', i.makers)`;
