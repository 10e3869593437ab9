import type * as z from "zod";
import type { ChatPage, FoundVideo, LiveChatSource } from "#contracts/live-chat";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import type { SendContext } from "#contracts/platform";
import { callYouTube, endedMessage } from "#platforms/youtube/api";
import { callbackAddress } from "#platforms/youtube/callback-address";
import { lastPage, queryOf, readPage, unreadable } from "#platforms/youtube/pages";
import { readStream } from "#platforms/youtube/stream";
import * as wire from "#platforms/youtube/wire";

const leaseSeconds = 5 * 86_400;
const hubTimeMs = 10_000;

/** The feed of a channel's videos, which the hub speaks of. */
export function topicOf(channelId: string): string {
  return `https://www.youtube.com/xml/feeds/videos.xml?channel_id=${channelId}`;
}

/** The channel a topic names; the hub writes it with and without `/xml`. */
export function channelOfTopic(topic: string): string | undefined {
  const match = /^https:\/\/www\.youtube\.com\/(?:xml\/)?feeds\/videos\.xml\?channel_id=(UC[\w-]{22})$/.exec(
    topic,
  );
  return match?.[1];
}

/** Quota units as the Data API counts them (Quota Calculator, 2025): a page 5, a look at a video 1, a message 50. */
export const liveChat: LiveChatSource = {
  cost: { find: 1, page: 5, send: 50 },

  async find(channelId, videoId, context): Promise<Outcome<FoundVideo>> {
    const answer = await lookAt(videoId, context);
    if (!answer.ok) return answer;
    const list = wire.videoList.safeParse(answer.value).data;
    if (!list) return unreadable();
    const video = list.items.find(({ id, snippet }) => id === videoId && snippet.channelId === channelId);
    return succeed(video ? stateOf(video) : { state: "unknown" });
  },

  async readPage(position, context): Promise<Outcome<ChatPage>> {
    const answer = await callYouTube(
      { method: "GET", path: "/liveChat/messages", query: queryOf(position) },
      context,
    );
    if (!answer.ok) return answer.message === endedMessage ? succeed(lastPage(position)) : answer;
    const page = readPage(answer.value, position, context);
    return page ? succeed(page) : unreadable();
  },

  readStream,

  async checkKey(context): Promise<Outcome<null>> {
    const answer = await lookAt("dQw4w9WgXcQ", context);
    return answer.ok ? succeed(null) : answer;
  },

  async follow(channelId, callbackUrl, { fetch, config }): Promise<Outcome<null>> {
    const secret = config.YOUTUBE_WEBSUB_SECRET;
    if (!secret) return refuse("disabled", { message: "YouTube is not set up yet." });
    try {
      const response = await fetch(config.YOUTUBE_HUB_URL || "https://pubsubhubbub.appspot.com/subscribe", {
        method: "POST",
        body: new URLSearchParams({
          "hub.mode": "subscribe",
          "hub.topic": topicOf(channelId),
          "hub.callback": await callbackAddress(callbackUrl, channelId, secret),
          "hub.secret": secret,
          "hub.lease_seconds": String(leaseSeconds),
          "hub.verify": "async",
        }),
        redirect: "manual",
        signal: AbortSignal.timeout(hubTimeMs),
      });
      return response.ok
        ? succeed(null)
        : refuse("unavailable", { message: `YouTube's hub answered ${response.status}.` });
    } catch {
      return refuse("unavailable", { message: "YouTube's hub could not be reached." });
    }
  },
};

function lookAt(id: string, context: SendContext): Promise<Outcome<unknown>> {
  return callYouTube(
    { method: "GET", path: "/videos", query: { part: "snippet,liveStreamingDetails", id } },
    context,
  );
}

type Video = z.infer<typeof wire.videoList>["items"][number];

function stateOf({ id, snippet, liveStreamingDetails: details }: Video): FoundVideo {
  if (!details || details.actualEndTime) return { state: "over" };
  if (!details.actualStartTime) {
    const { scheduledStartTime: at } = details;
    return { state: "planned", startsAt: at === undefined ? null : Date.parse(at) };
  }
  const startedAt = Date.parse(details.actualStartTime);
  const chatId = details.activeLiveChatId ?? null;
  return { state: "live", broadcast: { broadcastId: id, chatId, title: snippet.title, startedAt } };
}
