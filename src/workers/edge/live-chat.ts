import { productVersion } from "#contracts/version";
import { openDatabase } from "#db/client";
import { makeLiveChat } from "#durable-objects/live-chat/live-chat-object";
import { channelStub } from "#durable-objects/stubs";
import { makeLog } from "#lib/log";
import { watchedChannel } from "#workers/edge/websub";

/** Reads live chats: asks the sender, which holds the keys, and stores what it hears in the channel. */
export class LiveChat extends makeLiveChat<EdgeEnv>({
  makeReaderDeps: (env) => ({
    now: () => Date.now(),
    find: ({ platform, communityId }, channelId, videoId) =>
      env.SENDER.findBroadcast({ platform, communityId }, channelId, videoId),
    readPage: ({ platform, communityId }, position) =>
      env.SENDER.readLiveChat({ platform, communityId }, position),
    readStream: ({ platform, communityId }, connection, onPage) =>
      env.SENDER.streamLiveChat({ platform, communityId }, connection, onPage),
    accept: (entityId, events) => channelStub(env.CHANNEL, entityId).accept(entityId, events),
  }),
  log: makeLog({ module: "live-chat", version: productVersion }),
}) {}

/** Hands a notification to the reader of its channel; a channel nobody watches is not read. */
export async function noticeBroadcast(
  env: EdgeEnv,
  platform: string,
  { channelId, videoId }: { channelId: string; videoId: string },
): Promise<void> {
  const watched = await watchedChannel(openDatabase(env), channelId);
  if (!watched) return;
  const reader = env.LIVE_CHAT.get(env.LIVE_CHAT.idFromName(watched.entityId));
  await reader.notice({ platform, channelId, ...watched }, videoId);
}
