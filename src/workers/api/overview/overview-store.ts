import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { type OverviewFacts, overviewFacts } from "#workers/api/overview/overview-routes";

const mostChannels = 100;
const mostRefusals = 12;
const rows = z.tuple([z.object({ facts: overviewFacts })]);

/** One statement for everything a community's first page asks the database. */
export async function readOverview(db: Database, communityId: number): Promise<OverviewFacts> {
  const answer = await db.execute(sql`
    WITH ended AS (
      SELECT max(occurred_at) AS at FROM platform_events
      WHERE community_id = ${communityId} AND type = 'stream_offline'),
    start AS (SELECT coalesce(at, now() - interval '7 days') AS since, at IS NOT NULL AS is_since_stream FROM ended),
    channels AS (
      SELECT entity_id, platform, to_jsonb(last_activity) AS last_event_at FROM servers
      WHERE community_id = ${communityId} AND is_active ORDER BY last_activity DESC NULLS LAST, entity_id LIMIT ${mostChannels}),
    subscriptions AS (
      SELECT t.status, t.needs_owner FROM twitch_subscriptions t
      JOIN servers s ON s.platform = 'twitch' AND s.server_id = t.broadcaster_user_id AND s.is_active
      WHERE s.community_id = ${communityId}),
    activities AS (
      SELECT activity_type AS type, count(*) AS count FROM platform_activities, start
      WHERE community_id = ${communityId} AND occurred_at > since GROUP BY activity_type ORDER BY count(*) DESC, 1 LIMIT 50),
    executions AS (
      SELECT status AS type, count(*) AS count FROM command_executions, start
      WHERE community_id = ${communityId} AND executed_at > since GROUP BY status ORDER BY count(*) DESC, 1),
    refusals AS (
      SELECT id, entity_id, user_key, command, module, status, code, executed_at FROM command_executions
      WHERE community_id = ${communityId} AND status IN ('refused', 'failed') AND executed_at > now() - interval '30 days'
      ORDER BY executed_at DESC LIMIT ${mostRefusals})
    SELECT jsonb_build_object(
      'channels', (SELECT coalesce(jsonb_agg(c), '[]') FROM channels c),
      'subscriptions', (SELECT jsonb_build_object(
        'enabled', count(*) FILTER (WHERE status = 'enabled'),
        'needs_owner', count(*) FILTER (WHERE status <> 'enabled' AND needs_owner),
        'waiting', count(*) FILTER (WHERE status <> 'enabled' AND NOT needs_owner)) FROM subscriptions),
      'since', since, 'is_since_stream', is_since_stream,
      'activities', (SELECT coalesce(jsonb_agg(a), '[]') FROM activities a),
      'executions', (SELECT coalesce(jsonb_agg(e), '[]') FROM executions e),
      'throttled', (SELECT count(*) FROM command_executions WHERE community_id = ${communityId}
        AND code = 'rate_limited' AND executed_at > now() - interval '1 hour'),
      'refusals', (SELECT coalesce(jsonb_agg(r), '[]') FROM refusals r)) AS facts FROM start`);
  return rows.parse(answer.rows)[0].facts;
}
