import type { Context } from "hono";
import type { SenderService } from "#contracts/sender";
import { type Database, openDatabase } from "#db/client";
import { mayBring } from "#db/communities/channel-store";
import { timedOut, within } from "#lib/within";
import type { Permission } from "#router/permissions";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { isHouse } from "#workers/api/communities/is-house";
import { makeRoutes } from "#workers/api/make-routes";
import { standIn } from "#workers/api/rbac/stand-in";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { requireRole } from "#workers/api/with-principal";
import {
  listChannels,
  register,
  showBroadcast,
  showQuota,
  unregister,
} from "#workers/api/youtube/channel-routes";
import {
  type ChannelRow,
  findChannel,
  leaveChannel,
  readChannels,
  watchChannel,
} from "#workers/api/youtube/channel-store";
import { shownQuotaOf } from "#workers/api/youtube/shown-quota";
import { created, failure, success } from "#workers/shared/envelope";

const none = "There is no such community or channel.";
const notYours = "Channels are kept by moderators and above.";
const unproven =
  "Please connect the channel with the community, or link the account it belongs to, before it is watched.";
const answerWithinMs = 5000;

/** YouTube channels (20-receivers §1.12): which are watched, what is live, what is left of the quota. */
export function youtubeRoutes() {
  const routes = makeRoutes();
  for (const path of ["/channels", "/channels/*", "/broadcasts/*", "/youtube/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));
  routes.use("/youtube/quota", requirePlatformWide);

  routes.openapi(register, async (c) => {
    const { community_id: communityId, channel_id: channelId } = c.req.valid("json");
    const db = openDatabase(c.env);
    const standing = await standIn(c, db, "community.add_entity", { communityId });
    if (standing === "forbidden") return failure(c, 403, notYours);
    if (standing === "foreign") return failure(c, 404, none);
    const known = await findChannel(db, channelId);
    const parts = { platform: "youtube", server: channelId };
    // Somebody else's channel is nobody's to take, claimed or not (docs/decisions/0025).
    const isTheirs =
      known?.community_id === communityId ||
      isHouse(c.get("principal")) ||
      (await mayBring(db, parts, { accounts: standing.accounts, communityId }));
    if (!isTheirs) return failure(c, 403, unproven);
    const changed = await watchChannel(db, { channelId, communityId, by: await auditActor(c) });
    if (!changed && !known) return failure(c, 404, none);
    if (!changed) return failure(c, 409, "This channel belongs to another community.");
    await bumpChannels(c.env, changed);
    const channel = await findChannel(db, channelId);
    return channel ? created(c, { channel }) : failure(c, 404, none);
  });

  routes.openapi(unregister, async (c) => {
    const { channel_id: channelId } = c.req.valid("param");
    const own = await findOwn(c, channelId, "community.add_entity");
    if ("refused" in own)
      return own.refused === "forbidden" ? failure(c, 403, notYours) : failure(c, 404, none);
    const { community_id: communityId } = own.row;
    const changed = await leaveChannel(own.db, { channelId, communityId, by: await auditActor(c) });
    if (!changed) return failure(c, 404, none);
    await bumpChannels(c.env, changed);
    const leaving = readerOf(c.env, own.row.entity_id).leave();
    // Fails open: what it still reads ends with the broadcast, and a channel that is off answers nobody.
    await within(leaving, answerWithinMs).catch(() => timedOut);
    return success(c, { channel_id: channelId });
  });

  routes.openapi(listChannels, async (c) => {
    const { community_id: communityId } = c.req.valid("query");
    const db = openDatabase(c.env);
    const standing = await standIn(c, db, "commands.moderate", { communityId });
    if (standing === "forbidden") return failure(c, 403, notYours);
    if (standing === "foreign") return failure(c, 404, none);
    const channels = await readChannels(db, communityId);
    return success(c, { channels, count: channels.length });
  });

  routes.openapi(showBroadcast, async (c) => {
    const own = await findOwn(c, c.req.valid("param").channel_id, "commands.moderate");
    if ("refused" in own)
      return own.refused === "forbidden" ? failure(c, 403, notYours) : failure(c, 404, none);
    const status = await within(readerOf(c.env, own.row.entity_id).status(), answerWithinMs);
    if (status === timedOut) return failure(c, 503, "The channel's reader does not answer right now.");
    const [newest] = status.live;
    return success(c, {
      is_live: newest !== undefined,
      broadcast_id: newest?.broadcastId ?? null,
      title: newest?.title ?? null,
      started_at: momentOf(newest?.startedAt ?? null),
      last_read_at: momentOf(newest?.lastPageAt ?? null),
      problem: newest ? newest.problem : status.problem,
      broadcasts: status.live.map((one) => ({
        broadcast_id: one.broadcastId,
        title: one.title,
        started_at: new Date(one.startedAt).toISOString(),
        read_by: one.how,
        last_read_at: momentOf(one.lastPageAt),
        problem: one.problem,
      })),
    });
  });

  routes.openapi(showQuota, async (c) => {
    const sender: Pick<SenderService, "quotaState"> = c.env.SENDER;
    const quota = await within(sender.quotaState("youtube"), answerWithinMs);
    if (quota === timedOut || !quota.ok) return failure(c, 503, "The quota is not known right now.");
    return success(c, shownQuotaOf(quota.value));
  });
  return routes;
}

async function findOwn(
  c: Context<ApiBindings>,
  channelId: string,
  permission: Permission,
): Promise<{ refused: "foreign" | "forbidden" } | { db: Database; row: ChannelRow }> {
  const db = openDatabase(c.env);
  const row = await findChannel(db, channelId);
  if (!row) return { refused: "foreign" };
  const standing = await standIn(c, db, permission, {
    communityId: row.community_id,
    entityId: row.entity_id,
  });
  return typeof standing === "string" ? { refused: standing } : { db, row };
}

function readerOf({ LIVE_CHAT }: Pick<ApiEnv, "LIVE_CHAT">, entityId: string) {
  return LIVE_CHAT.get(LIVE_CHAT.idFromName(entityId));
}

function momentOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
