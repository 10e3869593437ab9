import { sql } from "drizzle-orm";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { openDatabase } from "#db/client";
import { makeOverlayObject } from "#durable-objects/overlay/overlay-object";
import { channelStub } from "#durable-objects/stubs";

/** A community with more channels than this shows the chat of its oldest. */
const mostChannels = 100;

/** The browser sources of one community, with the way to its channels. */
export class OverlayObject extends makeOverlayObject<EdgeEnv>((env) => ({
  watchChat: async (communityId, until) => {
    const { rows } = await openDatabase(env).execute(sql`
      SELECT entity_id FROM servers WHERE community_id = ${communityId} AND is_active
      ORDER BY created_at LIMIT ${mostChannels}`);
    const entityIds = z.array(z.object({ entity_id: z.string() })).parse(rows);
    const asked = entityIds.map(({ entity_id }) => {
      const channel: Pick<ChannelService, "watchChat"> = channelStub(env.CHANNEL, entity_id);
      return channel.watchChat(until);
    });
    await Promise.all(asked);
  },
})) {}
