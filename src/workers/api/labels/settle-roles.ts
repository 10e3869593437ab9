import { sql } from "drizzle-orm";
import * as z from "zod";
import { type EntityGroupKind, entityGroupKind } from "#contracts/label";
import { type Outcome, type OutcomeCode, refuse } from "#contracts/outcome";
import type { ActionRequest, ActionResult } from "#contracts/platform-action";
import type { SenderService } from "#contracts/sender";
import type { Database } from "#db/client";

/** Tries of one wish: the last some hours after the first. */
const mostAttempts = 8;
/** Codes after which the same call may do: giving a role twice gives it once, so `unknown` is one of them too. */
const again: ReadonlySet<OutcomeCode> = new Set([
  "rate_limited",
  "cooldown",
  "unavailable",
  "timeout",
  "internal",
  "unknown",
]);

const wish = z.object({
  group_id: z.int(),
  user_key: z.string(),
  community_id: z.int(),
  is_wanted: z.boolean(),
  revision: z.int(),
  attempts: z.int(),
  kind: entityGroupKind,
  role_id: z.string().nullable(),
  entity_id: z.string(),
});
type Wish = z.infer<typeof wish>;

interface Settled {
  told: number;
  failed: number;
}

/**
 * Tells the platforms the wishes that are due, one call each, a batch side by side. Taking a wish puts its next try off, so
 * that two runs at once never tell the same one; one whose run died is told again, which changes nothing on a platform.
 */
export async function settleRoles(
  db: Database,
  sender: Pick<SenderService, "act">,
  { batch = 10, batches = 10 }: { batch?: number; batches?: number } = {},
): Promise<Settled> {
  const sum = { told: 0, failed: 0 };
  for (let round = 0; round < batches; round++) {
    const wishes = await takeWishes(db, batch);
    if (wishes.length === 0) break;
    const ends = (await Promise.all(callsOf(wishes).map((call) => tellAll(sender, call)))).flat();
    await writeEnds(db, ends);
    sum.told += ends.filter(({ problem }) => problem === null).length;
    sum.failed += ends.filter(({ problem }) => problem !== null).length;
  }
  return sum;
}

async function takeWishes(db: Database, most: number): Promise<Wish[]> {
  const { rows } = await db.execute(sql`
    WITH due AS (
      SELECT group_id, user_key FROM entity_group_members WHERE NOT is_settled AND next_try_at <= now()
      ORDER BY next_try_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
    UPDATE entity_group_members m SET attempts = m.attempts + 1,
      next_try_at = now() + make_interval(mins => (2 ^ least(m.attempts, 7))::int)
    FROM due, entity_groups g
    WHERE m.group_id = due.group_id AND m.user_key = due.user_key AND g.id = m.group_id
    RETURNING m.group_id, m.user_key, m.community_id, m.is_wanted, m.revision, m.attempts, g.kind, g.role_id, g.entity_id`);
  return z.array(wish).parse(rows);
}

/** A call a wish; those of one Slack user group are one call, because Slack takes its people as one list. */
function callsOf(wishes: readonly Wish[]): [Wish, ...Wish[]][] {
  const calls = new Map<string, [Wish, ...Wish[]]>();
  for (const one of wishes) {
    const key = one.kind === "slack_user_group" ? `${one.group_id}` : `${one.group_id} ${one.user_key}`;
    const known = calls.get(key);
    if (known) known.push(one);
    else calls.set(key, [one]);
  }
  return [...calls.values()];
}

interface End {
  isSettled: boolean;
  problem: string | null;
  wish: Wish;
}

/** One that Slack does not know spoils the whole list, so then each is told by itself. */
async function tellAll(sender: Pick<SenderService, "act">, wishes: [Wish, ...Wish[]]): Promise<End[]> {
  const outcome = await tell(sender, wishes);
  const isSpoilt = wishes.length > 1 && !outcome.ok && !again.has(outcome.code);
  if (!isSpoilt) return wishes.map((wish) => ({ ...endOf(wish, outcome), wish }));
  const ends: End[] = [];
  for (const wish of wishes) ends.push({ ...endOf(wish, await tell(sender, [wish])), wish });
  return ends;
}

async function tell(
  sender: Pick<SenderService, "act">,
  wishes: readonly [Wish, ...Wish[]],
): Promise<Outcome<ActionResult>> {
  const [one] = wishes;
  const request: ActionRequest = {
    id: `label/${one.group_id}/${wishes.map(({ user_key, revision }) => `${user_key}/${revision}`).join()}`.slice(
      0,
      700,
    ),
    communityId: one.community_id,
    entityId: one.entity_id,
    ...(one.kind === "slack_user_group" ? userGroupAction(wishes) : roleAction(one, one.kind)),
    correlationId: crypto.randomUUID(),
  };
  try {
    return await sender.act(request);
  } catch {
    // A sender that is away is no reason to leave the rest of the batch untold.
    return refuse("unavailable", { message: "The sender did not answer." });
  }
}

const twitchRole = { twitch_mod: "mod", twitch_vip: "vip" } as const;

function roleAction(
  one: Wish,
  kind: Exclude<EntityGroupKind, "slack_user_group">,
): Pick<ActionRequest, "action" | "params"> {
  const verb = one.is_wanted ? "add" : "remove";
  const userId = platformId(one);
  if (kind === "discord_role") return { action: `${verb}_role`, params: { userId, roleId: one.role_id } };
  return { action: `${twitchRole[kind]}_${verb}`, params: { userId } };
}

function userGroupAction(wishes: readonly [Wish, ...Wish[]]): Pick<ActionRequest, "action" | "params"> {
  const idsOf = (isWanted: boolean) => wishes.filter((one) => one.is_wanted === isWanted).map(platformId);
  return {
    action: "change_user_group",
    params: { groupId: wishes[0].role_id, add: idsOf(true), remove: idsOf(false) },
  };
}

function platformId({ user_key }: Wish): string {
  const id = user_key.slice(user_key.indexOf(":") + 1);
  return id.replaceAll("%3A", ":").replaceAll("%25", "%");
}

function endOf({ attempts }: Wish, outcome: Outcome<ActionResult>) {
  if (outcome.ok) return { isSettled: true, problem: null };
  const { code, message = code } = outcome;
  return { isSettled: !again.has(code) || attempts >= mostAttempts, problem: message.slice(0, 500) };
}

/** A wish that changed while it was told stays open: its revision is another one. */
async function writeEnds(db: Database, ends: readonly End[]): Promise<void> {
  const rows = ends.map(({ isSettled, problem, wish: { group_id, user_key, revision } }) => {
    return { group_id, user_key, revision, is_settled: isSettled, problem };
  });
  await db.execute(sql`
    WITH ended AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS r(group_id int, user_key text, revision int, is_settled boolean, problem text)),
    gone AS (
      DELETE FROM entity_group_members m USING ended e
      WHERE m.group_id = e.group_id AND m.user_key = e.user_key AND m.revision = e.revision AND NOT m.is_wanted
        AND e.is_settled AND e.problem IS NULL)
    UPDATE entity_group_members m SET is_settled = e.is_settled, problem = e.problem FROM ended e
    WHERE m.group_id = e.group_id AND m.user_key = e.user_key AND m.revision = e.revision
      AND (m.is_wanted OR NOT e.is_settled OR e.problem IS NOT NULL)`);
}
