import { type Outcome, refuse } from "#contracts/outcome";
import type { SubscriptionReport, SubscriptionRequest } from "#contracts/platform-subscription";
import { platforms } from "#platforms/registry";
import { callContext } from "#workers/sender/call-context";
import { gateOf, moderatedPlacesOf } from "#workers/sender/gate";
import { type SpeakerContext, speakerFor } from "#workers/sender/tokens";

/** One run of a platform's keeper with the application's own token; a dead one is renewed once. */
export async function keepSubscriptions(
  context: SpeakerContext,
  request: SubscriptionRequest,
): Promise<Outcome<SubscriptionReport>> {
  const { platform } = request;
  const keeper = platforms.get(platform)?.subscriptions;
  if (!keeper) return refuse("not_found", { message: `${platform} tells everything without being asked` });
  const entity = { platform, server: request.wanted[0]?.target ?? "" };
  const asApp = { role: "app", communityId: 0, entity } as const;
  const run = (token: string) =>
    keeper.reconcile(request, {
      ...callContext(context.env, crypto.randomUUID()),
      token,
      gate: gateOf(context.env, platform, "app"),
    });
  const first = await speakerFor(context, asApp);
  if (!first.ok) return first;
  if (request.scope === "all") await learnModerated(context, entity);
  const outcome = await run(first.value.token);
  if (outcome.ok || outcome.code !== "unauthenticated") return outcome;
  const renewed = await speakerFor(context, asApp, first.value.token);
  return renewed.ok ? run(renewed.value.token) : renewed;
}

/**
 * Asks where the bot's connected account is moderator, which widens what its gate lets through. Fails open: without an
 * answer the gate goes on with what it knew.
 */
async function learnModerated(
  context: SpeakerContext,
  entity: { platform: string; server: string },
): Promise<void> {
  const keeper = platforms.get(entity.platform)?.subscriptions;
  if (!keeper?.readModerated || entity.server === "") return;
  const speaker = await speakerFor(context, { role: "bot", communityId: 0, entity });
  if (!speaker.ok || speaker.value.account === "") return;
  const { token, account, identity } = speaker.value;
  const gate = gateOf(context.env, entity.platform, identity);
  const places = await keeper.readModerated({
    ...callContext(context.env, crypto.randomUUID()),
    token,
    account,
    gate,
  });
  if (places.ok) await moderatedPlacesOf(context.env, entity.platform, identity).setModerated(places.value);
}
