import { createPrivateKey, createSign, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { PlatformConfig } from "#contracts/platform";
import { parse } from "#platforms/kick/parse";
import { probe, signAsRelay } from "#platforms/kick/testing";
import { readTimestamp } from "#platforms/kick/timestamp";
import { verify } from "#platforms/kick/verify";
import followFixture from "./fixtures/channel.followed.json" with { type: "json" };
import giftsFixture from "./fixtures/channel.subscription.gifts.json" with { type: "json" };
import chatFixture from "./fixtures/chat.message.sent.json" with { type: "json" };
import liveFixture from "./fixtures/livestream.status.updated-online.json" with { type: "json" };
import bannedFixture from "./fixtures/moderation.banned.json" with { type: "json" };

const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const signed = (payload: unknown, sentAt = now) => probe.sign(probe.encode(payload), sentAt);
const without = (...names: string[]): PlatformConfig => ({
  ...probe.config,
  ...Object.fromEntries(names.map((name) => [name, undefined])),
});

describe("Kick's own signature", () => {
  test("FUT-2 without the public key every request is 401, with an empty or damaged one as well", async () => {
    const damaged = probe.config.KICK_PUBLIC_KEY.replace("MIIB", "MIIC");
    const { publicKey: otherKind } = generateKeyPairSync("ed25519", {
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    for (const key of [undefined, "", "no key", damaged, otherKind]) {
      const verdict = await verify(signed(chatFixture), { ...probe.config, KICK_PUBLIC_KEY: key });
      expect(verdict).toMatchObject({ ok: false, status: 401 });
    }
  });

  test("a key whose line breaks are written as two characters is read", async () => {
    const key = probe.config.KICK_PUBLIC_KEY.replaceAll("\n", "\\n");
    expect(await verify(signed(chatFixture), { ...probe.config, KICK_PUBLIC_KEY: key })).toEqual({
      ok: true,
    });
  });

  test("FUT-2 a signature by another key is 401", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const request = signed(chatFixture);
    const id = request.headers.get("kick-event-message-id");
    const timestamp = request.headers.get("kick-event-message-timestamp");
    const signer = createSign("sha256").update(`${id}.${timestamp}.`).update(request.body);
    request.headers.set(
      "kick-event-signature",
      signer.sign(createPrivateKey(other.privateKey.export({ type: "pkcs8", format: "pem" })), "base64"),
    );
    expect(await verify(request, probe.config)).toEqual({ ok: false, status: 401, reason: "bad signature" });
  });

  test("a relay's signature does not stand in for a bad one of Kick's", async () => {
    const request = signed(chatFixture);
    const relayed = signAsRelay(chatFixture, now);
    request.headers.set("x-kick-signature", relayed.headers.get("x-kick-signature") ?? "");
    request.headers.delete("kick-event-signature");
    expect(await verify(request, probe.config)).toMatchObject({ ok: false, status: 401 });
  });

  test("moving the border between id, timestamp and body is refused though the signed bytes stay the same", async () => {
    const request = signed({ a: "x.2026-05-20T12:00:00Z.y" });
    const id = request.headers.get("kick-event-message-id") ?? "";
    const all = `${id}.${request.headers.get("kick-event-message-timestamp")}.${new TextDecoder().decode(request.body)}`;
    const dots = [...all.matchAll(/\./g)].map(({ index }) => index);
    let accepted = 0;
    for (const first of dots) {
      for (const second of dots.filter((dot) => dot > first)) {
        const headers = new Headers(request.headers);
        headers.set("kick-event-message-id", all.slice(0, first));
        headers.set("kick-event-message-timestamp", all.slice(first + 1, second));
        const body = new TextEncoder().encode(all.slice(second + 1));
        if ((await verify({ ...request, headers, body }, probe.config)).ok) accepted++;
      }
    }
    expect(accepted).toBe(1);
  });

  test("the unsigned type cannot turn one kind of event into another", () => {
    const types = [
      "chat.message.sent",
      "channel.followed",
      "channel.subscription.new",
      "channel.subscription.gifts",
      "livestream.status.updated",
      "moderation.banned",
    ];
    for (const payload of [chatFixture, followFixture, giftsFixture, liveFixture, bannedFixture]) {
      const kinds = types.map((type) => {
        const request = signed(payload);
        request.headers.set("kick-event-type", type);
        return parse(request, probe.config).kind;
      });
      expect(kinds.filter((kind) => kind === "events")).toHaveLength(1);
    }
  });

  test("whose own account the bot has is heard typing in their own chat, and the bot's lines elsewhere are not", () => {
    const config = { ...probe.config, KICK_BOT_USER_ID: String(chatFixture.sender.user_id) };
    const inChannel = (user_id: number) =>
      parse(signed({ ...chatFixture, broadcaster: { ...chatFixture.broadcaster, user_id } }), config);
    expect(inChannel(chatFixture.sender.user_id)).toMatchObject({ events: [{ type: "chatMessage" }] });
    expect(inChannel(100)).toMatchObject({ kind: "ignored", reason: "own message" });
  });

  test("a stale message with a valid signature is answered 200 without effect; so is another version", async () => {
    for (const sentAt of [now - 601_000, now + 121_000]) {
      const request = { ...signed(chatFixture, sentAt), receivedAt: now };
      expect(await verify(request, probe.config)).toEqual({ ok: true });
      expect(parse(request, probe.config)).toMatchObject({
        kind: "ignored",
        reason: "stale",
        answer: { status: 200 },
      });
    }
    const request = signed(chatFixture);
    request.headers.set("kick-event-version", "2");
    expect(parse(request, probe.config)).toMatchObject({
      reason: "unknown event type",
      answer: { status: 200 },
    });
  });
});

describe("a relay's request", () => {
  const said = {
    type: "ChatMessage",
    id: "c-1",
    channel_id: 55,
    sender: { id: 200, username: "Bob" },
    content: "!help",
  };

  test("FUT-2 without a secret it is 401, whatever else is configured", async () => {
    for (const secret of [undefined, ""]) {
      const config = { ...probe.config, KICK_WEBHOOK_SECRET: secret };
      expect(await verify(signAsRelay(said, now), config)).toMatchObject({ ok: false, status: 401 });
    }
    const bare = without("KICK_WEBHOOK_SECRET", "KICK_PUBLIC_KEY");
    expect(await verify(signAsRelay(said, now), bare)).toMatchObject({ ok: false, status: 401 });
  });

  test("FUT-2 a bad signature is 401, and so is none", async () => {
    const request = signAsRelay(said, now);
    const digest = request.headers.get("x-kick-signature") ?? "";
    const body = probe.encode({ ...said, content: "!ban bob" });
    expect(await verify({ ...request, body }, probe.config)).toMatchObject({ ok: false, status: 401 });
    for (const spelling of [
      "",
      "0".repeat(64),
      digest.toUpperCase(),
      `sha256=${digest}`,
      `${digest}, ${digest}`,
    ]) {
      const headers = new Headers({ "x-kick-signature": spelling });
      expect(await verify({ ...request, headers }, probe.config)).toMatchObject({ ok: false, status: 401 });
    }
    expect(await verify({ ...request, headers: new Headers() }, probe.config)).toMatchObject({ status: 401 });
  });

  test("FUT-2 a good ChatMessage is a chatMessage of kick", async () => {
    const request = signAsRelay(said, now);
    expect(await verify(request, without("KICK_PUBLIC_KEY"))).toEqual({ ok: true });
    const event = {
      type: "chatMessage",
      platform: "kick",
      id: "kick:c-1",
      entityId: "kick:55",
      user: { id: "200", name: "Bob" },
      text: "!help",
    };
    expect(parse(request, probe.config)).toMatchObject({
      kind: "events",
      events: [event],
      answer: { status: 200 },
    });
  });

  test("it is answered in chat only where it names the account behind the channel", () => {
    expect(parse(signAsRelay(said, now), probe.config)).not.toHaveProperty("events.0.replyTo");
    const named = parse(signAsRelay({ ...said, broadcaster_user_id: 100 }, now), probe.config);
    expect(named).toMatchObject({ events: [{ entityId: "kick:100", replyTo: { channel: "100" } }] });
  });

  test("without an id of its own a replay is known by its signature", () => {
    const { id: _, ...nameless } = said;
    const ids = [now, now + 5000].map((at) => {
      const receipt = parse(signAsRelay(nameless, at), probe.config);
      return receipt.kind === "events" ? receipt.events[0]?.id : undefined;
    });
    expect(ids[0]).toMatch(/^kick:[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test.each([
    [{ ...said, created_at: "2026-05-20T11:49:00Z" }, "stale"],
    [{ ...said, created_at: "yesterday" }, "unexpected shape"],
    [{ ...said, content: undefined }, "unexpected shape"],
    [{ ...said, sender: { id: 900, username: "WaddleBot" } }, "own message"],
    [{ ...said, type: "Ban" }, "no use for it yet: Ban"],
    [{ ...said, type: "Tomorrow" }, "unknown event type"],
    [["no object"], "unexpected shape"],
  ])("%j has no effect: %s", (payload, reason) => {
    expect(parse(signAsRelay(payload, now), probe.config)).toMatchObject({
      kind: "ignored",
      reason,
      answer: { status: 200 },
    });
  });

  test.each([
    ["ChannelFollow", "follow"],
    ["Subscription", "subscription"],
    ["StreamStart", "stream_online"],
    ["StreamEnd", "stream_offline"],
  ])("%s is %s", (theirs, ours) => {
    const receipt = parse(signAsRelay({ ...said, type: theirs }, now), probe.config);
    expect(receipt).toMatchObject({ kind: "events", events: [{ type: ours, user: { id: "200" } }] });
  });
});

test.each([
  ["2026-05-20T12:00:00Z", now],
  ["2026-05-20T23:00:00.5+11:00", now + 500],
  ["2026-13-20T12:00:00Z", undefined],
  ["2026-05-20 12:00:00Z", undefined],
  ["1779278400", undefined],
  ["", undefined],
])("reads the timestamp %j", (text, expected) => {
  expect(readTimestamp(text)).toBe(expected);
});
