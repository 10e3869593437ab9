import { sql } from "drizzle-orm";
import * as z from "zod";
import { type Execution, execution } from "#contracts/execution";
import type { Database } from "#db/client";

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
  const { activity, executions, ruleHits } = flush;
  const sums = writeSums(db, flush);
  const hasSums = activity.length > 0 || ruleHits.length > 0;
  if (executions.length === 0) await sums;
  else if (hasSums) await db.batch([sums, writeExecutions(db, executions)]);
  else await writeExecutions(db, executions);
}

/**
 * What is added up counts only together with the flush's own key, so a repeated flush adds nothing. On first sight a
 * person becomes a member here and, for ever, of the global community (RBAC-1).
 */
function writeSums(db: Database, { id, communityId, activity, ruleHits }: Flush) {
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
      WHERE s.id = r.id AND s.community_id = ${communityId})
    INSERT INTO community_activity AS a (community_id, user_key, user_name, messages, points, last_seen_at)
    SELECT ${communityId}, p."userKey", p."userName", p.messages, p.points, to_timestamp(p."lastAt" / 1000.0) FROM people p
    ON CONFLICT (community_id, user_key) DO UPDATE SET
      user_name = excluded.user_name, messages = a.messages + excluded.messages,
      points = a.points + excluded.points, last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at)`);
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
      RETURNING community_id, command, executed_at)
    UPDATE commands c SET usage_count = c.usage_count + l.n, last_used_at = greatest(c.last_used_at, l.last)
    FROM (SELECT community_id, command, count(*) AS n, max(executed_at) AS last FROM logged
          WHERE command IS NOT NULL GROUP BY community_id, command) l
    WHERE c.prefix || c.name = l.command AND c.id = (
      SELECT id FROM commands o WHERE o.prefix || o.name = l.command
        AND (o.community_id IS NULL OR o.community_id = l.community_id) ORDER BY community_id NULLS LAST LIMIT 1)`);
}
