import { sql } from "drizzle-orm";
import * as z from "zod";
import { parseUserKey } from "#contracts/ids";
import { scoreBounds } from "#contracts/reputation";
import { lockAliases } from "#db/alias-lock";
import type { Database } from "#db/client";

export interface Spending {
  communityId: number;
  /** The account that pays first. */
  userKey: string;
  /** Whole points, more than 0. */
  points: number;
  /** What it is for; stands in the history. */
  reason: string;
  /** The same key again takes nothing more. */
  key: string;
}

/** `held` is what all accounts of the person have together. */
export type Spent = { kind: "paid" } | { kind: "short"; held: bigint };

const answer = z.tuple([z.object({ is_paid: z.boolean(), held: z.coerce.bigint() })]);

/**
 * Takes points of a person, whichever of their accounts has them: first of the account that spends, then of those linked
 * first. Each account's own history says what was taken of it, so undoing a joining needs no reckoning. All or nothing.
 */
export async function spendPoints(
  db: Database,
  { communityId, userKey, points, reason, key }: Spending,
): Promise<Spent> {
  if (!Number.isSafeInteger(points) || points < 1) throw new Error(`points: ${points} cannot be spent`);
  const account = parseUserKey(userKey);
  if (!account) throw new Error(`no user key: ${userKey}`);
  const spend = db.execute(sql`
    WITH mine AS (
      SELECT o.platform || ':' || replace(replace(o.platform_user_id, '%', '%25'), ':', '%3A') AS user_key, o.linked_at, o.id
      FROM platform_identities p JOIN platform_identities o ON o.hub_user_id = p.hub_user_id
      JOIN hub_users u ON u.id = p.hub_user_id AND u.is_active
      WHERE p.platform = ${account.platform} AND p.platform_user_id = ${account.userId}
      UNION ALL SELECT ${userKey}, NULL, 0),
    ranked AS (
      SELECT user_key, row_number() OVER (ORDER BY (user_key = ${userKey}) DESC, linked_at, id) AS place
      FROM (SELECT DISTINCT ON (user_key) * FROM mine ORDER BY user_key, id) m),
    held AS MATERIALIZED (
      SELECT a.user_key, a.points, r.place FROM community_activity a JOIN ranked r ON r.user_key = a.user_key
      WHERE a.community_id = ${communityId} AND a.points > 0 ORDER BY a.user_key FOR UPDATE OF a),
    sums AS (SELECT coalesce(sum(points), 0) AS held FROM held),
    claimed AS (
      INSERT INTO activity_flushes (id) SELECT ${`spend/${key}`} FROM sums WHERE held >= ${points}::bigint
      ON CONFLICT DO NOTHING RETURNING id),
    shares AS (
      SELECT user_key, points, greatest(0, least(points, ${points}::bigint
        - coalesce(sum(points) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS taken
      FROM held),
    paid AS (
      UPDATE community_activity a SET points = a.points - s.taken FROM shares s, claimed
      WHERE a.community_id = ${communityId} AND a.user_key = s.user_key AND s.taken > 0
      RETURNING a.user_key, a.points, s.taken),
    noted AS (
      INSERT INTO reputation_events (community_id, user_key, event_key, event_name, units, points, previous_points,
        new_points, score_change, previous_score, new_score, reason, occurred_at)
      SELECT ${communityId}, p.user_key, ${`spend/${key}`}, 'spend', 1, -p.taken, p.points + p.taken, p.points, 0,
        coalesce(r.score, ${scoreBounds.start}), coalesce(r.score, ${scoreBounds.start}), ${reason}, clock_timestamp()
      FROM paid p LEFT JOIN reputation_scores r ON r.community_id = ${communityId} AND r.user_key = p.user_key)
    SELECT held >= ${points}::bigint OR EXISTS (SELECT 1 FROM activity_flushes WHERE id = ${`spend/${key}`}) AS is_paid,
      held::text FROM sums`);
  const [, { rows }] = await db.batch([db.execute(lockAliases.shared), spend]);
  const [{ is_paid, held }] = answer.parse(rows);
  return is_paid ? { kind: "paid" } : { kind: "short", held };
}
