import { createHmac } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoIds, kickChannel, kickIdOf } from "#simulators/demo";
import { signKick } from "#simulators/kick/sign";
import { requireViewer } from "#simulators/viewers";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { Browser, callApi } from "#workers/api/connections/testing";

const open = async (vars: Record<string, string> = {}) => {
  const database = await openTestDatabase();
  const stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    channels: [kickChannel],
    vars: { "waddlebot-edge": vars },
  });
  return { database, stack };
};
const ada = requireViewer("ada");

/** The older form, as a relay signs it. */
function relayed(stack: Stack, secret: string, content: string) {
  const body = JSON.stringify({
    type: "ChatMessage",
    id: `relay-${content}`,
    channel_id: 1,
    broadcaster_user_id: Number(demoIds.kickBroadcasterId),
    sender: { id: Number(kickIdOf(ada)), username: ada.name },
    content,
  });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return fetch(new URL("/webhook/kick", stack.url), {
    method: "POST",
    headers: { "content-type": "application/json", "x-kick-signature": signature },
    body,
  });
}

async function handled(database: TestDatabase) {
  const { rows } = await database.db.execute(sql`
    SELECT sum(messages)::int AS messages FROM community_activity WHERE user_key = ${`kick:${kickIdOf(ada)}`}`);
  return rows[0]?.["messages"];
}

describe("a relay's secret", () => {
  let house: Awaited<ReturnType<typeof open>>;
  const secret = "a relay's secret of this test";
  beforeAll(async () => {
    house = await open({ KICK_WEBHOOK_SECRET: secret });
  });
  afterAll(async () => {
    await house.stack.close();
    await house.database.close();
  });

  test("FUT-2 POST /webhook/kick: a bad signature is 401, a good ChatMessage is a chatMessage of kick", async () => {
    const { stack, database } = house;
    expect((await relayed(stack, "another secret", "!ping")).status).toBe(401);
    expect((await relayed(stack, secret, "!ping")).status).toBe(200);
    const [answer] = await eventually(
      () => stack.simulators.kick.messages(),
      (all) => all.length > 0,
    );
    expect(answer).toMatchObject({ entityId: kickChannel.entityId });
    const key = stack.secrets.serviceApiKey;
    const path = `/api/v1/router/executions?entity_id=${kickChannel.entityId}`;
    const response = await fetch(new URL(path, stack.url), { headers: { "x-api-key": key } });
    expect(JSON.stringify(await response.json())).toContain("kick:relay-!ping");
    await eventually(
      () => handled(database),
      (messages) => messages === 1,
      20_000,
    );
  });
});

describe("Kick itself", () => {
  let house: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    house = await open();
  });
  afterEach(() => house.stack.simulators.faults.clear());
  afterAll(async () => {
    await house.stack.close();
    await house.database.close();
  });

  const say = (text: string, viewer = "ada") => house.stack.simulators.kick.sendChat({ viewer, text });
  /** What the bot answered to an event; who said it is in the transcript. */
  const answerTo = async (eventId: string) => {
    const found = await eventually(
      () => house.stack.simulators.transcript().filter(({ inReplyTo }) => inReplyTo === eventId),
      (lines) => lines.length > 0,
    );
    return found.map(({ author, text }) => ({ by: author.name, text }));
  };

  test("FUT-2 POST /webhook/kick with the secret unset is 401, and so is what another key signed", async () => {
    const { stack } = house;
    expect((await relayed(stack, "", "!ping")).status).toBe(401);
    const body = "{}";
    const [id, timestamp] = ["m-1", new Date().toISOString()];
    const { kick } = stack.secrets.simulators;
    const signed = (text: string) => signKick(kick.privateKeyPem, { id, timestamp, body: text });
    const post = (signature: string) =>
      fetch(new URL("/webhook/kick", stack.url), {
        method: "POST",
        headers: {
          "kick-event-message-id": id,
          "kick-event-message-timestamp": timestamp,
          "kick-event-type": "chat.message.sent",
          "kick-event-version": "1",
          "kick-event-signature": signature,
        },
        body,
      });
    expect((await post(signed("{ }"))).status).toBe(401);
    expect((await post(signed(body))).status).toBe(200);
  });

  test("a quote is added and read in chat, in answer to who asked, and the bot does not hear itself", async () => {
    const added = await say('!quote add "fish are friends" Pia', "mo");
    expect(added).toMatchObject({ status: "delivered", httpStatus: 200 });
    await answerTo(added.eventId);
    const asked = await say("!quote 1");
    expect(await answerTo(asked.eventId)).toMatchObject([
      { by: "WaddleBot", text: expect.stringContaining("fish are friends") },
    ]);
    await house.stack.simulators.idle();
    const { rows } = await house.database.db.execute(sql`
      SELECT 1 FROM community_activity WHERE user_key = ${`kick:${demoIds.kickBotUserId}`}`);
    expect(rows).toEqual([]);
  });

  test("an account that was connected speaks from then on, over the death of its token, until its permission is withdrawn", async () => {
    const { stack } = house;
    const zoe = kickIdOf(requireViewer("zoe"));
    stack.simulators.kick.consentAs({ account: zoe });
    const browser = new Browser(stack.url);
    const key = stack.secrets.serviceApiKey;
    const page = await browser.visit(await browser.consent((await browser.start({}, key)).url));
    expect(page.status).toBe(200);
    expect(await answerTo((await say("!ping")).eventId)).toMatchObject([{ by: "Zoë" }]);
    stack.simulators.kick.expireTokens();
    expect(await answerTo((await say("!ping", "bob")).eventId)).toMatchObject([{ by: "Zoë" }]);
    // The permission is withdrawn: the fixed account takes over, and the owner is told.
    stack.simulators.kick.revokeAccount(zoe);
    expect(await answerTo((await say("!ping", "pia")).eventId)).toMatchObject([{ by: "WaddleBot" }]);
    await eventually(
      async () => {
        const { rows } = await house.database.db.execute(sql`SELECT status FROM oauth_tokens`);
        return rows[0]?.["status"];
      },
      (status) => status === "reauth_required",
    );
  });

  test("the bot bans with its own right; the title is changed with the owner's alone, once it was given", async () => {
    const { stack } = house;
    const key = stack.secrets.serviceApiKey;
    const act = async (action: string, params: object) => {
      const json = { entity_id: kickChannel.entityId, action, params };
      return (await callApi(stack.url, "/api/v1/actions/execute", { method: "POST", key, json })).body;
    };
    const retitle = () => act("update_channel", { title: "Waddle on" });
    const missing = {
      done: false,
      error: { code: "forbidden", message: expect.stringContaining("not connected") },
    };
    expect(await retitle()).toMatchObject({ data: missing });
    const pia = kickIdOf(requireViewer("pia"));
    stack.simulators.kick.consentAs({ account: pia });
    const browser = new Browser(stack.url);
    await browser.visit(await browser.consent((await browser.start({ role: "owner" }, key)).url));
    expect(await retitle()).toMatchObject({ data: { done: true } });
    expect(await act("timeout", { userId: kickIdOf(ada), seconds: 90 })).toMatchObject({
      data: { done: true },
    });
    const [broadcaster_user_id, user_id] = [Number(pia), Number(kickIdOf(ada))];
    expect(stack.simulators.kick.deeds()).toEqual([
      { what: "channel", by: pia, facts: { stream_title: "Waddle on" } },
      { what: "ban", by: demoIds.kickBotUserId, facts: { broadcaster_user_id, user_id, duration: 2 } },
    ]);
  });

  test("the application asks for a channel's events with its own token", async () => {
    const { stack } = house;
    const json = { entity_id: kickChannel.entityId, action: "subscribe_events" };
    const call = { method: "POST", key: stack.secrets.serviceApiKey, json };
    const { body } = await callApi(stack.url, "/api/v1/actions/execute", call);
    expect(body).toMatchObject({ data: { done: true, result: { subscribed: 7, failed: "" } } });
    expect(stack.simulators.kick.deeds().at(-1)).toMatchObject({
      what: "subscribe",
      by: "",
      facts: {
        channel: Number(demoIds.kickBroadcasterId),
        names: expect.arrayContaining(["chat.message.sent"]),
      },
    });
  });

  test("a pause that Kick asks for is kept, and the answer comes after it", async () => {
    house.stack.simulators.faults.set({ platform: "kick", kind: "429", ms: 1500 });
    const sent = await say("!ping", "mo");
    expect(await answerTo(sent.eventId)).toHaveLength(1);
  });

  test("T16 before a dying token ends, chat is told once through it, and the hub shows it", async () => {
    const { stack } = house;
    const { kick } = stack.simulators;
    kick.setTokenLife(45);
    kick.consentAs({ account: demoIds.kickBotUserId });
    const browser = new Browser(stack.url);
    const begun = await browser.start({}, stack.secrets.serviceApiKey);
    await browser.visit(await browser.consent(begun.url));
    kick.setTokenLife(7200);
    kick.withdrawRefresh(demoIds.kickBotUserId);
    const shown = async () =>
      JSON.stringify(
        await callApi(stack.url, "/api/v1/communities/2/connections", { key: stack.secrets.serviceApiKey }),
      );
    const notices = () =>
      stack.simulators
        .transcript()
        .filter(({ text }) => /WaddleBot on kick.+connect it again/.test(text))
        .map(({ entityId, text }) => ({ entityId, text }));
    // The vault wakes at half of a short life, and the old token still speaks.
    const isDying = new RegExp(`"account_id":"${demoIds.kickBotUserId}"[^}]*"status":"reauth_required"`);
    await eventually(shown, (text) => isDying.test(text), 60_000);
    const runs = [1, 2].map(() => stack.workers.runScheduled("waddlebot-edge", new Date()));
    await Promise.all(runs);
    await eventually(notices, (all) => all.length > 0, 20_000);
    await stack.workers.runScheduled("waddlebot-edge", new Date());
    expect(notices()).toEqual([
      {
        entityId: kickChannel.entityId,
        text: expect.stringMatching(/^The bot's account WaddleBot on kick loses its.+\/connections/),
      },
    ]);
  }, 120_000);
});
