import { sql } from "drizzle-orm";
import * as z from "zod";
import type { MetricName, MetricSample } from "#contracts/metrics";
import type { Database } from "#db/client";

const count = z.coerce.number();
const byPlatform = z.array(z.object({ platform: z.string(), count }));
const row = z.object({
  channels: byPlatform,
  communities: count,
  users: count,
  commands: count,
  rules: count,
  accounts: z.array(z.object({ platform: z.string(), status: z.string(), count })),
});

/** What is so now, asked when somebody looks: one statement. */
export async function readGauges(db: Database): Promise<MetricSample[]> {
  const { rows } = await db.execute(sql`
    SELECT coalesce((SELECT jsonb_agg(t) FROM
        (SELECT platform, count(*) FROM servers WHERE is_active GROUP BY platform) t), '[]') AS channels,
      (SELECT count(*) FROM communities) AS communities,
      (SELECT count(DISTINCT user_key) FROM community_activity WHERE last_seen_at > now() - interval '1 hour') AS users,
      (SELECT count(*) FROM commands) AS commands,
      (SELECT count(*) FROM string_rules WHERE is_active) AS rules,
      coalesce((SELECT jsonb_agg(t) FROM
        (SELECT provider AS platform, status, count(*) FROM oauth_tokens GROUP BY 1, 2) t), '[]') AS accounts`);
  const { channels, communities, users, commands, rules, accounts } = row.parse(rows[0]);
  return [
    ...channels.map(({ platform, count }) => gauge("waddlebot_active_channels", count, { platform })),
    gauge("waddlebot_communities_total", communities),
    gauge("waddlebot_active_users", users),
    gauge("waddlebot_registered_commands", commands),
    gauge("waddlebot_string_rules", rules),
    ...accounts.map(({ platform, status, count }) =>
      gauge("waddlebot_connected_accounts", count, { platform, status }),
    ),
  ];
}

export function gauge(family: MetricName, value: number, labels: Record<string, string> = {}): MetricSample {
  return { family, labels, value };
}

/** Hits of all look-ups; nothing while none was made. */
export function cacheRatio(samples: readonly MetricSample[]): MetricSample[] {
  const sumOf = (name: MetricName) =>
    samples.filter(({ family }) => family === name).reduce((sum, { value }) => sum + value, 0);
  const hits = sumOf("waddlebot_cache_hits_total");
  const all = hits + sumOf("waddlebot_cache_misses_total");
  return all === 0 ? [] : [gauge("waddlebot_cache_hit_ratio", hits / all)];
}
