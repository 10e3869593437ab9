import type { ChannelService } from "#contracts/channel";
import { channelStub } from "#durable-objects/stubs";
import { timedOut, within } from "#lib/within";
import { type ShownQueue, sumQueues } from "#workers/api/overview/sum-queues";

const answerWithinMs = 2000;

/** What waits in each channel, and what it gave up on. Fails open: a channel that does not answer in time is left out. */
export async function askQueues(
  env: Pick<ApiEnv, "CHANNEL">,
  entityIds: readonly string[],
): Promise<Map<string, ShownQueue>> {
  const asked = entityIds.map(async (entityId) => {
    const channel: Pick<ChannelService, "queueStats"> = channelStub(env.CHANNEL, entityId);
    const answer = await within(channel.queueStats(), answerWithinMs);
    return answer === timedOut ? undefined : ([entityId, sumQueues(answer)] as const);
  });
  const answers = await Promise.allSettled(asked);
  return new Map(answers.flatMap((one) => (one.status === "fulfilled" && one.value ? [one.value] : [])));
}
