import type { ChannelService } from "#contracts/channel";
import type { TimerStatus } from "#contracts/timer";
import { channelStub } from "#durable-objects/stubs";
import { timedOut, within } from "#lib/within";

const answerWithinMs = 3000;

/**
 * What channels say of their timers, by timer id. Being asked also makes a channel that slept read its timers and set
 * its alarm. Fails open: a channel that does not answer is left out.
 */
export async function askChannels(
  env: Pick<ApiEnv, "CHANNEL">,
  entityIds: Iterable<string>,
): Promise<Map<number, TimerStatus>> {
  const asked = [...new Set(entityIds)].map(async (entityId) => {
    const channel: Pick<ChannelService, "timers"> = channelStub(env.CHANNEL, entityId);
    return channel.timers(entityId);
  });
  const answers = await within(Promise.allSettled(asked), answerWithinMs);
  if (answers === timedOut) return new Map();
  const found = answers.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  return new Map(found.map((status) => [status.id, status]));
}
