import { expect, test } from "vitest";
import type { ChatPage } from "#contracts/live-chat";
import { platform } from "#platforms/youtube/index";
import { testBot as bot } from "#platforms/youtube/testing";
import { setStage } from "#simulators/testing";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";

const channel = youtubeChannelOf("pia");

test("pages go on where the last one ended, and the last one says so", async () => {
  await using stage = await setStage();
  const { youtube } = stage.simulators;
  const { chatId } = await youtube.goLive(channel);
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  const position = { entityId: `youtube:${channel}`, channelId: channel, chatId, pageToken: "" };
  const page = async (pageToken: string) => {
    const read = await platform.liveChat?.readPage({ ...position, pageToken }, context);
    if (!read?.ok) throw new Error(read?.message);
    return read.value;
  };
  youtube.say("ada", channel, "one");
  const first = await page("");
  expect(first.events).toMatchObject([{ type: "chatMessage", text: "one" }]);
  youtube.say("ada", channel, "two");
  const second = await page(first.nextPageToken);
  expect(second.events).toMatchObject([{ text: "two" }]);
  youtube.endLive(channel);
  expect(await page(second.nextPageToken)).toMatchObject({ events: [], isOver: true });
});

test("YTL-2 only a live video of that very channel is a broadcast; planned, chatless and ended ones are told apart", async () => {
  await using stage = await setStage();
  const { youtube } = stage.simulators;
  const live = await youtube.goLive(channel);
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  const find = async (ofChannel: string, id: string) => {
    const found = await platform.liveChat?.find(ofChannel, id, context);
    return found?.ok ? found.value : found;
  };
  const broadcast = { broadcastId: live.videoId, chatId: live.chatId };
  expect(await find(channel, live.videoId)).toMatchObject({ state: "live", broadcast });
  expect(await find(youtubeChannelOf("bob"), live.videoId)).toEqual({ state: "unknown" });
  expect(await find(channel, "00000000000")).toEqual({ state: "unknown" });
  live.chat = "off";
  expect(await find(channel, live.videoId)).toMatchObject({ state: "live", broadcast: { chatId: null } });
  youtube.endLive(channel);
  expect(await find(channel, live.videoId)).toEqual({ state: "over" });
  const startsAt = Date.UTC(2026, 10, 28);
  const { videoId } = await youtube.plan(channel, startsAt);
  expect(await find(channel, videoId)).toEqual({ state: "planned", startsAt });
});

const position = (chatId: string, pageToken = "") => ({
  entityId: `youtube:${channel}`,
  channelId: channel,
  chatId,
  pageToken,
});
const textsOf = ({ events }: ChatPage) => events.map((event) => ("text" in event ? event.text : event.type));

test("YTL-3 a stream brings what is said as it is said, for the price of one page", async () => {
  await using stage = await setStage();
  const { youtube } = stage.simulators;
  const { chatId } = await youtube.goLive(channel);
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  const heard: string[] = [];
  const end = await platform.liveChat?.readStream(
    position(chatId),
    async (page) => {
      heard.push(...textsOf(page), page.nextPageToken);
      if (heard.length === 1) youtube.say("ada", channel, "one 🐧");
      if (heard.length === 3) youtube.superChat("bob", channel, 5_000_000, "EUR");
      if (heard.length === 5) youtube.endLive(channel);
      return !page.isOver;
    },
    { ...context, signal: AbortSignal.timeout(5000) },
  );
  expect(end).toEqual({ ok: true, value: "ended" });
  expect(heard).toEqual(["p0", "one 🐧", "p1", "donation", "p2", "p2"]);
  expect(youtube.quota.used).toBe(5);
});

test("YTL-4 a stream that is cut in the middle of a page goes on with that page", async () => {
  await using stage = await setStage();
  const { youtube } = stage.simulators;
  const { chatId } = await youtube.goLive(channel);
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  youtube.say("ada", channel, "one");
  const heard: string[] = [];
  let pageToken = "";
  const read = () =>
    platform.liveChat?.readStream(
      position(chatId, pageToken),
      async (page) => {
        heard.push(...textsOf(page));
        pageToken = page.nextPageToken;
        return false;
      },
      { ...context, signal: AbortSignal.timeout(5000) },
    );
  youtube.streams.set({ kind: "cut" });
  expect(await read()).toMatchObject({ ok: false, code: "unavailable" });
  expect(heard).toEqual([]);
  expect(await read()).toEqual({ ok: true, value: "ended" });
  expect(heard).toEqual(["one"]);
  youtube.streams.set({ kind: "slow", ms: 60_000 });
  const slow = platform.liveChat?.readStream(position(chatId), async () => true, {
    ...context,
    signal: AbortSignal.timeout(200),
  });
  expect(await slow).toEqual({ ok: true, value: "ended" });
});

test.each([
  [404, undefined, "unsupported"],
  [405, undefined, "unsupported"],
  [501, undefined, "unsupported"],
  [403, "forbidden", "unsupported"],
  [403, "quotaExceeded", "payment_required"],
  [403, "rateLimitExceeded", "rate_limited"],
  [403, "liveChatDisabled", "disabled"],
  [404, "liveChatNotFound", "disabled"],
  [403, "accessNotConfigured", "unauthenticated"],
  [500, undefined, "unavailable"],
] as const)("a stream refused with %i %s is %s", async (status, reason, expected) => {
  await using stage = await setStage();
  const { youtube } = stage.simulators;
  const { chatId } = await youtube.goLive(channel);
  youtube.streams.set({ kind: "refused", status, ...(reason && { reason }) });
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  const end = await platform.liveChat?.readStream(position(chatId), async () => true, {
    ...context,
    signal: AbortSignal.timeout(5000),
  });
  expect(end?.ok ? end.value : end?.code).toBe(expected);
});

test("YTL-5 a stream that is refused because the chat ended says so with a last page", async () => {
  await using stage = await setStage();
  const { chatId } = await stage.simulators.youtube.goLive(channel);
  stage.simulators.youtube.streams.set({ kind: "refused", status: 403, reason: "liveChatEnded" });
  const pages: ChatPage[] = [];
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  await platform.liveChat?.readStream(position(chatId, "p7"), async (page) => pages.push(page) > 0, {
    ...context,
    signal: AbortSignal.timeout(5000),
  });
  expect(pages).toEqual([{ events: [], nextPageToken: "p7", waitMs: 5000, isOver: true }]);
});

test("a chat for members only, one that is off, and a key nobody knows are told apart", async () => {
  await using stage = await setStage();
  const live = await stage.simulators.youtube.goLive(channel);
  const context = { ...bot(stage), token: stage.simulators.secrets.youtube.apiKey };
  const codeOf = async (token = context.token) => {
    const read = await platform.liveChat?.readPage(position(live.chatId), { ...context, token });
    return read?.ok ? "read" : read?.code;
  };
  expect(await codeOf()).toBe("read");
  live.chat = "members";
  expect(await codeOf()).toBe("forbidden");
  live.chat = "off";
  expect(await codeOf()).toBe("disabled");
  expect(await codeOf("AIzaNobodysKey0000000000")).toBe("unauthenticated");
  const check = (token: string) => platform.liveChat?.checkKey({ ...context, token });
  expect(await check(context.token)).toMatchObject({ ok: true });
  expect(await check("AIzaNobodysKey0000000000")).toMatchObject({ code: "unauthenticated" });
});
