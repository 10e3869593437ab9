import type { Context } from "hono";
import type { ChannelService } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type { EntityParts } from "#contracts/ids";
import { makeUserKey } from "#contracts/ids";
import { openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import { mayActIn } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { claimedEntityId } from "#workers/api/coordination/active-servers";
import { makeCoordinators } from "#workers/api/coordination/coordinators";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { recallEntity, rememberEntity, seeEntity } from "#workers/api/router/entities-seen";
import { ensureEntity } from "#workers/api/router/entity-store";
import { type EventReply, toEventReply } from "#workers/api/router/event-reply";
import type { EventRequest } from "#workers/api/router/event-request";

/** Longer than a module with all its retries; whoever waits longer asks again with the session. */
const waitMs = 25_000;

/** Why an event was not run: the channel is not this caller's, or another collector holds it by now. */
export type NotRun = "missing" | "fenced";

/**
 * Runs one event in its channel and waits for what comes of it. A collector that says which claim it works under
 * (10-router §1.5) is turned away once that claim is over, so that two never report the same channel.
 */
export async function runEvent(
  c: Context<ApiBindings>,
  { event, place }: { event: PlatformEvent; place: EntityParts },
  request: EventRequest,
): Promise<EventReply | NotRun> {
  if (!(await hasEntity(c, event, place))) return "missing";
  if (!(await holdsClaim(c, place))) return "fenced";
  const channel: Pick<ChannelService, "run"> = channelStub(c.env.CHANNEL, event.entityId);
  const reply = toEventReply(event, await channel.run(event.entityId, event, waitMs));
  if (event.type !== "slashCommand") return reply;
  const { interaction_id = null, interaction_token = null } = request;
  return { ...reply, platform: event.platform, interaction_id, interaction_token };
}

/** Unknown ones are registered, but not for a key that is bound to another community than the global one. */
async function hasEntity(
  c: Context<ApiBindings>,
  event: PlatformEvent,
  place: EntityParts,
): Promise<boolean> {
  const principal = c.get("principal");
  if (principal.communityId !== null && !mayActIn(principal, 1))
    return (await seeEntity(c, event.entityId)) !== undefined;
  if (principal.communityId === null && recallEntity(event.entityId)) return true;
  const owner = makeUserKey(event.platform, event.user.id);
  const entity = await ensureEntity(openDatabase(c.env), place, owner);
  if (!mayActIn(principal, entity.communityId)) return false;
  rememberEntity(entity);
  // Its object may have heard of it before and remember that nobody knew it.
  if (entity.isNew) await bumpChannels(c.env, { entityIds: [entity.entityId], version: entity.version });
  return true;
}

/** The number its claim came with. */
export const fenceHeader = "x-coordination-fence";

/** True without the header: not every collector shares its channels. */
async function holdsClaim(c: Context<ApiBindings>, place: EntityParts): Promise<boolean> {
  const fence = c.req.header(fenceHeader);
  if (fence === undefined) return true;
  const coordinator = makeCoordinators(c.env.COORDINATOR).of(place.platform);
  return coordinator ? coordinator.validateFence(claimedEntityId(place), Number(fence)) : false;
}
