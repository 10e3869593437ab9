import { sql } from "drizzle-orm";
import * as z from "zod";
import type { SubscriptionState, WantedSubscription } from "#contracts/platform-subscription";
import type { Database } from "#db/client";

/** The row under which the shards of a conduit are awaited: its id is not known before they are asked for. */
export const shardTopic = "conduit.shard";

type Topics = readonly { topic: string; version: string }[];

const wantedRow = z
  .object({ type: z.string(), version: z.string(), broadcaster_user_id: z.string(), may_create: z.boolean() })
  .transform(({ type, version, broadcaster_user_id, may_create }) => ({
    topic: type,
    version,
    target: broadcaster_user_id,
    mayCreate: may_create,
  }));

/** Every active Twitch channel has a row for every topic; a topic whose version changed is asked for anew. */
export async function addMissing(db: Database, topics: Topics, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  await db.execute(sql`
    INSERT INTO twitch_subscriptions AS t (type, version, broadcaster_user_id, next_try_at)
    SELECT w.topic, w.version, s.server_id, ${at}::timestamptz
    FROM (SELECT DISTINCT server_id FROM servers WHERE platform = 'twitch' AND is_active) s,
      jsonb_to_recordset(${JSON.stringify(topics)}::jsonb) AS w(topic text, version text)
    ON CONFLICT (type, broadcaster_user_id) DO UPDATE SET version = excluded.version, status = 'pending',
      subscription_id = NULL, attempts = 0, next_try_at = excluded.next_try_at
    WHERE t.version <> excluded.version`);
}

/**
 * What is wanted: everything, or only what is to be asked for now. What is due is pending from here on, because Twitch
 * may challenge it before it has answered us.
 */
export async function takeWanted(
  db: Database,
  { topics, isAll, now, limit }: { topics: Topics; isAll: boolean; now: number; limit: number },
): Promise<WantedSubscription[]> {
  const at = new Date(now).toISOString();
  const { rows } = await db.execute(sql`
    WITH wanted AS (
      SELECT t.type, t.version, t.broadcaster_user_id, t.status, t.next_try_at <= ${at}::timestamptz AS due
      FROM twitch_subscriptions t
      JOIN jsonb_to_recordset(${JSON.stringify(topics)}::jsonb) AS w(topic text, version text)
        ON w.topic = t.type AND w.version = t.version
      WHERE EXISTS (SELECT FROM servers s
        WHERE s.platform = 'twitch' AND s.is_active AND s.server_id = t.broadcaster_user_id)),
    taken AS (
      SELECT * FROM wanted WHERE ${isAll} OR due ORDER BY broadcaster_user_id, type
      LIMIT ${isAll ? null : limit}),
    asked AS (
      UPDATE twitch_subscriptions t SET status = 'pending' FROM taken
      WHERE taken.due AND t.status <> 'enabled' AND t.type = taken.type
        AND t.broadcaster_user_id = taken.broadcaster_user_id)
    SELECT type, version, broadcaster_user_id, (coalesce(due, false) OR status = 'enabled') AS may_create FROM taken`);
  return z.array(wantedRow).parse(rows);
}

/**
 * Writes what a run found. A state that says "asked for" never covers an "enabled" that the challenge wrote meanwhile.
 * Asked again: what people must mend once a day, an unanswered challenge after ten minutes, the rest after 1, 2, 4 …
 * minutes, six hours at most.
 */
export async function writeStates(
  db: Database,
  states: readonly SubscriptionState[],
  now: number,
): Promise<void> {
  if (states.length === 0) return;
  const at = sql`${new Date(now).toISOString()}::timestamptz`;
  await db.execute(sql`
    UPDATE twitch_subscriptions t SET
      subscription_id = coalesce(s."subscriptionId", t.subscription_id),
      status = s.status, needs_owner = s."needsOwner", problem = s.problem, updated_at = ${at},
      attempts = CASE WHEN s.status = 'enabled' THEN 0 ELSE least(t.attempts + 1, 20) END,
      next_try_at = CASE
        WHEN s.status = 'enabled' THEN NULL
        WHEN s."needsOwner" THEN ${at} + interval '1 day'
        WHEN s.status = 'pending' AND s.problem IS NULL THEN ${at} + interval '10 minutes'
        ELSE ${at} + least(interval '1 minute' * (2 ^ t.attempts), interval '6 hours') END
    FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb) AS
      s(topic text, target text, "subscriptionId" text, status text, "needsOwner" boolean, problem text)
    WHERE t.type = s.topic AND t.broadcaster_user_id = s.target
      AND NOT (t.status = 'enabled' AND s.status = 'pending'
        AND (s."subscriptionId" IS NULL OR s."subscriptionId" = t.subscription_id))`);
}

/** A run that came to nothing: what was due waits for the next try, and says why. */
export async function noteFailedRun(
  db: Database,
  wanted: readonly WantedSubscription[],
  { problem, now, retryAfterMs }: { problem: string; now: number; retryAfterMs: number },
): Promise<void> {
  const due = wanted.filter(({ mayCreate }) => mayCreate).map(({ topic, target }) => ({ topic, target }));
  const next = new Date(now + retryAfterMs).toISOString();
  await db.execute(sql`
    UPDATE twitch_subscriptions t SET problem = ${problem}, next_try_at = ${next}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(due)}::jsonb) AS s(topic text, target text)
    WHERE t.type = s.topic AND t.broadcaster_user_id = s.target AND t.status = 'pending'`);
}

/** Rows of channels that are no longer watched; their subscriptions were removed as orphans. */
export async function forgetUnwanted(db: Database, topics: Topics): Promise<void> {
  const kept = JSON.stringify([...topics.map(({ topic }) => topic), shardTopic]);
  await db.execute(sql`
    DELETE FROM twitch_subscriptions t
    WHERE NOT ${kept}::jsonb ? t.type OR (t.type <> ${shardTopic} AND NOT EXISTS (
      SELECT FROM servers s
      WHERE s.platform = 'twitch' AND s.is_active AND s.server_id = t.broadcaster_user_id))`);
}

/** With a conduit its shards are challenged; without one nothing of the kind was asked for. */
export async function awaitShards(db: Database, isWanted: boolean): Promise<void> {
  await db.execute(
    isWanted
      ? sql`INSERT INTO twitch_subscriptions (type, version, broadcaster_user_id, next_try_at)
          VALUES (${shardTopic}, '1', '*', NULL) ON CONFLICT DO NOTHING`
      : sql`DELETE FROM twitch_subscriptions WHERE type = ${shardTopic}`,
  );
}
