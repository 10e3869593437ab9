import { parseEntityId } from "#contracts/ids";
import { type Outcome, refuse } from "#contracts/outcome";
import type { ActionRequest, ActionResult, PlatformAction } from "#contracts/platform-action";
import { platforms } from "#platforms/registry";
import { callContext } from "#workers/sender/call-context";
import { gateOf } from "#workers/sender/gate";
import { type Speaker, type SpeakerContext, speakerFor } from "#workers/sender/tokens";

/** Does one action with the right it needs. A token that died in between is renewed once: nothing was done with it. */
export async function act(context: SpeakerContext, request: ActionRequest): Promise<Outcome<ActionResult>> {
  const entity = parseEntityId(request.entityId);
  const platform = entity && platforms.get(entity.platform);
  if (!entity || !platform) return refuse("bad_request", { message: "entityId: no such channel" });
  const action = platform.actions?.get(request.action);
  if (!action) return refuse("not_found", { message: `${entity.platform} has no action ${request.action}` });
  const whose = { role: action.as, communityId: request.communityId, entity };
  const run = (speaker: Speaker) => runAs(context.env, action, request, { ...entity, speaker });
  const speaker = await speakerFor(context, whose);
  if (!speaker.ok) return speaker;
  const first = await run(speaker.value);
  if (first.ok || first.code !== "unauthenticated") return first;
  const renewed = await speakerFor(context, whose, speaker.value.token);
  return renewed.ok ? run(renewed.value) : renewed;
}

function runAs(
  env: SenderEnv,
  action: PlatformAction,
  request: ActionRequest,
  where: { platform: string; server: string; channel?: string | undefined; speaker: Speaker },
): Promise<Outcome<ActionResult>> {
  const { platform, server, channel, speaker } = where;
  return action.run(request.params, {
    ...callContext(env, request.correlationId),
    token: speaker.token,
    account: speaker.account,
    server,
    channel,
    id: request.id,
    gate: gateOf(env, platform, speaker.identity),
  });
}
