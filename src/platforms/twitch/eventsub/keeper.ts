import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import type {
  SubscriptionKeeper,
  SubscriptionReport,
  SubscriptionRequest,
} from "#contracts/platform-subscription";
import { requireConduit } from "#platforms/twitch/eventsub/conduit";
import { type Destination, planSubscriptions, type SubscriptionPlan } from "#platforms/twitch/eventsub/plan";
import {
  createSubscription,
  listSubscriptions,
  removeSubscription,
  type SubscriptionList,
} from "#platforms/twitch/eventsub/subscriptions-api";
import { wantedTopics } from "#platforms/twitch/eventsub/wanted-topics";
import { moderatedPage } from "#platforms/twitch/eventsub/wire";
import { callHelix, refuseStatus } from "#platforms/twitch/helix/call-helix";

/** What one run writes at most, so that it ends in time; the rest is the next minute's. */
const writesPerRun = 400;
/** workerd holds six connections at once. */
const atOnce = 5;

/** Twitch's subscriptions: ours alone are touched, and those of another address of the same application are not. */
export const keeper: SubscriptionKeeper = {
  topics: wantedTopics,
  async reconcile(request, context): Promise<Outcome<SubscriptionReport>> {
    if (!context.config.TWITCH_CLIENT_ID || !context.config.TWITCH_BOT_USER_ID)
      return refuse("disabled", { message: "Twitch is not set up yet." });
    const destination = await destinationOf(request, context);
    if (!destination.ok) return destination;
    const known: Outcome<SubscriptionList> =
      request.scope === "all" ? await listSubscriptions(context) : succeed({ all: [], cost: null });
    if (!known.ok) return known;
    const plan = planSubscriptions(known.value.all, request.wanted, destination.value);
    const report = reportOf(plan, known.value);
    const dead = await carryOut(plan, { report, destination: destination.value, context });
    return dead ?? succeed(report);
  },
  async readModerated(context): Promise<Outcome<string[]>> {
    const places: string[] = [];
    let after: string | undefined;
    do {
      const query = { user_id: context.account, first: "100", after };
      const request = { method: "GET", path: "/moderation/channels", query, priority: "timer" } as const;
      const answer = await callHelix(request, context);
      if ("ok" in answer) return answer;
      if (answer.status !== 200) return refuseStatus(answer, context.now);
      const page = moderatedPage.safeParse(answer.body).data;
      if (!page) return refuse("unavailable", { message: "Twitch's list could not be read." });
      places.push(...page.data.map(({ broadcaster_id }) => broadcaster_id));
      after = page.pagination.cursor;
    } while (after);
    return succeed(places);
  },
};

async function destinationOf(
  request: SubscriptionRequest,
  context: SendContext,
): Promise<Outcome<Destination>> {
  if (!request.conduit)
    return succeed({ method: "webhook", callback: request.callback, secret: request.secret });
  const conduitId = await requireConduit(request, context);
  return conduitId.ok ? succeed({ method: "conduit", conduitId: conduitId.value }) : conduitId;
}

function reportOf({ states, foreign }: SubscriptionPlan, { cost }: SubscriptionList): SubscriptionReport {
  return { states: [...states], created: 0, removed: 0, foreign, cost, stopped: null };
}

interface Doing {
  report: SubscriptionReport;
  destination: Destination;
  context: SendContext;
}

/**
 * Removes first, for a duplicate or an orphan may hold the place and the cost of what is missing. Returns a refusal
 * where the token turned out to be dead.
 */
async function carryOut({ create, remove }: SubscriptionPlan, doing: Doing): Promise<Refusal | undefined> {
  const { report, destination, context } = doing;
  const refused = await inTurn(remove.slice(0, writesPerRun), report, async (id) => {
    const removed = await removeSubscription(id, context);
    if (removed.ok) report.removed++;
    return removed.ok ? undefined : removed;
  });
  if (refused?.code === "unauthenticated") return refused;
  const room = Math.max(0, writesPerRun - remove.length);
  const unmade = await inTurn(create.slice(0, room), report, async (wanted) => {
    const made = await createSubscription(wanted, destination, context);
    if (!made.ok) return made;
    report.states.push(made.value);
    if (made.value.subscriptionId !== null) report.created++;
    return undefined;
  });
  return unmade?.code === "unauthenticated" ? unmade : undefined;
}

/** A few at a time until one says to stop. */
async function inTurn<T>(
  all: readonly T[],
  report: SubscriptionReport,
  one: (item: T) => Promise<Refusal | undefined>,
): Promise<Refusal | undefined> {
  for (let at = 0; at < all.length && !report.stopped; at += atOnce) {
    const refusals = await Promise.all(all.slice(at, at + atOnce).map(one));
    const refusal = refusals.find((outcome) => outcome !== undefined);
    if (!refusal) continue;
    const { message: problem = refusal.code, retryAfterMs = 60_000 } = refusal;
    report.stopped = { problem, retryAfterMs };
    return refusal;
  }
  return undefined;
}
