import type { SubscriptionState, WantedSubscription } from "#contracts/platform-subscription";
import type { Listed } from "#platforms/twitch/eventsub/wire";

/** Where our notifications go: an address, or the conduit that stands before it. */
export type Destination =
  | { method: "webhook"; callback: string; secret: string }
  | { method: "conduit"; conduitId: string };

export interface SubscriptionPlan {
  create: WantedSubscription[];
  /** Ids: duplicates, orphans and the dead. */
  remove: string[];
  states: SubscriptionState[];
  foreign: number;
}

/** What only a person can mend, so that asking again at once would be of no use (EventSub, "Subscription status"). */
const endedByPeople: ReadonlyMap<string, string> = new Map([
  ["authorization_revoked", "The permission was withdrawn. Please connect the account again."],
  ["user_removed", "The account no longer exists on Twitch."],
  ["moderator_removed", "The bot is no longer moderator there. Please make it one again."],
  ["chat_user_banned", "The bot is banned from this chat. Please lift the ban."],
  ["version_removed", "Twitch no longer offers this version."],
]);

/** How an ended subscription stands, or one that Twitch refused to make. */
export function stateOf(
  { topic, target }: Pick<WantedSubscription, "topic" | "target">,
  status: string,
  facts: { subscriptionId?: string; problem?: string } = {},
): SubscriptionState {
  const problem = endedByPeople.get(status);
  return {
    topic,
    target,
    subscriptionId: facts.subscriptionId ?? null,
    status,
    needsOwner: problem !== undefined || status === "authorization_missing",
    problem: facts.problem ?? problem ?? null,
  };
}

/** The channel a listed subscription is about. */
export function targetOf({ condition }: Listed): string {
  return String(condition["broadcaster_user_id"] || condition["to_broadcaster_user_id"] || "");
}

/** Compares what there is with what is wanted. Pure: what it decides is done by others. */
export function planSubscriptions(
  all: readonly Listed[],
  wanted: readonly WantedSubscription[],
  destination: Destination,
): SubscriptionPlan {
  const ours = all.filter((one) => leadsTo(one, destination));
  const byKey = Map.groupBy(ours, (one) => keyOf(one.type, one.version, targetOf(one)));
  const plan: SubscriptionPlan = { create: [], remove: [], states: [], foreign: all.length - ours.length };
  for (const one of wanted) {
    const key = keyOf(one.topic, one.version, one.target);
    const found = byKey.get(key) ?? [];
    byKey.delete(key);
    const kept = found.find(isEnabled) ?? found.find(isPending);
    plan.remove.push(...found.filter((other) => other !== kept).map(({ id }) => id));
    if (kept) plan.states.push(aliveState(one, kept));
    else decide(one, found.at(-1)?.status, plan);
  }
  plan.remove.push(...[...byKey.values()].flat().map(({ id }) => id));
  return plan;
}

/** None is alive. One that people ended is not asked for again before they acted. */
function decide(one: WantedSubscription, ended: string | undefined, plan: SubscriptionPlan): void {
  const isForPeople = ended !== undefined && endedByPeople.has(ended);
  if (one.mayCreate && !isForPeople) plan.create.push(one);
  else if (ended !== undefined) plan.states.push(stateOf(one, ended));
}

function aliveState(one: WantedSubscription, { id, status }: Listed): SubscriptionState {
  return stateOf(one, status === "enabled" ? "enabled" : "pending", { subscriptionId: id });
}

function leadsTo({ transport }: Listed, destination: Destination): boolean {
  return destination.method === "webhook"
    ? transport.method === "webhook" && transport.callback === destination.callback
    : transport.method === "conduit" && transport.conduit_id === destination.conduitId;
}

const isEnabled = ({ status }: Listed) => status === "enabled";
const isPending = ({ status }: Listed) => status === "webhook_callback_verification_pending";

function keyOf(type: string, version: string, target: string): string {
  return JSON.stringify([type, version, target]);
}
