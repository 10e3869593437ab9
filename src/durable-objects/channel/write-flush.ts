import { sql } from "drizzle-orm";
import * as z from "zod";
import { type Execution, execution } from "#contracts/execution";
import type { Database } from "#db/client";
import { type Credit, creditReputation } from "#db/credit-reputation";
import { activityEntry, rawEvent } from "#durable-objects/channel/event-records";
import { creditsOf } from "#durable-objects/channel/reputation-credits";

const activityRow = z.object({
  userKey: z.string(),
  userName: z.string(),
  messages: z.int(),
  points: z.int(),
  lastAt: z.int(),
});
const ruleHit = z.object({
  ruleId: z.int(),
  isShadow: z.boolean(),
  hits: z.int(),
  lastAt: z.int(),
  sample: z.string(),
});
/** One flush as it waits in the channel; `id` is its idempotency key. */
export const flushBody = z.object({
  communityId: z.int(),
  activity: z.array(activityRow),
  executions: z.array(execution),
  ruleHits: z.array(ruleHit).default([]),
  /** The channel whose flush it is. */
  entityId: z.string().optional(),
  events: z.array(rawEvent).default([]),
  activities: z.array(activityEntry).default([]),
});
export type Flush = z.infer<typeof flushBody> & { id: string };

/** Postgres takes neither NUL nor half a character, and one such name must not hold a channel's flush back for ever. */
function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "\ufffd") : part,
  );
}

/** One round trip, at most two statements in one transaction, whatever the number of rows. */
export async function writeFlush(db: Database, flush: Flush): Promise<void> {
  const { activity, executions, ruleHits, events } = flush;
  const sums = writeSums(db, flush, await creditsOf(flush));
  const hasSums = activity.length > 0 || ruleHits.length > 0 || events.length > 0;
  if (executions.length === 0) await sums;
  else if (hasSums) await db.batch([sums, writeExecutions(db, executions)]);
  else await writeExecutions(db, executions);
}

/**
 * What is added up counts only together with the flush's own key, so a repeated flush adds nothing. On first sight a
 * person becomes a member here and, for ever, of the global community (RBAC-1). Points and score are credited by what
 * they did, here and once globally, where the row has no messages.
 */
function writeSums(db: Database, flush: Flush, credits: readonly Credit[]) {
  const { id, communityId, activity, ruleHits, entityId = "" } = flush;
  const lastAt = Math.max(0, ...activity.map((row) => row.lastAt));
  return db.execute(sql`
    WITH flush AS (INSERT INTO activity_flushes (id) VALUES (${id}) ON CONFLICT DO NOTHING RETURNING id),
    people AS (
      SELECT r.* FROM jsonb_to_recordset(${storableJson(activity)}::jsonb)
        AS r("userKey" text, "userName" text, messages bigint, points bigint, "lastAt" bigint), flush),
    members AS (
      INSERT INTO community_memberships (community_id, user_key)
      SELECT DISTINCT c.id, p."userKey" FROM people p, unnest(ARRAY[1, ${communityId}::int]) AS c(id)
      ON CONFLICT DO NOTHING),
    rules AS (
      UPDATE string_rules s SET
        match_count = s.match_count + r.real, last_matched = coalesce(r.real_at, s.last_matched),
        shadow_count = s.shadow_count + r.shadow, last_shadow_text = coalesce(r.shadow_text, s.last_shadow_text)
      FROM (
        SELECT "ruleId" AS id,
          coalesce(sum(hits) FILTER (WHERE NOT "isShadow"), 0) AS real,
          to_timestamp(max("lastAt") FILTER (WHERE NOT "isShadow") / 1000.0) AS real_at,
          coalesce(sum(hits) FILTER (WHERE "isShadow"), 0) AS shadow,
          max(sample) FILTER (WHERE "isShadow") AS shadow_text
        FROM jsonb_to_recordset(${storableJson(ruleHits)}::jsonb)
          AS h("ruleId" int, "isShadow" boolean, hits int, "lastAt" bigint, sample text), flush
        GROUP BY "ruleId") r
      WHERE s.id = r.id AND s.community_id = ${communityId}),
    server AS (
      UPDATE servers SET last_activity = greatest(last_activity, to_timestamp(${lastAt}::bigint / 1000.0))
      WHERE entity_id = ${entityId} AND ${lastAt}::bigint > 0 AND EXISTS (SELECT 1 FROM flush)),
    ${eventLog(flush)},
    ${creditReputation(credits, sql`flush`)},
    ledger AS (
      SELECT coalesce(t.community_id, ${communityId}::int) AS community_id, coalesce(t.user_key, p."userKey") AS user_key,
        coalesce(p."userName", t.user_name) AS user_name, coalesce(p.messages, 0) AS messages,
        coalesce(t.points, 0) AS points, to_timestamp(coalesce(p."lastAt", t.at) / 1000.0) AS at
      FROM people p FULL JOIN rep_totals t ON t.user_key = p."userKey" AND t.community_id = ${communityId}::int)
    INSERT INTO community_activity AS a (community_id, user_key, user_name, messages, points, last_seen_at)
    SELECT community_id, user_key, user_name, messages, points, at FROM ledger ORDER BY community_id, user_key
    ON CONFLICT (community_id, user_key) DO UPDATE SET
      user_name = excluded.user_name, messages = a.messages + excluded.messages,
      points = a.points + excluded.points, last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at)`);
}

/** The raw event log and what people did (20-receivers §1.8); an event that came in two flushes is there once. */
function eventLog({ communityId, events, activities }: Flush) {
  const id = sql`encode(sha256(convert_to(r."entityId" || E'\\n' || r."eventId", 'UTF8')), 'hex')`;
  return sql`
    events AS (
      INSERT INTO platform_events
        (id, entity_id, event_id, community_id, platform, type, platform_ids, event_data, processed, occurred_at)
      SELECT ${id}, r."entityId", r."eventId", ${communityId}, r.platform, r.type, r."platformIds", r."eventData",
        r.processed, to_timestamp(r."occurredAt" / 1000.0)
      FROM jsonb_to_recordset(${storableJson(events)}::jsonb) AS r("entityId" text, "eventId" text, platform text,
        type text, "platformIds" jsonb, "eventData" jsonb, processed boolean, "occurredAt" bigint), flush
      ON CONFLICT DO NOTHING),
    activities AS (
      INSERT INTO platform_activities
        (id, entity_id, event_id, community_id, platform, activity_type, user_key, user_name, amount, context_sent, occurred_at)
      SELECT ${id}, r."entityId", r."eventId", ${communityId}, r.platform, r."activityType", r."userKey", r."userName",
        r.amount, true, to_timestamp(r."occurredAt" / 1000.0)
      FROM jsonb_to_recordset(${storableJson(activities)}::jsonb) AS r("entityId" text, "eventId" text, platform text,
        "activityType" text, "userKey" text, "userName" text, amount bigint, "occurredAt" bigint), flush
      ON CONFLICT DO NOTHING)`;
}

function writeExecutions(db: Database, records: readonly Execution[]) {
  const rows = records.map((record) => ({
    id: record.id,
    community_id: record.communityId,
    entity_id: record.entityId,
    user_key: record.user.id,
    module: record.module,
    command: record.trigger.kind === "command" ? record.trigger.text : null,
    status: record.status,
    code: record.code,
    execution_time_ms: record.finishedAt - record.startedAt,
    retry_count: record.retryCount,
    executed_at: new Date(record.startedAt).toISOString(),
  }));
  return db.execute(sql`
    WITH logged AS (
      INSERT INTO command_executions
        (id, community_id, entity_id, user_key, module, command, status, code, execution_time_ms, retry_count, executed_at)
      SELECT * FROM jsonb_to_recordset(${storableJson(rows)}::jsonb)
        AS r(id text, community_id int, entity_id text, user_key text, module text, command text, status text,
             code text, execution_time_ms int, retry_count int, executed_at timestamptz)
      ON CONFLICT DO NOTHING
      RETURNING community_id, command, executed_at, status, code, execution_time_ms),
    totals AS (
      INSERT INTO execution_totals AS t
        (community_id, executions, commands, commands_successful, commands_failed, rate_limited, command_ms)
      SELECT community_id, count(*), count(command), count(command) FILTER (WHERE status = 'success'),
        count(command) FILTER (WHERE status IN ('failed', 'refused')),
        count(command) FILTER (WHERE code = 'rate_limited'),
        coalesce(sum(execution_time_ms) FILTER (WHERE command IS NOT NULL), 0)
      FROM logged GROUP BY community_id
      ON CONFLICT (community_id) DO UPDATE SET
        executions = t.executions + excluded.executions, commands = t.commands + excluded.commands,
        commands_successful = t.commands_successful + excluded.commands_successful,
        commands_failed = t.commands_failed + excluded.commands_failed,
        rate_limited = t.rate_limited + excluded.rate_limited, command_ms = t.command_ms + excluded.command_ms)
    UPDATE commands c SET usage_count = c.usage_count + l.n, last_used_at = greatest(c.last_used_at, l.last)
    FROM (SELECT community_id, command, count(*) AS n, max(executed_at) AS last FROM logged
          WHERE command IS NOT NULL GROUP BY community_id, command) l
    WHERE c.prefix || c.name = l.command AND c.id = (
      SELECT id FROM commands o WHERE o.prefix || o.name = l.command
        AND (o.community_id IS NULL OR o.community_id = l.community_id) ORDER BY community_id NULLS LAST LIMIT 1)`);
}
