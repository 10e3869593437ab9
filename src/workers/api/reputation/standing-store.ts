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

const columns = sql`community_id, user_key, coalesce(a.user_name, user_key) AS user_name,
  coalesce(a.points, 0)::text AS points, coalesce(s.score, ${scoreBounds.start})::float8 AS score,
  coalesce(s.total_events, 0)::text AS total_events, coalesce(s.last_activity, a.last_seen_at) AS last_activity`;

/** Undefined for somebody who never did anything there. */
export async function findStanding(
  db: Database,
  communityId: number,
  userKey: string,
): Promise<Standing | undefined> {
  const own = (alias: SQL) => sql`${alias}.community_id = ${communityId} AND ${alias}.user_key = ${userKey}`;
  const { rows } = await db.execute(sql`
    SELECT ${columns} FROM (SELECT * FROM reputation_scores s WHERE ${own(sql`s`)}) s
    FULL JOIN (SELECT * FROM community_activity a WHERE ${own(sql`a`)}) a USING (community_id, user_key)`);
  return z.array(row).parse(rows).map(withTier)[0];
}

export async function listHistory(
  db: Database,
  of: { communityId: number; userKey: string; before: string | undefined; limit: number },
): Promise<ShownEvent[]> {
  const { rows } = await db.execute(sql`
    SELECT id::text, event_name, units::text, points::text, previous_points::text, new_points::text,
      score_change::float8, previous_score::float8, new_score::float8, reason, occurred_at
    FROM reputation_events WHERE community_id = ${of.communityId} AND user_key = ${of.userKey}
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
    SELECT ${columns} FROM (
      SELECT * FROM community_activity WHERE community_id = ${communityId} AND ${behind}
      ORDER BY points DESC, user_key DESC LIMIT ${limit}) a
    LEFT JOIN reputation_scores s USING (community_id, user_key) ORDER BY a.points DESC, user_key DESC`);
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
    SELECT ${columns} FROM (
      SELECT * FROM reputation_scores WHERE community_id = ${communityId} AND ${behind} AND ${bound}
      ORDER BY score ${order}, user_key ${order} LIMIT ${limit}) s
    LEFT JOIN community_activity a USING (community_id, user_key) ORDER BY s.score ${order}, user_key ${order}`);
  return z.array(row).parse(rows).map(withTier);
}

function withTier(found: z.infer<typeof row>): Standing {
  return { ...found, tier: tierOf(found.score) };
}
