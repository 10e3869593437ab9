import type { ChannelService } from "#contracts/channel";
import { channelStub } from "#durable-objects/stubs";
import { within } from "#lib/within";
import type { ChangedConfig } from "#workers/api/router/change-config";

const answerWithinMs = 3000;

/**
 * Tells a community's channels that their snapshot is old, and waits, so that the next message already meets the change.
 * Fails open: a channel that cannot be told looks again within 300 s by itself.
 */
export async function bumpChannels(
  env: Pick<ApiEnv, "CHANNEL">,
  { entityIds, version }: Pick<ChangedConfig, "entityIds" | "version">,
): Promise<void> {
  const told = entityIds.map(async (entityId) => {
    const channel: Pick<ChannelService, "bumpConfig"> = channelStub(env.CHANNEL, entityId);
    await channel.bumpConfig(version);
  });
  await within(Promise.allSettled(told), answerWithinMs);
}
