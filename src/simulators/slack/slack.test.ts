import { describe, expect, test } from "vitest";
import type { Simulators } from "#simulators/server";
import { makeFakeClock, setStage } from "#simulators/testing";

const formOf = (body: string | undefined) => Object.fromEntries(new URLSearchParams(body));

describe("Events API", () => {
  test("a failed call comes again three times, counted and with its reason", async () => {
    await using stage = await setStage(() => new Response(null, { status: 500 }));
    const sent = await stage.simulators.slack.sendChat({ viewer: "ada", text: "hello" });
    const { requests } = stage.edge;
    expect(sent).toMatchObject({ status: "failed", attempts: 4 });
    expect(requests.map(({ headers }) => headers.get("x-slack-retry-num"))).toEqual([null, "1", "2", "3"]);
    expect(requests[3]?.headers.get("x-slack-retry-reason")).toBe("http_error");
    expect(new Set(requests.map(({ body }) => JSON.parse(body).event_id)).size).toBe(1);
  });

  test("X-Slack-No-Retry ends it, and a slow edge is told so", async () => {
    await using stage = await setStage(
      () => new Response(null, { status: 500, headers: { "x-slack-no-retry": "1" } }),
      { deadlineScale: 0.05 },
    );
    const { slack } = stage.simulators;
    expect(await slack.sendChat({ viewer: "ada", text: "once" })).toMatchObject({ attempts: 1 });
    stage.edge.answerWith(async (_, count) => {
      if (count === 1) await new Promise((resolve) => setTimeout(resolve, 500));
      return new Response();
    });
    expect(await slack.sendChat({ viewer: "ada", text: "slow" })).toMatchObject({
      attempts: 2,
      status: "delivered",
    });
    expect(stage.edge.requests.at(-1)?.headers.get("x-slack-retry-reason")).toBe("http_timeout");
  });

  test("one post that names the bot comes as two events with the same ts", async () => {
    await using stage = await setStage();
    await stage.simulators.slack.sendChat({ viewer: "ada", text: "<@U0WADDLE99> hi", alsoAsMention: true });
    await stage.simulators.idle();
    const events = stage.edge.requests.map(({ body }) => JSON.parse(body));
    expect(events.map(({ event }) => event.type).sort()).toEqual(["app_mention", "message"]);
    expect(new Set(events.map(({ event }) => event.ts)).size).toBe(1);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(2);
  });

  test("url_verification wants its challenge back, ssl_check only 200", async () => {
    await using stage = await setStage(({ body }) =>
      body.startsWith("{") ? Response.json({ challenge: JSON.parse(body).challenge }) : new Response(),
    );
    expect(await stage.simulators.slack.verifyUrl()).toBe(true);
    expect(await stage.simulators.slack.checkTls()).toBe(true);
    expect(stage.edge.requests[1]?.headers.get("x-slack-signature")).toBeNull();
    stage.edge.answerWith(() => Response.json({ challenge: "another" }));
    expect(await stage.simulators.slack.verifyUrl()).toBe(false);
  });
});

describe("slash commands", () => {
  test("the inline answer is shown to the caller, under the command", async () => {
    await using stage = await setStage(() => Response.json({ text: "1 &lt; 2", response_type: "ephemeral" }));
    const { slack } = stage.simulators;
    const sent = await slack.sendSlash({ viewer: "ada", text: "quote 1" });
    expect(formOf(stage.edge.requests[0]?.body)).toMatchObject({
      command: "/waddlebot",
      text: "quote 1",
      user_id: "U0ADA00003",
      channel_id: "C0LOUNGE01",
      response_url: sent.responseUrl,
    });
    expect(slack.messages()).toMatchObject([{ text: "1 < 2", ephemeral: true, inReplyTo: sent.eventId }]);
  });

  test("a response_url works five times, the sixth is refused", async () => {
    await using stage = await setStage(() => new Response());
    const { slack } = stage.simulators;
    const { responseUrl } = await slack.sendSlash({ viewer: "ada", text: "slow" });
    const use = async (text: string) => {
      const body = JSON.stringify({ text, response_type: "in_channel" });
      const response = await fetch(responseUrl, { method: "POST", body });
      return [response.status, JSON.parse(await response.text())];
    };
    for (let n = 1; n <= 5; n++) expect(await use(`part ${n}`)).toEqual([200, { ok: true }]);
    expect(await use("part 6")).toEqual([404, { ok: false, error: "used_url" }]);
    expect(slack.messages().map(({ text }) => text)).toEqual([
      "part 1",
      "part 2",
      "part 3",
      "part 4",
      "part 5",
    ]);
  });

  test("a response_url dies after 30 minutes", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(() => new Response(), { clock });
    const { responseUrl } = await stage.simulators.slack.sendSlash({ viewer: "ada", text: "slow" });
    clock.advance(30 * 60_000 + 1);
    const response = await fetch(responseUrl, { method: "POST", body: JSON.stringify({ text: "late" }) });
    expect(JSON.parse(await response.text())).toEqual({ ok: false, error: "expired_url" });
  });

  test("after three seconds of silence Slack says so, and asks only once", async () => {
    await using stage = await setStage(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return new Response("too late");
      },
      { deadlineScale: 0.02 },
    );
    const { slack } = stage.simulators;
    expect(await slack.sendSlash({ viewer: "ada", text: "slow" })).toMatchObject({
      status: "failed",
      attempts: 1,
    });
    expect(slack.messages()).toEqual([]);
    expect(stage.simulators.transcript().at(-1)).toMatchObject({
      author: { kind: "system" },
      text: '/waddlebot failed with the error "operation_timeout"',
    });
  });
});

async function postMessage({ url }: Simulators, token: string, fields: object) {
  const response = await fetch(`${url}/slack/api/chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(fields),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    ...JSON.parse(await response.text()),
  };
}

describe("chat.postMessage", () => {
  test("shows the message in the thread's place and lets the bot hear itself", async () => {
    await using stage = await setStage();
    const { simulators, edge } = stage;
    const { eventId } = await simulators.slack.sendChat({ viewer: "ada", text: "!ping" });
    const threadTs = JSON.parse(edge.requests[0]?.body ?? "").event.ts;
    const message = { channel: "C0LOUNGE01", text: "Pong &amp; hi", thread_ts: threadTs };
    const answer = await postMessage(simulators, simulators.secrets.slack.botToken, message);
    expect(answer).toMatchObject({ status: 200, ok: true, channel: "C0LOUNGE01" });
    expect(simulators.slack.messages()).toMatchObject([
      { id: answer.ts, text: "Pong & hi", inReplyTo: eventId },
    ]);
    await simulators.idle();
    const echo = JSON.parse(edge.requests.at(-1)?.body ?? "");
    expect(echo.event).toMatchObject({ type: "message", bot_id: "B0WADDLE01", user: "U0WADDLE99" });
  });

  test("refusals come with 200 and ok: false", async () => {
    await using stage = await setStage();
    const { simulators } = stage;
    const { botToken } = simulators.secrets.slack;
    const error = async (token: string, fields: object) =>
      (await postMessage(simulators, token, fields)).error;
    expect(await error("xoxb-guess", { channel: "C0LOUNGE01", text: "x" })).toBe("invalid_auth");
    expect(await error(botToken, { channel: "nowhere", text: "x" })).toBe("channel_not_found");
    expect(await error(botToken, { channel: "C0LOUNGE01" })).toBe("no_text");
    expect(await error(botToken, { channel: "C0LOUNGE01", text: "x".repeat(40_001) })).toBe("msg_too_long");
  });

  test("one message a second for each channel after a burst of five, then 429 with Retry-After", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock, slack: { echoesBot: false } });
    const { simulators } = stage;
    const send = (channel: string) =>
      postMessage(simulators, simulators.secrets.slack.botToken, { channel, text: "x" });
    for (let n = 1; n <= 5; n++) expect(await send("C0LOUNGE01")).toMatchObject({ ok: true });
    expect(await send("C0LOUNGE01")).toMatchObject({ status: 429, retryAfter: "1", error: "ratelimited" });
    expect(await send("C0OTHER001")).toMatchObject({ ok: true });
    clock.advance(1000);
    expect(await send("C0LOUNGE01")).toMatchObject({ ok: true });
    expect(await send("C0LOUNGE01")).toMatchObject({ status: 429 });
  });

  test("a live <!channel> is recorded as a violation", async () => {
    await using stage = await setStage();
    const { simulators } = stage;
    const message = { channel: "C0LOUNGE01", text: "wake up <!channel>" };
    await postMessage(simulators, simulators.secrets.slack.botToken, message);
    expect(simulators.slack.violations).toEqual(["live mention <!channel>"]);
  });
});
