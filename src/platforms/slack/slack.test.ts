import { describe, expect, test } from "vitest";
import { readText } from "#platforms/slack/escape";
import { parse } from "#platforms/slack/parse";
import { reply } from "#platforms/slack/reply";
import { isPinned } from "#platforms/slack/response-url";
import { probe } from "#platforms/slack/testing";
import { verify } from "#platforms/slack/verify";
import mentionFixture from "./fixtures/app_mention.json" with { type: "json" };
import fileShareFixture from "./fixtures/file_share.json" with { type: "json" };
import messageFixture from "./fixtures/message.json" with { type: "json" };
import slashFixture from "./fixtures/slash-command.json" with { type: "json" };
import verificationFixture from "./fixtures/url_verification.json" with { type: "json" };

const now = Date.UTC(2026, 4, 20, 12, 0, 0);
const signed = (payload: unknown, sentAt = now) => probe.sign(probe.encode(payload), sentAt);
const read = (payload: unknown) => parse(signed(payload), probe.config);

describe("receiving", () => {
  test("the published vector is accepted at its time and refused with any other secret", async () => {
    // Slack, Verifying requests from Slack.
    const body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
      "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
      "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
      "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const headers = new Headers({
      "X-Slack-Request-Timestamp": "1531420618",
      "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    });
    const at = 1_531_420_618_000;
    const request = {
      path: "",
      headers,
      body: new TextEncoder().encode(body),
      receivedAt: at,
      correlationId: "c",
    };
    const secret = "8f742231b10e8888abcd99yyyzzz85a5";
    expect(await verify(request, { SLACK_SIGNING_SECRET: secret })).toEqual({ ok: true });
    expect(await verify(request, { SLACK_SIGNING_SECRET: `${secret}x` })).toMatchObject({
      ok: false,
      status: 401,
    });
    expect(parse(request, {})).toMatchObject({ kind: "interactive", event: { text: "!webhook-collect" } });
  });

  test("SLK-1 url_verification is answered with the challenge as text/plain", async () => {
    expect(await verify(signed(verificationFixture), probe.config)).toEqual({ ok: true });
    const answer = { status: 200, contentType: "text/plain", body: verificationFixture.challenge };
    expect(read(verificationFixture)).toEqual({ kind: "answer", answer });
  });

  test("SLK-2 a bad signature and a timestamp 6 min off are refused with 401", async () => {
    const bad = signed(messageFixture);
    bad.headers.set("x-slack-signature", `v0=${"0".repeat(64)}`);
    expect(await verify(bad, probe.config)).toMatchObject({ ok: false, status: 401 });
    for (const sentAt of [now - 360_000, now + 360_000]) {
      const request = { ...signed(messageFixture, sentAt), receivedAt: now };
      expect(await verify(request, probe.config)).toEqual({ ok: false, status: 401, reason: "stale" });
    }
  });

  test.each([
    ["/waddlebot", "foo", "!foo"],
    ["/waddlebot", "help quote", "!help quote"],
    ["/waddlebot", "  !quote 3 ", "!quote 3"],
    ["/waddlebot", "#dice 20", "#dice 20"],
    ["/WB", "ping", "!ping"],
    ["/quote", "add &lt;3", "!quote add <3"],
    ["/Ping", "", "!ping"],
  ])("SLK-3 %s %s is read as %s", (command, text, expected) => {
    const receipt = read({ ...slashFixture, command, text });
    expect(receipt).toMatchObject({ kind: "interactive", event: { type: "slashCommand", text: expected } });
  });

  test.each([
    ["help", "core:about:help"],
    ["", "core:about:help"],
    ["status", "core:about:status"],
    [" POINTS ", "core:about:points"],
  ])("SLK-3 /waddlebot %j is the bot's own word about itself", (text, customId) => {
    const receipt = read({ ...slashFixture, text });
    expect(receipt).toMatchObject({ kind: "interactive", event: { type: "interaction", customId } });
  });

  test("SLK-4 a shared file is a file_share", () => {
    expect(read(fileShareFixture)).toMatchObject({ kind: "events", events: [{ type: "file_share" }] });
  });

  test("SLK-5 a retry of a seen event has the same id, whatever its retry headers say", () => {
    const retry = signed(messageFixture, now + 60_000);
    retry.headers.set("x-slack-retry-num", "2");
    expect(parse(retry, probe.config)).toMatchObject({ events: [{ id: "slack:Ev0PENGUIN1" }] });
  });

  test("one post as message and as app_mention has two ids and one semantic key", () => {
    const semanticKey = "slack:post:T1:C1:1779278399.000200";
    expect(read(messageFixture)).toMatchObject({ events: [{ id: "slack:Ev0PENGUIN1", semanticKey }] });
    expect(read(mentionFixture)).toMatchObject({ events: [{ id: "slack:Ev0PENGUIN2", semanticKey }] });
  });

  test("an unsigned ssl_check is answered 200, and what it smuggles is dropped", async () => {
    const body = probe.encode({
      ssl_check: "1",
      command: "/waddlebot",
      text: "quote delete 1",
      team_id: "T1",
    });
    const request = { path: "", headers: new Headers(), body, receivedAt: now, correlationId: "c" };
    expect(await verify(request, probe.config)).toEqual({ ok: true });
    expect(parse(request, probe.config)).toMatchObject({ kind: "answer", answer: { status: 200, body: "" } });
    expect(await verify(request, {})).toMatchObject({ ok: false, status: 503 });
  });

  test.each([
    "ssl_check=0&command=%2Fwaddlebot",
    "ssl_check=0&ssl_check=1&command=%2Fwaddlebot",
    "command=%2Fwaddlebot&text=ssl_check%3D1",
    '{"ssl_check":"1"}',
    `ssl_check=1&text=${"x".repeat(5000)}`,
  ])("unsigned %s passes for no ssl_check", async (text) => {
    const body = new TextEncoder().encode(text);
    const request = { path: "", headers: new Headers(), body, receivedAt: now, correlationId: "c" };
    expect(await verify(request, probe.config)).toMatchObject({ ok: false, status: 401 });
  });

  test("a command without trigger id is known by its signature: equal on replay, other at another time", () => {
    const { trigger_id: _, ...form } = slashFixture;
    const idAt = (sentAt: number) => {
      const receipt = parse(signed(form, sentAt), probe.config);
      return receipt.kind === "interactive" ? receipt.event.id : "";
    };
    expect(idAt(now)).toMatch(/^slack:cmd:[0-9a-f]{64}$/);
    expect(idAt(now)).toBe(idAt(now));
    expect(idAt(now)).not.toBe(idAt(now + 1000));
  });

  test.each([
    ["a &amp; b &lt;c&gt; &amp;lt;", "a & b <c> &lt;"],
    ["see <https://a.example/x?a=1&amp;b=2|a.example> now", "see https://a.example/x?a=1&b=2 now"],
    ["<@U1> and <@W2|mo> and <!channel>", "@U1 and @W2 and @channel"],
    ["<!subteam^S1|@mods> in <#C1|lounge> and <#C2>", "@mods in #lounge and #C2"],
    ["<!here|here> &lt;!here&gt;", "@here <!here>"],
  ])("reads %j as %j", (text, expected) => {
    expect(readText(text)).toBe(expected);
  });
});

describe("response_url", () => {
  const loopback = { SLACK_RESPONSE_URL_HOST: "127.0.0.1:4010" };
  test.each([
    ["https://hooks.slack.com/commands/1", {}, true],
    ["https://hooks.slack.com:443/commands/1", {}, true],
    ["http://hooks.slack.com/commands/1", {}, false],
    ["https://hooks.slack.com:8443/commands/1", {}, false],
    ["https://hooks.slack.com.evil.example/", {}, false],
    ["https://evil.example/hooks.slack.com", {}, false],
    ["https://hooks.slack.com@evil.example/", {}, false],
    ["https://user@hooks.slack.com/", {}, false],
    ["https://hooks.slack.com./", {}, false],
    ["ftp://hooks.slack.com/", {}, false],
    ["not a url", {}, false],
    ["http://127.0.0.1:4010/response/1", loopback, true],
    ["http://127.0.0.1:4011/response/1", loopback, false],
    ["https://hooks.slack.com/commands/1", loopback, false],
    ["http://intranet:80/", { SLACK_RESPONSE_URL_HOST: "intranet" }, false],
  ])("%s with %j: %s", (url, config, expected) => {
    expect(isPinned(url, config)).toBe(expected);
  });
});

describe("reply", () => {
  const chat = (text: string, ephemeral = false) => ({ type: "chat" as const, text, ephemeral });
  const receipt = read(slashFixture);
  const slash = receipt.kind === "interactive" ? receipt.event : expect.fail("not interactive");
  const bodyOf = (...replies: ReturnType<typeof chat>[]) =>
    JSON.parse(reply({ kind: "replies", replies }, slash).body);

  test("is seen by the channel unless part of it is for one person", () => {
    expect(bodyOf(chat("a < b"))).toEqual({ response_type: "in_channel", text: "a &lt; b" });
    expect(bodyOf(chat("a"), chat("b", true))).toEqual({ response_type: "ephemeral", text: "a\nb" });
  });

  test("is an empty 200 while nothing can be said yet", () => {
    expect(reply({ kind: "deferred" }, slash)).toEqual({ status: 200, contentType: "text/plain", body: "" });
    expect(reply({ kind: "replies", replies: [] }, slash).body).toBe("");
  });

  test("tells only the caller about a refusal", () => {
    const refusal = { ok: false, code: "cooldown", message: "Wait <5 s." } as const;
    const { body } = reply({ kind: "refused", refusal }, slash);
    expect(JSON.parse(body)).toEqual({ response_type: "ephemeral", text: "Wait &lt;5 s." });
  });

  test("stays under Slack's 40,000 characters even when every one is escaped", () => {
    const { text } = bodyOf(...Array.from({ length: 10 }, () => chat("&".repeat(4000))));
    expect(text.length).toBeLessThanOrEqual(40_000);
  });
});
