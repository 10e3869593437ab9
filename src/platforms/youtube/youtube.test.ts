import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PlatformConfig, WebhookRequest } from "#contracts/platform";
import type { OutboundMessage } from "#contracts/sender";
import { callbackAddress } from "#platforms/youtube/callback-address";
import { platform } from "#platforms/youtube/index";
import { topicOf } from "#platforms/youtube/live-chat";
import { readItem } from "#platforms/youtube/read-item";
import { testBot as bot } from "#platforms/youtube/testing";
import { chatItem } from "#platforms/youtube/wire";
import { setStage } from "#simulators/testing";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";
import { atom } from "#simulators/youtube/hub";

const channel = youtubeChannelOf("pia");
const config = { YOUTUBE_WEBSUB_SECRET: "a secret of the suite", YOUTUBE_BOT_CHANNEL_ID: "UCbot" };
const bytes = (text: string) => new TextEncoder().encode(text);

function notification(text: string, headers: Record<string, string> = {}): WebhookRequest {
  const digest = createHmac("sha1", config.YOUTUBE_WEBSUB_SECRET).update(text).digest("hex");
  const all = { "x-hub-signature": `sha1=${digest}`, ...headers };
  return { path: "", headers: new Headers(all), body: bytes(text), receivedAt: 1, correlationId: "c" };
}

describe("notifications of the hub", () => {
  const good = notification(atom(channel, "dQw4w9WgXcQ"));

  test("a signed one names the video to look at", async () => {
    expect(await platform.verify?.(good, config)).toEqual({ ok: true });
    expect(platform.parse?.(good, config)).toMatchObject({
      kind: "broadcast",
      channelId: channel,
      videoId: "dQw4w9WgXcQ",
    });
  });

  test("without the secret everything is refused, and a flipped bit, another scheme or no signature is", async () => {
    expect(await platform.verify?.(good, {})).toMatchObject({ ok: false, status: 503 });
    const given = good.headers.get("x-hub-signature") ?? "";
    for (const wrong of [
      "",
      given.slice(5),
      given.toUpperCase(),
      given.replace("sha1", "sha256"),
      `${given}0`,
    ]) {
      const request = notification(atom(channel, "dQw4w9WgXcQ"), { "x-hub-signature": wrong });
      expect(await platform.verify?.(request, config), wrong).toMatchObject({ ok: false, status: 403 });
    }
    for (let bit = 0; bit < good.body.length * 8; bit += 7) {
      const body = good.body.slice();
      body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect((await platform.verify?.({ ...good, body }, config))?.ok).toBe(false);
    }
  });

  test.each([
    ["a deleted video", "<feed><at:deleted-entry ref='yt:video:x'/></feed>"],
    ["no XML at all", "{}"],
    ["an entity instead of an id", atom("&c;", "dQw4w9WgXcQ")],
    ["markup in an id", atom(channel, "<b>dQw4w9W</b>")],
    ["a bomb of entities", `<!DOCTYPE x [<!ENTITY a "aaaa">]>${"&a;".repeat(1000)}`],
    ["entries that never end", "<entry>".repeat(20_000)],
  ])("%s is ignored at once", (_, text) => {
    expect(platform.parse?.(notification(text), config)).toMatchObject({ kind: "ignored" });
  });
});

describe("questions of the hub", () => {
  const proofOf = async (ofChannel: string) => {
    const address = await callbackAddress("https://bot.example/x", ofChannel, config.YOUTUBE_WEBSUB_SECRET);
    return new URL(address).searchParams.get("proof") ?? "";
  };
  const question = { "hub.mode": "subscribe", "hub.topic": topicOf(channel), "hub.challenge": "c-123" };
  const ask = async (query: Record<string, string>, settings: PlatformConfig = config) =>
    platform.parseQuestion?.(new URLSearchParams({ proof: await proofOf(channel), ...query }), settings);

  test("YTL-1 a challenge is given back as plain text, with the lease it speaks of", async () => {
    expect(await ask({ ...question, "hub.lease_seconds": "432000" })).toMatchObject({
      kind: "challenge",
      topic: "websub",
      target: channel,
      leaseSeconds: 432_000,
      answer: { status: 200, contentType: "text/plain; charset=utf-8", body: "c-123" },
      refused: { status: 404 },
    });
  });

  test.each([
    ["another feed", { "hub.topic": "https://example.org/feed" }],
    ["a topic with more behind it", { "hub.topic": `${topicOf(channel)}&x=1` }],
    ["no mode", { "hub.mode": "" }],
    ["markup as challenge", { "hub.challenge": "<script> </script>" }],
    ["an endless challenge", { "hub.challenge": "x".repeat(501) }],
    ["no proof", { proof: "" }],
    ["a proof cut short", { proof: "ab".repeat(16) }],
  ])("YTL-1 %s is answered with 404", async (_, change) => {
    expect(await ask({ ...question, ...change })).toMatchObject({ kind: "ignored", answer: { status: 404 } });
  });
});

describe("the proof in a hub's question", () => {
  const other = youtubeChannelOf("bob");
  const query = async (ofChannel: string, topic: string) => {
    const address = await callbackAddress("https://bot.example/x", ofChannel, config.YOUTUBE_WEBSUB_SECRET);
    const search = new URL(address).searchParams;
    for (const [name, value] of [
      ["hub.mode", "subscribe"],
      ["hub.topic", topicOf(topic)],
      ["hub.challenge", "c"],
    ] as const)
      search.set(name, value);
    return search;
  };

  test("YTL-1 one channel's proof is not another's, and without the secret there is none", async () => {
    expect(await platform.parseQuestion?.(await query(channel, channel), config)).toMatchObject({
      kind: "challenge",
    });
    expect(await platform.parseQuestion?.(await query(channel, other), config)).toMatchObject({
      kind: "ignored",
    });
    expect(await platform.parseQuestion?.(await query(channel, channel), {})).toMatchObject({
      kind: "ignored",
    });
  });
});

describe("items of a chat page", () => {
  const place = {
    entityId: `youtube:${channel}`,
    channelId: channel,
    chatId: "chat-1",
    receivedAt: 1_779_278_400_000,
    correlationId: "suite",
    botChannelId: "UCbot",
  };
  const fixtures = new URL("./fixtures/", import.meta.url);
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, fixtures), "utf8"));
  const names = readdirSync(fixtures).filter((name) => !name.endsWith(".expected.json"));

  test.each(names.map((name) => name.replace(/\.json$/, "")))("YTL-3 %s", (name) => {
    expect(readItem(read(`${name}.json`), place) ?? null).toEqual(read(`${name}.expected.json`));
  });

  test("whose own account the bot has is heard typing in their own chat, and the bot's lines elsewhere are not", () => {
    const item = chatItem.parse(read("text.json"));
    const { channelId: bot } = item.authorDetails;
    expect(readItem(item, { ...place, botChannelId: bot })).toBeUndefined();
    const own = { ...place, botChannelId: bot, channelId: bot };
    expect(readItem(item, own)).toMatchObject({ type: "chatMessage", user: { id: bot } });
  });

  test.each([null, 7, "x", {}, { id: "1", snippet: { type: 7 } }, { __proto__: null }])(
    "an item that is %j is nobody's event",
    (item) => {
      expect(readItem(item, place)).toBeUndefined();
    },
  );
});

describe("against the simulated API", () => {
  const message = (chatId: string, text: string): OutboundMessage => ({
    id: "m",
    entityId: `youtube:${channel}`,
    target: { kind: "chat", platform: "youtube", channel: chatId, server: channel },
    text,
    ephemeral: false,
    priority: "reply",
    correlationId: "c",
  });

  test("a long text is said in parts of at most 200 characters", async () => {
    await using stage = await setStage();
    const { chatId } = await stage.simulators.youtube.goLive(channel);
    const outcome = await platform.send?.(message(chatId, "word ".repeat(90)), bot(stage));
    expect(outcome).toMatchObject({ ok: true, value: { platformMessageIds: { length: 3 } } });
    const texts = stage.simulators.youtube.messages().map(({ text }) => text);
    expect(texts.every((text) => text.length <= 200)).toBe(true);
    expect(texts.join(" ")).toBe("word ".repeat(90).trim());
  });

  test("a chat that is over, a dead sign-in and a spent quota are told apart", async () => {
    await using stage = await setStage(undefined, { youtube: { quota: 200 } });
    const { youtube } = stage.simulators;
    const { chatId } = await youtube.goLive(channel);
    const context = bot(stage);
    expect(await platform.send?.(message(chatId, "x"), { ...context, token: "dead" })).toMatchObject({
      code: "unauthenticated",
    });
    youtube.endLive(channel);
    expect(await platform.send?.(message(chatId, "x"), context)).toMatchObject({ code: "disabled" });
    youtube.quota.used = 200;
    expect(await platform.send?.(message(chatId, "x"), context)).toMatchObject({ code: "payment_required" });
    expect(await platform.send?.(message(channel, "x"), context)).toMatchObject({ code: "not_found" });
  });

  test.each([
    ["ban", { userId: youtubeChannelOf("bob") }, "POST ban"],
    ["timeout", { userId: youtubeChannelOf("bob"), seconds: 60 }, "POST ban"],
    ["add_moderator", { userId: youtubeChannelOf("mo") }, "POST moderator"],
  ])("%s is done in the chat that was named", async (name, params, call) => {
    await using stage = await setStage();
    const { chatId } = await stage.simulators.youtube.goLive(channel);
    const outcome = await platform.actions?.get(name)?.run({ chatId, ...params }, bot(stage));
    expect(outcome).toMatchObject({ ok: true });
    expect(stage.simulators.youtube.deeds).toMatchObject([{ call }]);
  });

  test("delete_message takes a message away; a bad id is refused by its name", async () => {
    await using stage = await setStage();
    await stage.simulators.youtube.goLive(channel);
    const messageId = stage.simulators.youtube.say("bob", channel, "rude");
    const action = platform.actions?.get("delete_message");
    expect(await action?.run({ messageId }, bot(stage))).toMatchObject({ ok: true });
    expect(await action?.run({ messageId: "a&part=b" }, bot(stage))).toMatchObject({
      code: "bad_request",
      message: expect.stringContaining("messageId"),
    });
  });

  test("sign-in brings the channel, proves the code with the verifier, and renews", async () => {
    await using stage = await setStage();
    const context = bot(stage);
    const redirectUri = "https://bot.example/oauth/youtube/callback";
    const verifier = "v".repeat(43);
    const digest = await crypto.subtle.digest("SHA-256", bytes(verifier));
    const codeChallenge = Buffer.from(digest).toString("base64url");
    const url = platform.oauth?.authorizeUrl(
      { role: "owner", state: "s", codeChallenge, redirectUri },
      context.config,
    );
    const response = await fetch(url ?? "", { redirect: "manual" });
    const code = new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const request = { role: "owner", code, codeVerifier: verifier, redirectUri } as const;
    const grant = await platform.oauth?.exchange(request, context);
    expect(grant).toMatchObject({ ok: true, value: { account: { id: channel } } });
    const refreshToken = grant?.ok ? (grant.value.refreshToken ?? "") : "";
    expect(await platform.oauth?.refresh(refreshToken, context)).toMatchObject({ kind: "renewed" });
    expect(await platform.oauth?.refresh("1//dead", context)).toMatchObject({ kind: "dead" });
    expect(await platform.oauth?.exchange(request, context)).toMatchObject({ code: "bad_request" });
  });
});
