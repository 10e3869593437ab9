import { describe, expect, test } from "vitest";
import type { PlatformConfig, SendContext } from "#contracts/platform";
import { send } from "#platforms/kick/send";
import { probe } from "#platforms/kick/testing";
import { anOpenGate } from "#test/fakes/an-open-gate";

const now = Date.UTC(2026, 4, 20, 12, 0, 0);

describe("sending", () => {
  const say = async (response: Response, changes: object = {}, config: PlatformConfig = probe.config) => {
    const requests: { url: string; headers: Headers; body: unknown }[] = [];
    const fetch: SendContext["fetch"] = async (url, init) => {
      requests.push({
        url: String(url),
        headers: new Headers(init?.headers),
        body: JSON.parse(String(init?.body)),
      });
      return response;
    };
    return {
      outcome: await send(
        { ...probe.message, ...changes },
        { fetch, config, token: "t0ken", now, gate: anOpenGate().gate },
      ),
      requests,
    };
  };

  test("Kick gets what is said where, by the bot, in answer to what", async () => {
    const { outcome, requests } = await say(probe.answers.sent());
    expect(outcome).toEqual({ ok: true, value: { platformMessageIds: ["m-2"] } });
    expect(requests[0]?.url).toBe("https://kick.test/public/v1/chat");
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer t0ken");
    const body = {
      broadcaster_user_id: 100,
      content: probe.message.text,
      type: "bot",
      reply_to_message_id: "m-1",
    };
    expect(requests[0]?.body).toEqual(body);
  });

  test("a bot token bound to one channel says nothing that belongs in another", async () => {
    const target = { kind: "chat", platform: "kick", channel: "101" };
    const { outcome, requests } = await say(probe.answers.sent(), { target });
    expect(outcome).toMatchObject({ ok: false, code: "disabled" });
    expect(requests).toEqual([]);
  });

  test("the bot account's own token speaks anywhere as that account", async () => {
    const target = { kind: "chat", platform: "kick", channel: "101" };
    const { requests } = await say(probe.answers.sent(), { target }, { KICK_BOT_USER_ID: "900" });
    expect(requests[0]?.url).toBe("https://api.kick.com/public/v1/chat");
    expect(requests[0]?.body).toEqual({
      broadcaster_user_id: 101,
      content: probe.message.text,
      type: "user",
    });
  });

  test("HTTP 200 with is_sent false is a refusal", async () => {
    const { outcome } = await say(Response.json({ data: { is_sent: false, message_id: "" } }));
    expect(outcome).toMatchObject({ ok: false, code: "forbidden" });
  });

  test("429 without a header is a pause of 5 s", async () => {
    const { outcome } = await say(new Response("{}", { status: 429 }));
    expect(outcome).toMatchObject({ code: "rate_limited", retryAfterMs: 5000 });
  });

  test("a connected account speaks as itself anywhere; a long text asks for all its places before its first part", async () => {
    const open = anOpenGate();
    const types: unknown[] = [];
    const fetch: SendContext["fetch"] = async (_, init) => {
      types.push(JSON.parse(String(init?.body)).type);
      return probe.answers.sent();
    };
    const context = { fetch, config: probe.config, token: "t", account: "77", now, gate: open.gate };
    const target = { kind: "chat", platform: "kick", channel: "101" } as const;
    await send({ ...probe.message, target, text: "word ".repeat(250), priority: "timer" }, context);
    expect(types).toEqual(["user", "user", "user"]);
    expect(open.taken).toEqual([
      { lanes: [{ lane: "chat/101", limit: 10, windowMs: 10_000, places: 3 }], priority: "timer" },
    ]);
    const shut = anOpenGate(400);
    const refused = await send(probe.message, { ...context, gate: shut.gate });
    expect(refused).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 400 });
    expect(types).toHaveLength(3);
  });

  test.each([
    ["/ban bob", "» /ban bob"],
    ["  /timeout bob", "» /timeout bob"],
    ["a/b", "a/b"],
    ["one\r\n/two\u2028three\0", "one /two three"],
  ])("%j is said as %j", async (text, content) => {
    const { requests } = await say(probe.answers.sent(), { text });
    expect(requests[0]?.body).toMatchObject({ content });
  });

  test.each(["", "abc", "1e3", "-5", "12 ", "9".repeat(20)])("%j is no Kick account", async (channel) => {
    const { outcome, requests } = await say(probe.answers.sent(), {
      target: { kind: "chat", platform: "kick", channel },
    });
    expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
    expect(requests).toEqual([]);
  });
});
