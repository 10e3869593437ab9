import { describe, expect, test } from "vitest";
import type { Simulators } from "#simulators/server";
import { makeFakeClock, setStage } from "#simulators/testing";

const echoChallenge = ({ body }: { body: string }) => {
  const { challenge } = JSON.parse(body);
  return new Response(challenge ?? "", { headers: { "content-type": "text/plain" } });
};

describe("EventSub", () => {
  test("a refused notification comes again under the same id, four times at most", async () => {
    await using stage = await setStage(() => new Response(null, { status: 503 }));
    const sent = await stage.simulators.twitch.sendChat({ viewer: "bob", text: "!help" });
    const { requests } = stage.edge;
    expect(sent).toMatchObject({ status: "failed", httpStatus: 503, attempts: 4 });
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(requests.map(({ headers }) => `twitch:${headers.get("twitch-eventsub-message-id")}`)).toEqual(
      Array.from({ length: 4 }, () => sent.eventId),
    );
    expect(requests.map(({ headers }) => headers.get("twitch-eventsub-message-retry"))).toEqual([
      "0",
      "1",
      "2",
      "3",
    ]);
  });

  test("an edge that does not answer in time gets the message again", async () => {
    const slowFirst = async (_: unknown, count: number) => {
      if (count === 0) await new Promise((resolve) => setTimeout(resolve, 400));
      return new Response(null, { status: 204 });
    };
    await using stage = await setStage(slowFirst, { deadlineScale: 0.01 });
    const sent = await stage.simulators.twitch.sendChat({ viewer: "bob", text: "hi" });
    expect(sent).toMatchObject({ status: "delivered", httpStatus: 204, attempts: 2 });
  });

  test("a chat message carries channel, chatter, badges and fragments", async () => {
    await using stage = await setStage();
    await stage.simulators.twitch.sendChat({ viewer: "mo", text: "!ping" });
    expect(JSON.parse(stage.edge.requests[0]?.body ?? "")).toMatchObject({
      subscription: {
        type: "channel.chat.message",
        version: "1",
        status: "enabled",
        condition: { broadcaster_user_id: "710000001", user_id: "710000099" },
      },
      event: {
        broadcaster_user_id: "710000001",
        chatter_user_id: "710000002",
        chatter_user_name: "Mo",
        message: { text: "!ping", fragments: [{ type: "text", text: "!ping" }] },
        badges: [{ set_id: "moderator", id: "1", info: "" }],
        source_broadcaster_user_id: null,
      },
    });
  });

  test("every channel event has its topic, and an anonymous one no user", async () => {
    await using stage = await setStage();
    const { twitch } = stage.simulators;
    await twitch.sendEvent({ kind: "follow", viewer: "ada" });
    await twitch.sendEvent({ kind: "cheer", viewer: null, amount: 150 });
    await twitch.sendEvent({ kind: "raid", viewer: "zoe", amount: 42 });
    await twitch.sendEvent({ kind: "offline", viewer: "pia" });
    const seen = stage.edge.requests.map(({ headers, body }) => [
      headers.get("twitch-eventsub-subscription-type"),
      headers.get("twitch-eventsub-subscription-version"),
      JSON.parse(body).event,
    ]);
    expect(seen).toMatchObject([
      ["channel.follow", "2", { user_id: "710000003", broadcaster_user_id: "710000001" }],
      ["channel.cheer", "1", { user_id: null, is_anonymous: true, bits: 150 }],
      ["channel.raid", "1", { from_broadcaster_user_id: "710000005", viewers: 42 }],
      ["stream.offline", "1", { broadcaster_user_login: "pia_plays" }],
    ]);
  });

  test("TWI-1 a challenge must come back alone, with 200 and as plain text", async () => {
    await using stage = await setStage(echoChallenge);
    const { twitch } = stage.simulators;
    expect(await twitch.subscribe("channel.follow")).toMatchObject({ isVerified: true });

    stage.edge.answerWith(({ body }) => Response.json({ challenge: JSON.parse(body).challenge }));
    expect(await twitch.subscribe("channel.cheer")).toMatchObject({
      problem: "the body is not the challenge",
    });
    stage.edge.answerWith(
      ({ body }) => new Response(JSON.parse(body).challenge, { headers: { "content-type": "text/html" } }),
    );
    expect(await twitch.subscribe("channel.raid")).toMatchObject({ isVerified: false });
    stage.edge.answerWith(() => new Response(null, { status: 403 }));
    expect(await twitch.subscribe("stream.online")).toMatchObject({ problem: "status 403 instead of 200" });
    expect(twitch.subscriptions().map(({ type, status }) => [type, status])).toEqual([
      ["channel.follow", "enabled"],
      ["channel.cheer", "webhook_callback_verification_failed"],
      ["channel.raid", "webhook_callback_verification_failed"],
      ["stream.online", "webhook_callback_verification_failed"],
    ]);
  });

  test("a subscription that fails too often is revoked", async () => {
    await using stage = await setStage(echoChallenge, { twitch: { revokeAfterFailures: 2 } });
    const { twitch } = stage.simulators;
    await twitch.subscribe("channel.chat.message");
    stage.edge.answerWith(() => new Response(null, { status: 500 }));
    await twitch.sendChat({ viewer: "bob", text: "one" });
    await twitch.sendChat({ viewer: "bob", text: "two" });
    const last = stage.edge.requests.at(-1);
    expect(last?.headers.get("twitch-eventsub-message-type")).toBe("revocation");
    expect(JSON.parse(last?.body ?? "")).toMatchObject({
      subscription: { type: "channel.chat.message", status: "notification_failures_exceeded" },
    });
  });
});

function helix({ url, secrets }: Simulators, token: string) {
  return (method: string, path: string, body?: object) =>
    fetch(`${url}/twitch/helix${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "client-id": secrets.twitch.clientId },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
}

const aMessage = (message: string, more: object = {}) => ({
  broadcaster_id: "710000001",
  sender_id: "710000099",
  message,
  ...more,
});

describe("Helix", () => {
  test("a message of the bot is shown under the line it answers", async () => {
    await using stage = await setStage();
    const { simulators, edge } = stage;
    const heard: string[] = [];
    simulators.twitch.onMessage(({ text }) => heard.push(text));
    const { eventId } = await simulators.twitch.sendChat({ viewer: "bob", text: "!ping" });
    const parent = JSON.parse(edge.requests[0]?.body ?? "").event.message_id;
    const call = helix(simulators, simulators.secrets.twitch.accessToken);
    const response = await call(
      "POST",
      "/chat/messages",
      aMessage("Pong!", { reply_parent_message_id: parent }),
    );
    const { data } = JSON.parse(await response.text());
    expect(data).toMatchObject([{ is_sent: true, drop_reason: null }]);
    expect(simulators.twitch.messages()).toMatchObject([
      { id: data[0].message_id, text: "Pong!", inReplyTo: eventId, entityId: "twitch:710000001" },
    ]);
    expect(heard).toEqual(["Pong!"]);
  });

  test("the 21st message within 30 s is refused, the window starts anew after it; moderators have 100", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const call = helix(stage.simulators, stage.simulators.twitch.issueAppToken());
    const send = async (n: number) => (await call("POST", "/chat/messages", aMessage(`line ${n}`))).status;
    for (let n = 1; n <= 20; n++) expect(await send(n)).toBe(200);
    const refused = await call("POST", "/chat/messages", aMessage("one too many"));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit-remaining")).toBe("779");
    expect(stage.simulators.twitch.chatBreaches()).toBe(1);
    clock.advance(30_000);
    expect(await send(22)).toBe(200);

    await using other = await setStage(undefined, { clock, twitch: { botIsModerator: true } });
    const asModerator = helix(other.simulators, other.simulators.twitch.issueAppToken());
    const sent = Array.from({ length: 101 }, () => asModerator("POST", "/chat/messages", aMessage("hello")));
    const statuses = (await Promise.all(sent)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
  });

  test("a repeated text is taken with 200 and not shown, and so is one dropped on request", async () => {
    const clock = makeFakeClock();
    await using stage = await setStage(undefined, { clock });
    const { twitch } = stage.simulators;
    const call = helix(stage.simulators, twitch.issueAppToken());
    const send = async () =>
      JSON.parse(await (await call("POST", "/chat/messages", aMessage("again"))).text()).data[0];
    expect(await send()).toMatchObject({ is_sent: true });
    expect(await send()).toMatchObject({ is_sent: false, drop_reason: { code: "msg_duplicate" } });
    clock.advance(30_000);
    twitch.dropNext({ code: "msg_rejected", message: "Held by AutoMod." });
    expect(await send()).toMatchObject({ is_sent: false, drop_reason: { code: "msg_rejected" } });
    expect(await send()).toMatchObject({ is_sent: true });
    expect(twitch.messages()).toHaveLength(2);
  });

  test("wrong tokens, client ids, senders and lengths are refused", async () => {
    await using stage = await setStage();
    const { simulators } = stage;
    const call = helix(simulators, simulators.secrets.twitch.accessToken);
    const status = async (body: object) => (await call("POST", "/chat/messages", body)).status;
    expect(await status(aMessage("🦆".repeat(500)))).toBe(200);
    expect(await status(aMessage("x".repeat(501)))).toBe(400);
    expect(await status(aMessage(""))).toBe(400);
    expect(await status(aMessage("not me", { sender_id: "710000001" }))).toBe(401);
    expect((await helix(simulators, "stolen")("GET", "/users?id=710000003")).status).toBe(401);
    const headers = {
      authorization: `Bearer ${simulators.secrets.twitch.accessToken}`,
      "client-id": "other",
    };
    expect((await fetch(`${simulators.url}/twitch/helix/users?id=710000003`, { headers })).status).toBe(401);
    const users = JSON.parse(await (await call("GET", "/users?id=710000003&login=pia_plays")).text());
    expect(users.data.map(({ display_name }: { display_name: string }) => display_name)).toEqual([
      "Pia",
      "Ada",
    ]);
  });

  test("a subscription the bot asks for is pending, challenged, enabled, listed and removed", async () => {
    await using stage = await setStage(echoChallenge);
    const { simulators, edge } = stage;
    const call = helix(simulators, simulators.twitch.issueAppToken());
    const wanted = {
      type: "channel.chat.message",
      version: "1",
      condition: { broadcaster_user_id: "710000001", user_id: "710000099" },
      transport: {
        method: "webhook",
        callback: "https://bot.example/webhooks/twitch",
        secret: "a-secret-of-its-own",
      },
    };
    const created = await call("POST", "/eventsub/subscriptions", wanted);
    const { data } = JSON.parse(await created.text());
    expect([created.status, data[0].status]).toEqual([202, "webhook_callback_verification_pending"]);
    await simulators.idle();
    const listed = JSON.parse(await (await call("GET", "/eventsub/subscriptions?status=enabled")).text());
    expect(listed.data).toMatchObject([{ id: data[0].id, status: "enabled" }]);
    expect((await call("POST", "/eventsub/subscriptions", wanted)).status).toBe(409);

    await call("POST", "/chat/messages", aMessage("I hear myself"));
    await simulators.idle();
    const echo = JSON.parse(edge.requests.at(-1)?.body ?? "");
    expect(echo.event).toMatchObject({ chatter_user_id: "710000099", message: { text: "I hear myself" } });

    expect((await call("DELETE", `/eventsub/subscriptions?id=${data[0].id}`)).status).toBe(204);
    expect((await call("DELETE", `/eventsub/subscriptions?id=${data[0].id}`)).status).toBe(404);
  });
});

test("refreshing rotates: the old refresh token is worthless, an expired access token is not valid", async () => {
  await using stage = await setStage();
  const { url, secrets, twitch } = stage.simulators;
  const { clientId, clientSecret, refreshToken, accessToken } = secrets.twitch;
  const post = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
    const response = await fetch(`${url}/twitch/oauth2/token`, { method: "POST", body });
    return { status: response.status, ...JSON.parse(await response.text()) };
  };
  const validate = async (token: string) =>
    (await fetch(`${url}/twitch/oauth2/validate`, { headers: { authorization: `OAuth ${token}` } })).status;

  twitch.expireTokens();
  expect(await validate(accessToken)).toBe(401);
  const pair = await post({ grant_type: "refresh_token", refresh_token: refreshToken });
  expect(await validate(pair.access_token)).toBe(200);
  expect(await post({ grant_type: "refresh_token", refresh_token: refreshToken })).toEqual({
    status: 400,
    message: "Invalid refresh token",
  });
  expect(await post({ grant_type: "refresh_token", refresh_token: pair.refresh_token })).toMatchObject({
    status: 200,
  });
  const app = await post({ grant_type: "client_credentials" });
  expect(await validate(app.access_token)).toBe(200);
  expect(await post({ grant_type: "client_credentials", client_secret: "guess" })).toMatchObject({
    status: 403,
  });
});
