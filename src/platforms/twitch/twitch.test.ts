import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { SendContext } from "#contracts/platform";
import { parse } from "#platforms/twitch/parse";
import { send } from "#platforms/twitch/send";
import { probe } from "#platforms/twitch/testing";
import { unusedTypes } from "#platforms/twitch/unused-types";
import { readTimestamp, verify } from "#platforms/twitch/verify";
import { anOpenGate } from "#test/fakes/an-open-gate";
import { readJson } from "#test/suites/payload-mutations";
import banFixture from "./fixtures/channel.ban.json" with { type: "json" };
import chatFixture from "./fixtures/channel.chat.message.json" with { type: "json" };
import noticeFixture from "./fixtures/channel.chat.notification.json" with { type: "json" };
import cheerFixture from "./fixtures/channel.cheer.json" with { type: "json" };
import batchFixture from "./fixtures/channel.follow-batch.json" with { type: "json" };
import raidFixture from "./fixtures/channel.raid.json" with { type: "json" };
import revocationFixture from "./fixtures/revocation.json" with { type: "json" };
import verificationFixture from "./fixtures/verification.json" with { type: "json" };

const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const signed = (payload: unknown, sentAt = now) => probe.sign(probe.encode(payload), sentAt);
const read = (payload: unknown) => parse(signed(payload), probe.config);

describe("receiving", () => {
  test("TWI-1 a signed verification is answered 200 with the challenge alone, as text/plain", async () => {
    expect(await verify(signed(verificationFixture), probe.config)).toEqual({ ok: true });
    expect(read(verificationFixture)).toMatchObject({
      kind: "challenge",
      topic: "channel.follow",
      target: "100",
      answer: { status: 200, contentType: "text/plain", body: verificationFixture.challenge },
    });
  });

  test.each(["", "a b", "a\r\nSet-Cookie: x", "ü", "x".repeat(257)])(
    "TWI-1 the odd challenge %j is not given back",
    (challenge) => {
      const receipt = read({ ...verificationFixture, challenge });
      expect(receipt).toMatchObject({ kind: "ignored", answer: { status: 403, body: "" } });
    },
  );

  test("TWI-2 a notification with one flipped body byte is refused with 403", async () => {
    const request = signed(chatFixture);
    for (let at = 0; at < request.body.length; at++) {
      const body = request.body.with(at, (request.body[at] ?? 0) ^ 0xff);
      expect(await verify({ ...request, body }, probe.config)).toMatchObject({ ok: false, status: 403 });
    }
  });

  test("TWI-3 channel.cheer of 150 bits is a cheer with bits 150", () => {
    expect(read(cheerFixture)).toMatchObject({ kind: "events", events: [{ type: "cheer", bits: 150 }] });
  });

  test("TWI-4 the user of a raid is the raiding broadcaster", () => {
    const event = {
      type: "raid",
      viewers: 42,
      entityId: "twitch:100",
      user: { id: "300", login: "rae", name: "Rae" },
    };
    expect(read(raidFixture)).toMatchObject({ kind: "events", events: [event] });
  });

  test("TWI-5 a revocation says which subscription and why, and is answered 204", () => {
    expect(read(revocationFixture)).toMatchObject({
      kind: "revoked",
      topic: "channel.follow",
      target: "100",
      status: "authorization_revoked",
      answer: { status: 204 },
    });
  });

  test("TWI-7 !help in chat is a chatMessage with the mod, sub and VIP badges", () => {
    const user = { id: "200", platformRole: "moderator", badges: ["moderator", "subscriber", "vip"] };
    expect(read(chatFixture)).toMatchObject({ events: [{ type: "chatMessage", text: "!help 🐧", user }] });
  });

  test("TWI-7 who reads the chat for the bot with their own account is heard typing there", () => {
    const condition = { ...chatFixture.subscription.condition, user_id: chatFixture.event.chatter_user_id };
    const payload = { ...chatFixture, subscription: { ...chatFixture.subscription, condition } };
    const { message_id: messageId, chatter_user_id: id } = chatFixture.event;
    expect(read(payload)).toMatchObject({ events: [{ text: "!help 🐧", messageId, user: { id } }] });
  });

  test("TWI-7 whose own account the bot has is heard typing in their own channel, and the bot's lines elsewhere are not", () => {
    const { chatter_user_id: bot } = chatFixture.event;
    const config = { ...probe.config, TWITCH_BOT_USER_ID: bot };
    const inChannel = (channel: string) => {
      const event = { ...chatFixture.event, broadcaster_user_id: channel };
      return parse(signed({ ...chatFixture, event }), config);
    };
    expect(inChannel(bot)).toMatchObject({ events: [{ text: "!help 🐧", user: { id: bot } }] });
    expect(inChannel("100")).toMatchObject({ kind: "ignored", reason: "own message" });
  });

  test("a lead moderator is a moderator", () => {
    const badges = [{ set_id: "lead_moderator", id: "1", info: "" }];
    const payload = { ...chatFixture, event: { ...chatFixture.event, badges } };
    expect(read(payload)).toMatchObject({ events: [{ user: { platformRole: "moderator" } }] });
  });

  test("a batch cut differently on its way again gives the same event ids; a body with both shapes none", () => {
    const [one, two] = batchFixture.events;
    const ids = [[one, two], [two], [one]].map((events) => {
      const receipt = read({ ...batchFixture, events });
      return receipt.kind === "events" ? receipt.events.map(({ id }) => id) : [];
    });
    expect(ids).toEqual([
      [`twitch:${one?.id}`, `twitch:${two?.id}`],
      [`twitch:${two?.id}`],
      [`twitch:${one?.id}`],
    ]);
    expect(read({ ...batchFixture, event: one?.data })).toMatchObject({ reason: "type contradicts body" });
    expect(read({ ...batchFixture, events: [] })).toMatchObject({ kind: "ignored" });
  });

  test("a ban is by the banned person, and has an end only as a timeout", () => {
    const event = { type: "ban", user: { id: "200" }, semanticKey: `twitch:ban:100:200:${now - 2877}` };
    expect(read(banFixture)).toMatchObject({ kind: "events", events: [event] });
    const ends_at = "2026-05-20T12:09:57Z";
    const timeout = { ...banFixture, event: { ...banFixture.event, ends_at, is_permanent: false } };
    expect(read(timeout)).toMatchObject({ kind: "events", events: [{ ...event, type: "timeout" }] });
  });

  test("every type we have no use for has a fixture, is answered 204 and counted under its name", () => {
    for (const known of unusedTypes) {
      const [type = "", version] = known.split("@");
      const payload = readJson(probe.fixtures, `${type}.json`);
      expect(payload).toMatchObject({ subscription: { type, version } });
      const reason = `no use for it yet: ${type}`;
      expect(read(payload)).toMatchObject({ kind: "ignored", reason, answer: { status: 204 } });
    }
  });

  test.each(["sub", "resub", "sub_gift", "community_sub_gift", "raid"])(
    "a %s in a chat notification is left to its own subscription",
    (notice_type) => {
      const payload = { ...noticeFixture, event: { ...noticeFixture.event, notice_type } };
      expect(read(payload)).toMatchObject({ kind: "ignored", reason: "told by its own subscription" });
    },
  );

  test("a stale message with a valid signature is answered 204 without effect, whatever its type", async () => {
    for (const payload of [chatFixture, verificationFixture, revocationFixture]) {
      for (const sentAt of [now - 600_001, now + 120_001]) {
        const request = { ...signed(payload, sentAt), receivedAt: now };
        expect(await verify(request, probe.config)).toEqual({ ok: true });
        const receipt = parse(request, probe.config);
        expect(receipt).toMatchObject({ kind: "ignored", reason: "stale", answer: { status: 204 } });
      }
    }
  });

  test("the unsigned message type cannot turn one kind of message into another", () => {
    const types = ["notification", "webhook_callback_verification", "revocation", "", "Notification"];
    for (const payload of [chatFixture, verificationFixture, revocationFixture]) {
      const kinds = types.map((type) => {
        const request = signed(payload);
        request.headers.set("twitch-eventsub-message-type", type);
        return parse(request, probe.config).kind;
      });
      expect(kinds.filter((kind) => kind !== "ignored")).toHaveLength(1);
    }
  });

  test("moving the border between id, timestamp and body is refused though the signed bytes stay the same", async () => {
    const request = signed(chatFixture);
    const id = request.headers.get("twitch-eventsub-message-id") ?? "";
    const timestamp = request.headers.get("twitch-eventsub-message-timestamp") ?? "";
    const bytes = new TextDecoder().decode(request.body);
    const all = id + timestamp + bytes;
    for (let first = 0; first < id.length + timestamp.length + 40; first++) {
      for (const second of [
        first + timestamp.length,
        first + 20,
        all.indexOf(".", first),
        all.indexOf("Z", first) + 1,
      ]) {
        if (first === id.length && second === id.length + timestamp.length) continue;
        const headers = new Headers(request.headers);
        headers.set("twitch-eventsub-message-id", all.slice(0, first));
        headers.set("twitch-eventsub-message-timestamp", all.slice(first, second));
        const body = new TextEncoder().encode(all.slice(second));
        const verdict = await verify({ ...request, headers, body }, probe.config);
        expect(verdict.ok, `${first} ${second}`).toBe(false);
      }
    }
  });

  test("a signature made by node:crypto over id, timestamp and body is accepted", async () => {
    const body = new TextEncoder().encode('{"a":"ü"}');
    const [id, timestamp] = ["91c3a7d2-5e08-4b1f-a6d4-0c2e4f6a8b1d", "2026-05-20T11:59:59.8091512Z"];
    const digest = createHmac("sha256", "an0therS3cret").update(`${id}${timestamp}{"a":"ü"}`).digest("hex");
    const headers = new Headers({
      "Twitch-Eventsub-Message-Id": id,
      "Twitch-Eventsub-Message-Timestamp": timestamp,
      "Twitch-Eventsub-Message-Signature": `sha256=${digest}`,
    });
    const request = { path: "", headers, body, receivedAt: now, correlationId: "c" };
    expect(await verify(request, { TWITCH_EVENTSUB_SECRET: "an0therS3cret" })).toEqual({ ok: true });
  });

  test.each([
    ["2026-05-20T12:00:00Z", now],
    ["2026-05-20T12:00:00.5Z", now + 500],
    ["2026-05-20T12:00:00.123456789Z", now + 123],
    ["2026-05-20T14:00:00.000+02:00", now],
    ["2026-13-20T12:00:00Z", undefined],
    ["2026-05-20 12:00:00Z", undefined],
    ["2026-05-20T12:00:00.1234567890Z", undefined],
    ["1779278400", undefined],
    ["", undefined],
  ])("reads the timestamp %j", (text, expected) => {
    expect(readTimestamp(text)).toBe(expected);
  });
});

describe("sending", () => {
  const answer = (drop_reason: object) =>
    Response.json({ data: [{ message_id: "", is_sent: false, drop_reason }] });
  const say = async (response: Response, changes: object = {}) => {
    const requests: { url: string; headers: Headers; body: unknown }[] = [];
    const fetch: SendContext["fetch"] = async (url, init) => {
      requests.push({
        url: String(url),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)),
      });
      return response.clone();
    };
    const context = { fetch, config: probe.config, token: "t0ken", now, gate: anOpenGate().gate };
    return { outcome: await send({ ...probe.message, ...changes }, context), requests };
  };

  test("Helix gets who speaks where, in answer to what, with the client's id", async () => {
    const { outcome, requests } = await say(probe.answers.sent());
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["m-2"] } });
    expect(requests[0]?.url).toBe("https://helix.test/chat/messages");
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer t0ken");
    expect(requests[0]?.headers.get("client-id")).toBe("suite-client");
    const message = { broadcaster_id: "100", sender_id: "900", message: probe.message.text };
    expect(requests[0]?.body).toEqual({ ...message, reply_parent_message_id: "m-1" });
  });

  test.each([
    ["msg_slowmode", "Not now.", { code: "rate_limited", retryAfterMs: 1000 }],
    ["slow_mode", "Wait 42 more seconds.", { code: "rate_limited", retryAfterMs: 42_000 }],
    ["msg_ratelimit", "Not now.", { code: "rate_limited", retryAfterMs: 30_000 }],
    ["msg_duplicate", "Not now.", { code: "forbidden" }],
    ["user_timed_out", "No.", { code: "forbidden", message: "The bot is timed out in this channel. No." }],
    ["msg_rejected", "", { code: "forbidden", message: "AutoMod holds the message back." }],
    ["something_new", "Because.", { code: "forbidden", message: "Because." }],
  ])("HTTP 200 with is_sent false and %s is a refusal", async (code, message, expected) => {
    const { outcome } = await say(answer({ code, message }));
    expect(outcome).toEqual({ ok: false, message, ...expected });
  });

  test.each([
    ["/ban bob", "» /ban bob"],
    ["  .timeout bob", "» .timeout bob"],
    ["...", "» ..."],
    ["a/b", "a/b"],
    ["one\r\n/two\u2028three\0", "one /two three"],
  ])("%j is said as %j", async (text, said) => {
    const { requests } = await say(probe.answers.sent(), { text });
    expect(requests[0]?.body).toMatchObject({ message: said });
  });

  test("without client or bot account nothing is tried", async () => {
    const context: SendContext = {
      fetch: () => Promise.reject(new Error("not expected")),
      config: { ...probe.config, TWITCH_BOT_USER_ID: undefined },
      token: "t",
      now,
      gate: anOpenGate().gate,
    };
    expect(await send(probe.message, context)).toMatchObject({ ok: false, code: "disabled" });
  });
});
