import { sql } from "drizzle-orm";
import * as z from "zod";
import { type Outcome, type OutcomeCode, refuse } from "#contracts/outcome";
import type { ActionResult } from "#contracts/platform-action";
import type { SenderService } from "#contracts/sender";
import type { Database } from "#db/client";

/** Tries of one ban: the last some hours after the first. */
const mostAttempts = 8;
/** Codes after which the same call may do: who is banned twice is banned once, so `unknown` is one of them too. */
const again: ReadonlySet<OutcomeCode> = new Set([
  "rate_limited",
  "cooldown",
  "unavailable",
  "timeout",
  "internal",
  "unknown",
]);

const wish = z.object({
  community_id: z.int(),
  user_key: z.string(),
  entity_id: z.string(),
  revision: z.int(),
  attempts: z.int(),
});
type Wish = z.infer<typeof wish>;

/**
 * Tells the platforms the bans that scores called for. Taking one puts its next try off, so that two runs at once never
 * tell the same one. Nobody is banned who was given a role, or whose community switched it off, meanwhile.
 */
export async function settleBans(
  db: Database,
  sender: Pick<SenderService, "act">,
  { batch = 20 }: { batch?: number } = {},
): Promise<{ told: number; failed: number }> {
  const wishes = await takeWishes(db, batch);
  const ends = await Promise.all(wishes.map(async (one) => endOf(one, await tell(sender, one))));
  if (ends.length > 0) await writeEnds(db, ends);
  const failed = ends.filter(({ problem }) => problem !== null).length;
  return { told: ends.length - failed, failed };
}

async function takeWishes(db: Database, most: number): Promise<Wish[]> {
  const { rows } = await db.execute(sql`
    WITH due AS (
      SELECT community_id, user_key, entity_id FROM reputation_bans WHERE NOT is_settled AND next_try_at <= now()
      ORDER BY next_try_at LIMIT ${most} FOR UPDATE SKIP LOCKED),
    judged AS (
      SELECT due.*, coalesce(f.auto_ban, false) AND r.role IS NULL AS holds FROM due
      LEFT JOIN reputation_config f USING (community_id)
      LEFT JOIN community_rbac r ON r.community_id = due.community_id AND r.user_key = due.user_key AND r.role <> 'member'),
    taken AS (
      UPDATE reputation_bans b SET attempts = b.attempts + 1, is_settled = NOT j.holds,
        problem = CASE WHEN j.holds THEN b.problem ELSE 'It was called off before it was done.' END,
        next_try_at = now() + make_interval(mins => (2 ^ least(b.attempts, 7))::int)
      FROM judged j
      WHERE b.community_id = j.community_id AND b.user_key = j.user_key AND b.entity_id = j.entity_id
      RETURNING b.*)
    SELECT community_id, user_key, entity_id, revision, attempts FROM taken WHERE NOT is_settled`);
  return z.array(wish).parse(rows);
}

async function tell(sender: Pick<SenderService, "act">, one: Wish): Promise<Outcome<ActionResult>> {
  const { user_key: userKey, entity_id: entityId, community_id: communityId, revision } = one;
  const id = userKey.slice(userKey.indexOf(":") + 1);
  try {
    return await sender.act({
      id: `reputation/${entityId}/${userKey}/${revision}`.slice(0, 700),
      communityId,
      entityId,
      action: "ban",
      params: { userId: id.replaceAll("%3A", ":").replaceAll("%25", "%") },
      correlationId: crypto.randomUUID(),
    });
  } catch {
    // A sender that is away is no reason to leave the rest of the batch untold.
    return refuse("unavailable", { message: "The sender did not answer." });
  }
}

function endOf(one: Wish, outcome: Outcome<ActionResult>) {
  const { attempts: _, ...key } = one;
  if (outcome.ok) return { ...key, is_settled: true, problem: null };
  const { code, message = code } = outcome;
  const isFinal = !again.has(code) || one.attempts >= mostAttempts;
  return { ...key, is_settled: isFinal, problem: message.slice(0, 500) };
}

/** A ban that was called for anew while it was told stays open: its revision is another one. */
async function writeEnds(db: Database, ends: readonly object[]): Promise<void> {
  await db.execute(sql`
    UPDATE reputation_bans b SET is_settled = e.is_settled, problem = e.problem
    FROM jsonb_to_recordset(${JSON.stringify(ends)}::jsonb)
      AS e(community_id int, user_key text, entity_id text, revision int, is_settled boolean, problem text)
    WHERE b.community_id = e.community_id AND b.user_key = e.user_key AND b.entity_id = e.entity_id
      AND b.revision = e.revision`);
}
