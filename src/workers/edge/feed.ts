import { and, eq } from "drizzle-orm";
import type { ChannelService } from "#contracts/channel";
import { openDatabase } from "#db/client";
import { servers } from "#db/schema/core";
import { makeFeed } from "#durable-objects/feed/make-feed";
import { channelStub } from "#durable-objects/stubs";

/** A community of more channels is looked on in part: a page could not be read either. */
const mostChannels = 200;

/** The live activity of one community, fed by its channels. */
export class FeedObject extends makeFeed<EdgeEnv>({
  channelsOf: async (env, communityId) => {
    const rows = await openDatabase(env)
      .select({ entityId: servers.entityId })
      .from(servers)
      .where(and(eq(servers.communityId, communityId), eq(servers.isActive, true)))
      .limit(mostChannels);
    return rows.map(({ entityId }) => entityId);
  },
  watch: (env, entityId, until) => {
    const channel: Pick<ChannelService, "watch"> = channelStub(env.CHANNEL, entityId);
    return channel.watch(entityId, until);
  },
}) {}
