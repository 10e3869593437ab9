import type { ChatPage, ChatPosition } from "#contracts/live-chat";
import { refuse } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { readItem } from "#platforms/youtube/read-item";
import * as wire from "#platforms/youtube/wire";

/** Where YouTube names none. */
const usualWaitMs = 5000;
const longestWaitMs = 60_000;

/** What is asked for, by page and by stream alike. */
export function queryOf({ chatId, pageToken }: ChatPosition): Record<string, string> {
  return {
    liveChatId: chatId,
    part: "id,snippet,authorDetails",
    maxResults: "200",
    ...(pageToken && { pageToken }),
  };
}

/** Undefined for what is no page. An item of a new kind costs only itself. */
export function readPage(
  answer: unknown,
  { entityId, channelId, chatId, pageToken }: ChatPosition,
  { config, now }: SendContext,
): ChatPage | undefined {
  const page = wire.chatPage.safeParse(answer).data;
  if (!page) return undefined;
  const place = { entityId, channelId, chatId, receivedAt: now, correlationId: crypto.randomUUID() };
  const botChannelId = config.YOUTUBE_BOT_CHANNEL_ID;
  return {
    events: page.items.flatMap((item) => readItem(item, { ...place, botChannelId }) ?? []),
    nextPageToken: page.nextPageToken ?? pageToken,
    waitMs: Math.min(page.pollingIntervalMillis ?? usualWaitMs, longestWaitMs),
    isOver: page.offlineAt !== undefined || page.items.some(saysEnd),
  };
}

function saysEnd(item: unknown): boolean {
  return wire.chatItem.safeParse(item).data?.snippet.type === "chatEndedEvent";
}

/** For a chat whose end is told by a refusal. */
export function lastPage({ pageToken }: ChatPosition): ChatPage {
  return { events: [], nextPageToken: pageToken, waitMs: usualWaitMs, isOver: true };
}

/** An answer of a shape we do not know. */
export function unreadable() {
  return refuse("unavailable", { message: "YouTube's answer could not be read." });
}
