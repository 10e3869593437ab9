import { sql } from "drizzle-orm";
import * as z from "zod";
import type { ReportedDeed, ReputationChange } from "#contracts/reputation";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { type Credit, creditReputation } from "#db/credit-reputation";
import { sha256Hex } from "#lib/sha256";
import { deedTypeOf, worthOf } from "#router/reputation";

export type DeedOutcome = "counted" | "duplicate" | "unknown_community";

const claimed = z.array(z.object({ id: z.string(), is_new: z.boolean() }));
const ledger = sql`
  INSERT INTO community_activity AS a (community_id, user_key, user_name, points, last_seen_at)
  SELECT community_id, user_key, user_name, points, to_timestamp(at / 1000.0) FROM rep_totals ORDER BY community_id, user_key
  ON CONFLICT (community_id, user_key) DO UPDATE SET
    points = a.points + excluded.points, last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at)`;

/** All deeds of a batch in one statement. A key that this caller used before counts nothing, whatever it comes with. */
export async function creditDeeds(
  db: Database,
  deeds: readonly ReportedDeed[],
  { caller, now }: { caller: string; now: number },
): Promise<DeedOutcome[]> {
  const credits = await Promise.all(deeds.map((deed) => toCredit(deed, caller, now)));
  // In one order, so that two batches with the same keys wait for one another and not in a circle.
  const claims = credits.map(({ claim, communityId }) => ({ id: claim, communityId }));
  const { rows } = await db.execute(sql`
    WITH wanted AS (
      SELECT DISTINCT r.id FROM jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) AS r(id text, "communityId" int)
      JOIN communities c ON c.id = r."communityId" AND c.is_active),
    claimed AS (
      INSERT INTO activity_flushes (id) SELECT id FROM wanted ORDER BY id ON CONFLICT DO NOTHING RETURNING id),
    ${creditReputation(firstOfEach(credits), sql`claimed`)},
    ledger AS (${ledger})
    SELECT id, true AS is_new FROM claimed
    UNION ALL SELECT id, false FROM wanted WHERE id NOT IN (SELECT id FROM claimed)`);
  const answers = claimed.parse(rows);
  const known = new Set(answers.map(({ id }) => id));
  const fresh = new Set(answers.flatMap((answer) => (answer.is_new ? [answer.id] : [])));
  return credits.map(({ claim }) => {
    if (fresh.delete(claim)) return "counted";
    return known.has(claim) ? "duplicate" : "unknown_community";
  });
}

/** By hand, in one community: noted in the same statement. */
export async function changeByHand(
  db: Database,
  change: ReputationChange,
  to: { communityId: number; userKey: string; by: AuditActor; now: number },
): Promise<void> {
  const { communityId, userKey, by, now } = to;
  const claim = `reputation/${crypto.randomUUID()}`;
  const credit: Credit = {
    claim,
    communityId,
    userKey,
    userName: userKey,
    eventKey: claim,
    isDaily: false,
    isLocal: true,
    name: "adjustment",
    units: 1,
    perUnit: change.points_change,
    weightName: null,
    weight: change.score_change,
    shares: 1,
    reason: change.reason,
    at: now,
  };
  const noted = noteChange(
    {
      action: "reputation.adjust",
      resourceType: "person",
      source: sql`rep_totals t`,
      resourceId: sql`t.user_key`,
      communityId: sql`t.community_id`,
      before: sql`jsonb_build_object('score', t.base_score, 'points', t.base_points)`,
      after: sql`jsonb_build_object('score', t.score, 'points', t.base_points + t.points, 'reason', ${change.reason}::text)`,
    },
    by,
  );
  await db.execute(sql`
    WITH by_hand AS (SELECT ${claim}::text AS id),
    ${creditReputation([credit], sql`by_hand`)},
    noted AS (${noted})
    ${ledger}`);
}

async function toCredit(deed: ReportedDeed, caller: string, now: number): Promise<Credit> {
  const { user_key: userKey, community_id: communityId, idempotency_key: key } = deed;
  const [platform = ""] = userKey.split(":");
  // With the caller's id before it, so that no caller can use up another's keys.
  const claim = `reputation/${caller}/${key}`;
  const at = deed.occurred_at === undefined ? now : Math.min(now, Date.parse(deed.occurred_at));
  const { tier, amount } = deed;
  return {
    claim,
    communityId,
    userKey,
    userName: deed.user_name ?? userKey,
    eventKey: await sha256Hex(claim),
    isDaily: false,
    isLocal: false,
    reason: null,
    at,
    ...worthOf({ platform, type: deedTypeOf(deed.event_name), amount, tier }),
  };
}

function firstOfEach(credits: readonly Credit[]): Credit[] {
  return [...new Map(credits.toReversed().map((credit) => [credit.claim, credit])).values()].toReversed();
}
