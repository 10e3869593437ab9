import type { OpenAPIHono } from "@hono/zod-openapi";
import { channelsPerCommunity } from "#contracts/community";
import { parseEntityId } from "#contracts/ids";
import { openDatabase } from "#db/client";
import {
  attachChannel,
  type ChannelRow,
  detachChannel,
  listChannels,
  mayBring,
} from "#db/communities/channel-store";
import { globalCommunityId } from "#db/rbac";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { attach, detach, list, listOne } from "#workers/api/communities/channel-routes";
import { isHouse } from "#workers/api/communities/is-house";
import { enter, turnAway } from "#workers/api/communities/place";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { created, failure, success } from "#workers/shared/envelope";

const notYours =
  "Please bring a channel that is yours: link the account it belongs to, or connect it with the community first.";
const nobodys = "Channels that are nobody's are in the global community by themselves.";
const refusals = {
  taken: "This channel is in another community. It has to be let go there first.",
  already: "This channel is in the community already.",
  full: `A community has at most ${channelsPerCommunity} channels.`,
} as const;

/** The channels of a community, on however many platforms (40-core §1.32). */
export function addChannelRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const entered = await enter(c, communityId, "community.add_entity");
    if (typeof entered === "string") return turnAway(c, entered);
    return success(c, toPage(await listChannels(entered.own, { communityId, after: cursor, limit }), limit));
  });

  routes.openapi(listOne, async (c) => {
    const { community_id: communityId, platform } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const entered = await enter(c, communityId, "community.add_entity");
    if (typeof entered === "string") return turnAway(c, entered);
    const filter = { communityId, platform, after: cursor, limit };
    return success(c, toPage(await listChannels(entered.own, filter), limit));
  });

  routes.openapi(attach, async (c) => {
    const { community_id: communityId, platform } = c.req.valid("param");
    const { server_id: server, channel } = c.req.valid("json");
    const entered = await enter(c, communityId, "community.add_entity");
    if (typeof entered === "string") return turnAway(c, entered);
    if (communityId === globalCommunityId) return failure(c, 409, nobodys);
    const { accounts } = entered;
    // A channel comes from and goes to other communities.
    const db = openDatabase(c.env);
    const parts = { platform, server, channel };
    // Asked before anything else, so that an answer does not say whose channel it is to whoever it does not belong to.
    const isTheirs = isHouse(c.get("principal")) || (await mayBring(db, parts, { accounts, communityId }));
    if (!isTheirs) return failure(c, 403, notYours);
    const done = await attachChannel(db, parts, { communityId, by: await auditActor(c) });
    if (typeof done === "string") return failure(c, 409, refusals[done]);
    await bumpChannels(c.env, done.told);
    return created(c, { channel: done.row });
  });

  routes.openapi(detach, async (c) => {
    const { community_id: communityId, platform, entity_id: entityId } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    if (communityId === globalCommunityId) return failure(c, 409, nobodys);
    const isThere = parseEntityId(entityId)?.platform === platform;
    const told =
      isThere &&
      (await detachChannel(openDatabase(c.env), entityId, { communityId, by: await auditActor(c) }));
    if (!told) return failure(c, 404, "There is no such channel in this community.");
    await bumpChannels(c.env, told);
    return success(c, { entity_id: entityId });
  });
}

function toPage(channels: ChannelRow[], limit: number) {
  const last = channels.length === limit ? channels.at(-1) : undefined;
  return { channels, count: channels.length, next_cursor: last?.entity_id ?? null };
}
