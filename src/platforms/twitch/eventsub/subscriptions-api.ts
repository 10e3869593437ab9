import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SubscriptionState, WantedSubscription } from "#contracts/platform-subscription";
import { type Destination, stateOf, targetOf } from "#platforms/twitch/eventsub/plan";
import { conditionFor } from "#platforms/twitch/eventsub/wanted-topics";
import { type Listed, subscriptionPage } from "#platforms/twitch/eventsub/wire";
import {
  type ApiAnswer,
  callHelix,
  type HelixContext,
  refuseStatus,
} from "#platforms/twitch/helix/call-helix";
import { isBucketLeft } from "#platforms/twitch/helix/lanes";

const path = "/eventsub/subscriptions";
/** A client has tens of thousands at most; a list that never ends is a mistake of the other side. */
const maxPages = 2000;
/** Behind everything people wait for. */
const priority = "timer" as const;

export interface SubscriptionList {
  all: Listed[];
  cost: { total: number; max: number } | null;
}

/** Every page of the list. One that fails ends it: from half a list no orphan can be told. */
export async function listSubscriptions(
  context: HelixContext,
  filter: Readonly<Record<string, string>> = {},
): Promise<Outcome<SubscriptionList>> {
  const list: SubscriptionList = { all: [], cost: null };
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const answer = await callHelix({ method: "GET", path, query: { ...filter, after }, priority }, context);
    if ("ok" in answer) return answer;
    if (answer.status !== 200) return refuseStatus(answer, context.now);
    const seen = subscriptionPage.safeParse(answer.body).data;
    if (!seen) return refuse("unavailable", { message: "Twitch's list could not be read." });
    list.all.push(...seen.data);
    const { total_cost: total, max_total_cost: max } = seen;
    if (total !== undefined && max !== undefined) list.cost = { total, max };
    after = seen.pagination.cursor;
    if (!after) return succeed(list);
  }
  return refuse("unavailable", { message: "Twitch's list did not end." });
}

/** Gone is gone: one that was not there any more is no failure. */
export async function removeSubscription(id: string, context: HelixContext): Promise<Outcome<null>> {
  const answer = await callHelix({ method: "DELETE", path, query: { id }, priority }, context);
  if ("ok" in answer) return answer;
  return answer.status === 204 || answer.status === 404 ? succeed(null) : refuseStatus(answer, context.now);
}

/** Asks for one. A refusal ends the run; what is wrong with this one alone is its state. */
export async function createSubscription(
  wanted: WantedSubscription,
  destination: Destination,
  context: HelixContext,
): Promise<Outcome<SubscriptionState>> {
  const { topic: type, version, target } = wanted;
  const condition = conditionFor(type, target, context.config.TWITCH_BOT_USER_ID ?? "");
  const body = { type, version, condition, transport: asTransport(destination) };
  const answer = await callHelix({ method: "POST", path, body, priority }, context);
  if ("ok" in answer) {
    // Whether it came about is not known: the next list will say.
    if (answer.code !== "unknown") return answer;
    return succeed(stateOf(wanted, "pending", { problem: answer.message ?? "no answer" }));
  }
  if (answer.status === 202) return succeed(readCreated(wanted, answer));
  if (answer.status === 409) return findExisting(wanted, destination, context);
  return judge(wanted, answer, context.now);
}

function judge(
  wanted: WantedSubscription,
  answer: ApiAnswer,
  now: number,
): Outcome<SubscriptionState> | Refusal {
  const refusal = refuseStatus(answer, now);
  const problem = refusal.message ?? "Twitch refused it.";
  if (refusal.code === "unauthenticated") return refusal;
  if (answer.status === 403 || answer.status === 401)
    return succeed(stateOf(wanted, "authorization_missing", { problem }));
  // The bucket is not empty: three of this kind exist already, or all of them together cost too much.
  if (answer.status === 429 && isBucketLeft(answer.headers))
    return succeed(stateOf(wanted, "limit_reached", { problem }));
  if (answer.status === 429) return refusal;
  if (answer.status >= 500) return succeed(stateOf(wanted, "pending", { problem }));
  return succeed(stateOf(wanted, "refused", { problem }));
}

function readCreated(wanted: WantedSubscription, { body }: ApiAnswer): SubscriptionState {
  const made = subscriptionPage.safeParse(body).data?.data[0];
  const status = made?.status === "enabled" ? "enabled" : "pending";
  return stateOf(wanted, status, made ? { subscriptionId: made.id } : {});
}

/** It is there already: the answer to a request of ours was lost, or another run was faster. */
async function findExisting(
  wanted: WantedSubscription,
  destination: Destination,
  context: HelixContext,
): Promise<Outcome<SubscriptionState>> {
  const found = await listSubscriptions(context, { type: wanted.topic });
  if (!found.ok) return found;
  const same = found.value.all.find((one) => targetOf(one) === wanted.target && isSame(one, destination));
  if (!same)
    return succeed(stateOf(wanted, "pending", { problem: "Twitch has it already and does not show it." }));
  const status = same.status === "enabled" ? "enabled" : "pending";
  return succeed(stateOf(wanted, status, { subscriptionId: same.id }));
}

function isSame({ transport }: Listed, destination: Destination): boolean {
  if (destination.method === "conduit") return transport.conduit_id === destination.conduitId;
  return transport.callback === destination.callback;
}

function asTransport(destination: Destination) {
  return destination.method === "conduit"
    ? { method: "conduit", conduit_id: destination.conduitId }
    : destination;
}
