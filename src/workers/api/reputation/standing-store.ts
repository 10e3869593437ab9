import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { scoreBounds } from "#contracts/reputation";
import type { Database } from "#db/client";
import { tierOf } from "#router/reputation";
import type { shownEvent, shownStanding } from "#workers/api/reputation/reputation-routes";

export type Standing = z.infer<typeof shownStanding>;
type ShownEvent = z.infer<typeof shownEvent>;

const moment = z.coerce.date().transform((at) => at.toISOString());
const amount = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const row = z.object({
  community_id: z.int(),
  user_key: z.string(),
  user_name: z.string(),
  points: amount,
  score: z.coerce.number(),
  total_events: z.coerce.number(),
  last_activity: moment.nullable(),
});
const eventRow = z.object({
  id: amount,
  event_name: z.string(),
  units: amount,
  points: amount,
  previous_points: amount,
  new_points: amount,
  score_change: z.coerce.number(),
  previous_score: z.coerce.number(),
  new_score: z.coerce.number(),
  reason: z.string().nullable(),
  occurred_at: moment,
});

/** Where a page of a board begins: behind this person. */
export interface BoardPlace {
  value: string;
  userKey: string;
  rank: number;
}

const { lowest, start, highest } = scoreBounds;
/** What several accounts gained and lost, from one start; null where none has a score. */
const summedScore = sql`CASE WHEN count(s.user_key) > 0
  THEN least(${highest}, greatest(${lowest}, ${start} + sum(s.score - ${start}))) END`;

/** Those who are one person with somebody else, and what all accounts of a person have here together. */
function together(communityId: number): SQL {
  const first = (column: SQL) => sql`(array_agg(${column} ORDER BY a.points DESC NULLS LAST, h.user_key))[1]`;
  return sql`
    shared AS MATERIALIZED (SELECT person_id, user_key FROM shared_accounts),
    joined AS (
      SELECT ${first(sql`h.user_key`)} AS user_key, ${first(sql`a.user_name`)} AS user_name, sum(a.points) AS points,
        ${summedScore} AS score,
        sum(s.total_events) AS total_events, max(s.last_activity) AS last_activity, max(a.last_seen_at) AS last_seen_at
      FROM shared h
      LEFT JOIN community_activity a ON a.community_id = ${communityId} AND a.user_key = h.user_key
      LEFT JOIN reputation_scores s ON s.community_id = ${communityId} AND s.user_key = h.user_key
      WHERE num_nonnulls(a.user_key, s.user_key) > 0 GROUP BY h.person_id)`;
}

const shown = (communityId: number) => sql`${communityId}::int AS community_id, user_key,
  coalesce(user_name, user_key) AS user_name, coalesce(points, 0)::text AS points,
  coalesce(score, ${start})::float8 AS score, coalesce(total_events, 0)::text AS total_events,
  coalesce(last_activity, last_seen_at) AS last_activity`;
const parts = sql`user_key, a.user_name, a.points, s.score, s.total_events, s.last_activity, a.last_seen_at`;

/** The account that is asked for, and the others of its person that may be seen with it. */
const accountsOf = (userKey: string) => sql`
  SELECT ${userKey}::text AS user_key UNION
  SELECT o.user_key FROM shared_accounts m JOIN shared_accounts o USING (person_id) WHERE m.user_key = ${userKey}`;

/** Of all accounts of the person together. Undefined for somebody who never did anything there. */
export async function findStanding(
  db: Database,
  communityId: number,
  userKey: string,
): Promise<Standing | undefined> {
  const { rows } = await db.execute(sql`
    WITH mine AS MATERIALIZED (${accountsOf(userKey)}),
    one AS (
      SELECT ${userKey}::text AS user_key,
        (array_agg(a.user_name ORDER BY (m.user_key = ${userKey}) DESC, a.points DESC) FILTER (WHERE a.user_name IS NOT NULL))[1] AS user_name,
        sum(a.points) AS points, ${summedScore} AS score,
        sum(s.total_events) AS total_events, max(s.last_activity) AS last_activity, max(a.last_seen_at) AS last_seen_at
      FROM mine m
      LEFT JOIN community_activity a ON a.community_id = ${communityId} AND a.user_key = m.user_key
      LEFT JOIN reputation_scores s ON s.community_id = ${communityId} AND s.user_key = m.user_key
      HAVING count(a.user_key) + count(s.user_key) > 0)
    SELECT ${shown(communityId)} FROM one`);
  return z.array(row).parse(rows).map(withTier)[0];
}

export async function listHistory(
  db: Database,
  of: { communityId: number; userKey: string; before: string | undefined; limit: number },
): Promise<ShownEvent[]> {
  const { rows } = await db.execute(sql`
    WITH mine AS MATERIALIZED (${accountsOf(of.userKey)})
    SELECT id::text, event_name, units::text, points::text, previous_points::text, new_points::text,
      score_change::float8, previous_score::float8, new_score::float8, reason, occurred_at
    FROM reputation_events WHERE community_id = ${of.communityId} AND user_key IN (SELECT user_key FROM mine)
      AND id < coalesce(${of.before ?? null}::bigint, 9223372036854775807)
    ORDER BY id DESC LIMIT ${of.limit}`);
  return z.array(eventRow).parse(rows);
}

export async function listByPoints(
  db: Database,
  communityId: number,
  { after, limit }: { after: BoardPlace | undefined; limit: number },
): Promise<Standing[]> {
  const behind = after ? sql`(points, user_key) < (${after.value}::bigint, ${after.userKey})` : sql`true`;
  const { rows } = await db.execute(sql`
    WITH ${together(communityId)},
    alone AS (
      SELECT ${parts} FROM (
        SELECT * FROM community_activity WHERE community_id = ${communityId} AND ${behind}
          AND user_key NOT IN (SELECT user_key FROM shared)
        ORDER BY points DESC, user_key DESC LIMIT ${limit}) a
      LEFT JOIN reputation_scores s USING (community_id, user_key)),
    people AS (SELECT * FROM alone UNION ALL SELECT * FROM joined WHERE points IS NOT NULL AND ${behind})
    SELECT ${shown(communityId)} FROM people ORDER BY people.points DESC, user_key DESC LIMIT ${limit}`);
  return z.array(row).parse(rows).map(withTier);
}

/** The best first, or, `below` a score, the worst first. */
export async function listByScore(
  db: Database,
  communityId: number,
  { after, limit, below }: { after: BoardPlace | undefined; limit: number; below?: number },
): Promise<Standing[]> {
  const isLowestFirst = below !== undefined;
  const order = isLowestFirst ? sql`ASC` : sql`DESC`;
  const sign = isLowestFirst ? sql`>` : sql`<`;
  const behind = after
    ? sql`(score, user_key) ${sign} (${after.value}::numeric, ${after.userKey})`
    : sql`true`;
  const bound = isLowestFirst ? sql`score < ${below}` : sql`true`;
  const { rows } = await db.execute(sql`
    WITH ${together(communityId)},
    alone AS (
      SELECT ${parts} FROM (
        SELECT * FROM reputation_scores WHERE community_id = ${communityId} AND ${behind} AND ${bound}
          AND user_key NOT IN (SELECT user_key FROM shared)
        ORDER BY score ${order}, user_key ${order} LIMIT ${limit}) s
      LEFT JOIN community_activity a USING (community_id, user_key)),
    people AS (SELECT * FROM alone UNION ALL SELECT * FROM joined WHERE score IS NOT NULL AND ${behind} AND ${bound})
    SELECT ${shown(communityId)} FROM people ORDER BY people.score ${order}, user_key ${order} LIMIT ${limit}`);
  return z.array(row).parse(rows).map(withTier);
}

function withTier(found: z.infer<typeof row>): Standing {
  return { ...found, tier: tierOf(found.score) };
}
