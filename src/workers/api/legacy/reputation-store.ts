import { sql } from "drizzle-orm";
import * as z from "zod";
import { makeUserKey } from "#contracts/ids";
import type { Database } from "#db/client";
import { type Credit, creditReputation } from "#db/credit-reputation";
import { sha256Hex } from "#lib/sha256";

export interface ReputationEvent {
  /** Repeating it changes nothing. */
  key: string;
  communityId: number;
  userKey: string;
  activityType: string;
  points: number;
}

export interface ReputationResult {
  /** False when this key had been counted before. */
  isCounted: boolean;
  points: bigint;
}

const account = z.object({ platform: z.string(), id: z.string() });
const row = z.object({ counted: z.coerce.number(), points: z.coerce.bigint() });

/** The event and the person's sums, here and once globally, in one statement. Undefined when there is no such community. */
export async function addReputation(
  db: Database,
  { key, communityId, userKey, activityType, points }: ReputationEvent,
): Promise<ReputationResult | undefined> {
  const credit: Credit = {
    claim: key,
    communityId,
    userKey,
    userName: userKey,
    eventKey: await sha256Hex(`legacy/${key}`),
    isDaily: false,
    isLocal: false,
    // The caller says the points: no community's rule can have a name with a colon in it.
    name: `legacy:${activityType}`,
    units: 1,
    perUnit: points,
    weightName: null,
    weight: 0,
    shares: 0,
    reason: null,
    at: Date.now(),
  };
  const result = await db.execute(sql`
    WITH community AS (SELECT id FROM communities WHERE id = ${communityId} AND is_active),
    event AS (
      INSERT INTO legacy_reputation_events (id, community_id, user_key, activity_type, points)
      SELECT ${key}, id, ${userKey}, ${activityType}, ${points}::bigint FROM community
      ON CONFLICT DO NOTHING RETURNING id),
    ${creditReputation([credit], sql`event`)},
    counted AS (
      INSERT INTO community_activity AS a (community_id, user_key, user_name, points)
      SELECT community_id, user_key, user_name, points FROM rep_totals ORDER BY community_id, user_key
      ON CONFLICT (community_id, user_key) DO UPDATE SET points = a.points + excluded.points, last_seen_at = now()
      RETURNING community_id, points)
    SELECT (SELECT count(*) FROM event) AS counted, coalesce(
      (SELECT points FROM counted WHERE community_id = ${communityId}),
      (SELECT points FROM community_activity WHERE community_id = ${communityId} AND user_key = ${userKey}),
      0) AS points
    FROM community`);
  const [found] = z.array(row).parse(result.rows);
  return found && { isCounted: found.counted > 0, points: found.points };
}

/** The account a hub user's points belong to: one that is known in the community, else the first they linked. */
export async function findUserKey(
  db: Database,
  { hubUserId, communityId }: { hubUserId: number; communityId: number },
): Promise<string | undefined> {
  const result = await db.execute(sql`
    SELECT p.platform, p.platform_user_id AS id FROM platform_identities p
    JOIN hub_users u ON u.id = p.hub_user_id AND u.is_active
    LEFT JOIN community_activity a ON a.community_id = ${communityId} AND a.user_key =
      p.platform || ':' || replace(replace(p.platform_user_id, '%', '%25'), ':', '%3A')
    WHERE p.hub_user_id = coalesce((
      SELECT j.to_user_id FROM hub_user_aliases j WHERE j.from_user_id = ${hubUserId} AND j.undone_at IS NULL), ${hubUserId}::int)
    ORDER BY (a.user_key IS NULL), p.linked_at, p.id LIMIT 1`);
  const [found] = z.array(account).parse(result.rows);
  return found && makeUserKey(found.platform, found.id);
}
