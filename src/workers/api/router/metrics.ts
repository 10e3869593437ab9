import { createRoute } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { type Database, openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import { sharedPatternCache } from "#router/rules/pattern-cache";
import { failures, ok } from "#workers/api/answers";
import { makeRoutes } from "#workers/api/make-routes";
import { entityCacheCounts, seeEntity } from "#workers/api/router/entities-seen";
import { entityIdField } from "#workers/api/router/fields";
import { ruleFigures, ruleStatistics } from "#workers/api/router/rule-figures";
import { failure, success } from "#workers/shared/envelope";

const count = z.coerce.number();
const processor = z.object({
  commands_processed: count,
  commands_successful: count,
  commands_failed: count,
  rate_limits_hit: count,
  string_matches: count,
  avg_execution_time: count.describe("Milliseconds"),
});
const cacheSize = z.int().describe("Of the isolate that answers; channels compile in their own");
const database = z.object({ total_commands: count, total_entities: count, total_executions: count });
const recent = z.object({
  successful: count,
  failed: count,
  avg_execution_time_ms: count,
  success_rate: count.nullable().describe("0 to 1; null when nothing ran"),
});

const channelFigures = z
  .object({
    config_cache_hits: z.int().describe("Look-ups answered from the snapshot of commands, rules and roles"),
    config_cache_misses: z.int().describe("Look-ups that read the database"),
    modules: z.array(
      z.object({
        module: z.string(),
        circuit_breaker_state: z.string(),
        successes: z.int(),
        failures: z.int(),
        refusals: z.int().describe("Calls that never reached the module"),
      }),
    ),
  })
  .describe("Since the channel's object began");

const metrics = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["router"],
  summary:
    "What the router did: since ever, and in the last hour; with entity_id, also what that channel counted",
  request: { query: z.strictObject({ entity_id: entityIdField.optional() }) },
  responses: {
    200: ok(
      z.object({
        processor: processor.extend({
          cache_hits: z.int().describe("Channels this isolate knew"),
          cache_misses: z.int(),
        }),
        string_matcher: ruleStatistics.extend({ compiled_regex_cache_size: cacheSize }),
        database,
        recent_performance: recent,
        channel: channelFigures.optional(),
      }),
    ),
    ...failures(400, 401, 403, 404),
  },
});

/** The figures of one community, or of all. They come from the log, which channels write within some ten seconds. */
export function metricRoutes() {
  return makeRoutes().openapi(metrics, async (c) => {
    const bound = c.get("principal").communityId;
    const { entity_id } = c.req.valid("query");
    if (entity_id !== undefined && !(await seeEntity(c, entity_id)))
      return failure(c, 404, "There is no such channel.");
    const facts = await readMetrics(openDatabase(c.env), bound);
    const { hits, misses } = entityCacheCounts();
    return success(c, {
      ...facts,
      processor: { ...facts.processor, cache_hits: hits, cache_misses: misses },
      string_matcher: { ...facts.string_matcher, compiled_regex_cache_size: sharedPatternCache.size() },
      ...(entity_id === undefined ? {} : { channel: await countersOf(c.env, entity_id) }),
    });
  });
}

async function countersOf(env: ApiEnv, entityId: string): Promise<z.infer<typeof channelFigures>> {
  const channel: Pick<ChannelService, "counters"> = channelStub(env.CHANNEL, entityId);
  const { configCache, modules } = await channel.counters();
  return {
    config_cache_hits: configCache.hits,
    config_cache_misses: configCache.misses,
    modules: modules.map(({ module, state, successes, failures, refusals }) => {
      return { module, circuit_breaker_state: state, successes, failures, refusals };
    }),
  };
}

const metricRow = z.object({
  processor,
  string_matcher: ruleStatistics,
  database,
  recent_performance: recent,
});

/** No statement of it reads more of the log than the last hour: the sums are kept with every flush. */
async function readMetrics(db: Database, communityId: number | null) {
  const mine = communityId === null ? sql`true` : sql`community_id = ${communityId}`;
  const { rows } = await db.execute(sql`
    WITH rules AS (SELECT ${ruleFigures} AS figures FROM string_rules WHERE ${mine}),
    totals AS (SELECT coalesce(sum(executions), 0) AS executions, coalesce(sum(commands), 0) AS commands,
        coalesce(sum(commands_successful), 0) AS successful, coalesce(sum(commands_failed), 0) AS failed,
        coalesce(sum(rate_limited), 0) AS rate_limited, coalesce(sum(command_ms), 0) AS ms
      FROM execution_totals WHERE ${mine})
    SELECT (SELECT jsonb_build_object(
        'commands_processed', commands, 'commands_successful', successful, 'commands_failed', failed,
        'rate_limits_hit', rate_limited,
        'string_matches', (SELECT figures -> 'total_matches' FROM rules),
        'avg_execution_time', coalesce(round(ms / nullif(commands, 0), 2), 0))
      FROM totals) AS processor,
    (SELECT figures FROM rules) AS string_matcher,
    jsonb_build_object(
      'total_commands', (SELECT count(*) FROM commands WHERE community_id IS NULL OR ${mine}),
      'total_entities', (SELECT count(*) FROM servers WHERE ${mine}),
      'total_executions', (SELECT executions FROM totals)) AS database,
    (SELECT jsonb_build_object(
        'successful', count(*) FILTER (WHERE status = 'success'),
        'failed', count(*) FILTER (WHERE status <> 'success'),
        'avg_execution_time_ms', coalesce(round(avg(execution_time_ms), 2), 0),
        'success_rate', round(avg((status = 'success')::int), 4))
      FROM command_executions
      WHERE ${mine} AND executed_at > now() - interval '1 hour') AS recent_performance`);
  return metricRow.parse(rows[0]);
}
