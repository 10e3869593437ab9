import { describe, expect, test } from "vitest";
import type { SendContext } from "#contracts/platform";
import { makeNonce } from "#platforms/discord/nonce";
import { parse } from "#platforms/discord/parse";
import { reply } from "#platforms/discord/reply";
import { send } from "#platforms/discord/send";
import { probe } from "#platforms/discord/testing";
import { verify } from "#platforms/discord/verify";
import { anOpenGate } from "#test/fakes/an-open-gate";
import { aChatEvent } from "#test/fakes/events";
import buttonFixture from "./fixtures/button.json" with { type: "json" };
import commandFixture from "./fixtures/command.json" with { type: "json" };
import pingFixture from "./fixtures/ping.json" with { type: "json" };

const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const signed = (payload: unknown, sentAt = now) => probe.sign(probe.encode(payload), sentAt);
const read = (payload: unknown) => parse(signed(payload), probe.config);

describe("receiving", () => {
  test("DIS-1 PING is answered with type 1, an invalid signature with 401", async () => {
    const request = signed(pingFixture);
    expect(await verify(request, probe.config)).toEqual({ ok: true });
    const answer = { status: 200, contentType: "application/json", body: '{"type":1}' };
    expect(parse(request, probe.config)).toEqual({ kind: "answer", answer });
    for (const signature of ["0".repeat(128), "", "zz".repeat(64)]) {
      request.headers.set("x-signature-ed25519", signature);
      expect(await verify(request, probe.config)).toMatchObject({ ok: false, status: 401 });
    }
  });

  test("DIS-1 a signature of another key is refused with 401, a key that is none with 503", async () => {
    const other = { ...probe.config, DISCORD_PUBLIC_KEY: "11".repeat(32) };
    expect(await verify(signed(pingFixture), other)).toMatchObject({ ok: false, status: 401 });
    const none = { ...probe.config, DISCORD_PUBLIC_KEY: "not hex" };
    expect(await verify(signed(pingFixture), none)).toMatchObject({ ok: false, status: 503 });
  });

  test("DIS-1 a request more than 5 min old or ahead is refused with 401", async () => {
    for (const sentAt of [now - 301_000, now + 301_000]) {
      const request = { ...signed(pingFixture, sentAt), receivedAt: now };
      expect(await verify(request, probe.config)).toEqual({ ok: false, status: 401, reason: "stale" });
    }
  });

  test("DIS-4 a button's custom id goes on as it is, the context with its colons too", () => {
    expect(read(buttonFixture)).toMatchObject({
      kind: "interactive",
      event: { type: "button_click", customId: "inventory:buy:item_123" },
    });
    const nested = { ...buttonFixture, data: { custom_id: "poll:vote:a:b", component_type: 2 } };
    expect(read(nested)).toMatchObject({ event: { customId: "poll:vote:a:b" } });
  });

  test.each([
    ["8", "admin"],
    ["8192", "moderator"],
    ["1099511627776", "moderator"],
    ["1099511627784", "admin"],
    ["1024", undefined],
    ["0", undefined],
  ])("permissions %s make the platform role %s", (permissions, role) => {
    const receipt = read({ ...commandFixture, member: { ...commandFixture.member, permissions } });
    expect(receipt.kind === "interactive" && receipt.event.user.platformRole).toBe(role);
  });

  test("every option value stays one argument", () => {
    const options = ["two words", "", 'say "x" now', 'a"b', "line\nbreak"].map((value) => ({
      name: "o",
      type: 3,
      value,
    }));
    const data = { id: "1", name: "so", type: 1, options };
    const text = `!so "two words" "" "say 'x' now" a"b "line\nbreak"`;
    expect(read({ ...commandFixture, data })).toMatchObject({ event: { text } });
  });
});

describe("sending", () => {
  const target = { kind: "interaction", platform: "discord", applicationId: "1", token: "tok" };
  const say = async (answers: Response[], changes: object = {}) => {
    const requests: { call: string; headers: Headers; body: unknown }[] = [];
    const fetch: SendContext["fetch"] = async (url, init) => {
      const body: unknown = init?.body ? JSON.parse(String(init.body)) : undefined;
      const call = `${init?.method} ${String(url).replace(probe.config.DISCORD_API_BASE, "")}`;
      requests.push({ call, headers: new Headers(init?.headers), body });
      return answers[requests.length - 1] ?? Response.json({ message: "unknown" }, { status: 404 });
    };
    const context = { fetch, config: probe.config, token: "b0t", now, gate: anOpenGate().gate };
    return { outcome: await send({ ...probe.message, ...changes }, context), requests };
  };
  const shown = (flags = 0) => Response.json({ id: "900", flags });
  const quiet = { allowed_mentions: { parse: [] } };

  test("a channel message carries its enforced nonce and pings nobody", async () => {
    const { outcome, requests } = await say([shown()], { text: "@everyone hi" });
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["900"] } });
    expect(requests[0]?.call).toBe("POST /channels/C1/messages");
    expect(requests[0]?.headers.get("authorization")).toBe("Bot b0t");
    const nonce = await makeNonce(probe.message.id, 0);
    expect(requests[0]?.body).toEqual({ content: "@everyone hi", nonce, enforce_nonce: true, ...quiet });
  });

  test("the nonce is the same on every attempt, another for each part and message, and 25 characters", async () => {
    const nonces = await Promise.all([
      makeNonce("a", 0),
      makeNonce("a", 0),
      makeNonce("a", 1),
      makeNonce("b", 0),
    ]);
    expect(nonces[0]).toBe(nonces[1]);
    expect(new Set(nonces).size).toBe(3);
    expect(nonces.every((nonce) => /^[0-9a-z]{25}$/.test(nonce))).toBe(true);
  });

  test("DIS-2 the first follow-up to a deferred reply takes the placeholder's place", async () => {
    const { outcome, requests } = await say([shown(128), shown()], { target });
    expect(outcome.ok).toBe(true);
    const calls = requests.map((request) => request.call);
    expect(calls).toEqual([
      "GET /webhooks/1/tok/messages/@original",
      "PATCH /webhooks/1/tok/messages/@original",
    ]);
    expect(requests[1]?.body).toEqual({ content: probe.message.text, ...quiet });
    expect(requests[1]?.headers.has("authorization")).toBe(false);
  });

  test("a follow-up never edits an answer that was already given", async () => {
    const { requests } = await say([shown(), shown()], { target, ephemeral: true });
    expect(requests.map((request) => request.call).at(-1)).toBe("POST /webhooks/1/tok");
    expect(requests.at(-1)?.body).toEqual({ content: probe.message.text, flags: 64, ...quiet });
  });

  test("a placeholder that vanished meanwhile is replaced by a message", async () => {
    const gone = Response.json({}, { status: 404 });
    const { outcome, requests } = await say([shown(128), gone, shown()], { target });
    expect(outcome.ok).toBe(true);
    expect(requests.map((request) => request.call).at(-1)).toBe("POST /webhooks/1/tok");
  });

  test("a token whose 15 minutes are over is final", async () => {
    const { outcome } = await say([], { target });
    expect(outcome).toMatchObject({ ok: false, code: "not_found" });
  });

  test("nothing was said when only the question about the placeholder failed", async () => {
    const { outcome, requests } = await say([new Response("", { status: 502 })], { target });
    expect(outcome).toMatchObject({ ok: false, code: "unavailable" });
    expect(requests).toHaveLength(1);
  });

  test("a long follow-up fills the placeholder first and goes on in new messages", async () => {
    const answers = [shown(128), shown(), shown(), shown()];
    const { requests } = await say(answers, { target, text: "word ".repeat(700).trim() });
    expect(requests.map((request) => request.call.split(" ")[0])).toEqual(["GET", "PATCH", "POST"]);
  });
});

describe("reply", () => {
  const asked = aChatEvent();
  const chat = (text: string, ephemeral = false) => ({ type: "chat" as const, text, ephemeral });
  const bodyOf = (...replies: ReturnType<typeof chat>[]) =>
    JSON.parse(reply({ kind: "replies", replies }, asked).body);
  const quiet = { allowed_mentions: { parse: [] } };

  test("is a message that pings nobody, for one person when part of it is", () => {
    expect(bodyOf(chat("@everyone"))).toEqual({ type: 4, data: { content: "@everyone", ...quiet } });
    expect(bodyOf(chat("a"), chat("b", true))).toEqual({
      type: 4,
      data: { content: "a\nb", flags: 64, ...quiet },
    });
  });

  test("is type 5 when the real one follows", () => {
    expect(reply({ kind: "deferred" }, asked).body).toBe('{"type":5}');
  });

  test("tells only the caller about a refusal", () => {
    const refusal = { ok: false, code: "cooldown", message: "Wait 5 s." } as const;
    const { body } = reply({ kind: "refused", refusal }, asked);
    expect(JSON.parse(body)).toEqual({ type: 4, data: { content: "Wait 5 s.", flags: 64, ...quiet } });
  });

  test("keeps content within 2,000 characters and puts the rest in embeds of at most 6,000", () => {
    const { data } = bodyOf(...Array.from({ length: 10 }, () => chat("word ".repeat(790))));
    expect(data.content.length).toBeLessThanOrEqual(2000);
    const lengths: number[] = data.embeds.map((embed: { description: string }) => embed.description.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(4096);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(6000);
  });
});
