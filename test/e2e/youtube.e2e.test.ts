import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLog } from "#db/schema/access";
import { platformEvents } from "#db/schema/receivers";
import { callbackAddress } from "#platforms/youtube/callback-address";
import { topicOf } from "#platforms/youtube/live-chat";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";
import { eventually } from "#test/e2e/stack";
import { channel, communityId, entityId, startYouTube, type YouTubeHouse } from "#test/e2e/youtube-stack";
import { killWorkerd } from "#test/faults/fault-stack";
import { makeUserToken } from "#workers/api/access/user-token";

const callback = "http://bot.example/webhooks/youtube";
let house: YouTubeHouse;

beforeAll(async () => {
  house = await startYouTube();
});

afterAll(async () => house?.close());

async function typesSeen(): Promise<string[]> {
  const rows = await house.database.db
    .select({ type: platformEvents.type })
    .from(platformEvents)
    .where(eq(platformEvents.entityId, entityId));
  return rows.map(({ type }) => type);
}

const callbackOf = (channelId: string) =>
  callbackAddress(callback, channelId, house.stack.secrets.simulators.youtube.websubSecret);

test("YTL-1 the hub's question is confirmed for a watched channel and answered with 404 for another", async () => {
  const { hub } = house.youtube;
  const ours = await callbackOf(channel);
  expect((await hub.ask(ours, topicOf(channel))).status).toBe(404);
  await house.follow();
  const asked = await eventually(
    () => hub.subscribers(),
    (topics) => topics.length > 0,
  );
  expect(asked).toEqual([topicOf(channel)]);
  const again = await hub.ask(ours, topicOf(channel));
  expect(again).toMatchObject({ status: 200, body: again.challenge });
  const other = youtubeChannelOf("bob");
  expect((await hub.ask(await callbackOf(other), topicOf(other))).status).toBe(404);
  expect((await hub.ask(ours, topicOf(other))).status).toBe(404);
  expect((await hub.ask(ours, topicOf(channel), "unsubscribe")).status).toBe(404);
  expect((await hub.ask(ours.replace("youtube", "twitch"), topicOf(channel))).status).toBe(404);
  expect((await hub.ask(callback, topicOf(channel))).status).toBe(404);
});

test("YTL-2 YTL-3 a live broadcast is pushed to us, and its words, money and members are events", {
  timeout: 40_000,
}, async () => {
  const { youtube } = house;
  await youtube.goLive(channel);
  youtube.say("ada", channel, "!ping");
  youtube.superChat("bob", channel, 5_000_000, "EUR");
  youtube.becomeMember("zoe", channel);
  const replies = await eventually(
    () => house.said(),
    (texts) => texts.length > 0,
  );
  expect(replies[0]).toMatch(/pong/i);
  const types = await eventually(
    () => typesSeen(),
    (seen) => seen.length >= 3,
    25_000,
  );
  expect(types.sort()).toEqual(expect.arrayContaining(["donation", "stream_online", "subscription"]));
});

test("YTL-2 the owner sees what is live, how it is read, and what is left of the quota", async () => {
  expect(await house.api(`/broadcasts/${channel}`)).toMatchObject({
    status: 200,
    body: { data: { is_live: true, title: "Live!", last_read_at: expect.any(String), problem: null } },
  });
  expect(house.youtube.calls).toEqual({ pages: 0, streams: 1 });
  const quota = await house.api("/youtube/quota");
  expect(quota).toMatchObject({ status: 200, body: { data: { limit: 1_000_000, chats_being_read: 1 } } });
  expect((await house.api(`/broadcasts/${youtubeChannelOf("bob")}`)).status).toBe(404);
});

test("a channel is watched, listed and left over REST; another community's is not found, nonsense is named", async () => {
  const json = { community_id: communityId, channel_id: youtubeChannelOf("zoe") };
  expect(await house.api("/channels/register", "POST", json)).toMatchObject({
    status: 201,
    body: { data: { channel: { is_active: true, followed_until: null } } },
  });
  const other = { ...json, community_id: 1, channel_id: channel };
  expect((await house.api("/channels/register", "POST", other)).status).toBe(409);
  const list = await house.api(`/channels?community_id=${communityId}`);
  expect(list).toMatchObject({ body: { data: { count: 2, channels: [{ channel_id: channel }, {}] } } });
  expect((await house.api(`/channels/${json.channel_id}`, "DELETE")).status).toBe(200);
  expect((await house.api(`/channels/${json.channel_id}`, "DELETE")).status).toBe(404);
  const wrong = await house.api("/channels/register", "POST", { ...json, channel_id: "@pia" });
  expect(wrong).toMatchObject({ status: 400, body: { error: { details: [{ field: "channel_id" }] } } });
});

test("threat 4: a channel nobody watches yet is still its owner's: a moderator without proof is refused, with it not", async () => {
  const { db } = house.database;
  const channelId = youtubeChannelOf("ada");
  const { rows } = await db.execute(
    sql`INSERT INTO hub_users (username, display_name) VALUES ('mia', 'Mia') RETURNING id::text`,
  );
  const userId = String(rows[0]?.["id"]);
  await db.execute(sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    VALUES (${Number(userId)}, 'twitch', 'mia', 'mia')`);
  await db.execute(
    sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (${communityId}, 'twitch:mia', 'moderator')`,
  );
  const person = { userId, username: "mia", email: "mia@example.org", roles: [] };
  const token = await makeUserToken(person, house.stack.secrets.jwtSecret);
  const register = async () => {
    const response = await fetch(new URL("/api/v1/channels/register", house.stack.url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ community_id: communityId, channel_id: channelId }),
    });
    return { status: response.status, text: await response.text() };
  };
  const refused = await register();
  expect(refused.status).toBe(403);
  expect(refused.text).toContain("link the account it belongs to");
  const known = await db.execute(sql`SELECT 1 FROM servers WHERE server_id = ${channelId}`);
  expect(known.rows).toEqual([]);
  await db.execute(sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    VALUES (${Number(userId)}, 'youtube', ${channelId}, 'Mia')`);
  expect((await register()).status).toBe(201);
});

test("an action is done in the chat and noted; one that does not exist, or elsewhere, is refused", async () => {
  const { youtube } = house;
  const messageId = youtube.say("bob", channel, "something rude");
  const order = { entity_id: entityId, action: "delete_message", params: { messageId } };
  expect(await house.api("/actions/execute", "POST", order)).toMatchObject({
    status: 200,
    body: { data: { done: true } },
  });
  expect(youtube.deeds.at(-1)).toEqual({ call: `DELETE message ${messageId}`, body: null });
  const notes = await house.database.db
    .select({ actor: auditLog.actor })
    .from(auditLog)
    .where(eq(auditLog.action, "platform.delete_message"));
  expect(notes).toHaveLength(1);
  const bad = { ...order, params: { messageId: "a b" } };
  expect(await house.api("/actions/execute", "POST", bad)).toMatchObject({
    body: {
      data: { done: false, error: { code: "bad_request", message: expect.stringContaining("messageId") } },
    },
  });
  const outcomes = await house.api("/actions/batch", "POST", { actions: [{ ...order, action: "fly" }] });
  expect(outcomes).toMatchObject({ body: { data: { outcomes: [{ error: { code: "not_found" } }] } } });
  const elsewhere = { ...order, entity_id: "youtube:UCnobody" };
  expect((await house.api("/actions/execute", "POST", elsewhere)).status).toBe(404);
  expect((await house.api("/actions/execute", "POST", { ...order, params: 7 })).status).toBe(400);
});

test("YTL-4 after a restart reading goes on behind the kept page, and nothing is said twice", {
  timeout: 60_000,
}, async () => {
  const { youtube } = house;
  const before = house.said().length;
  await killWorkerd(house.stack);
  youtube.say("ada", channel, "!ping again");
  await eventually(
    () => house.said(),
    (texts) => texts.length > before,
    25_000,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(house.said()).toHaveLength(before + 1);
});

test("YTL-5 the end of the broadcast ends the reading", { timeout: 30_000 }, async () => {
  const { youtube } = house;
  youtube.endLive(channel);
  await eventually(
    () => typesSeen(),
    (types) => types.includes("stream_offline"),
    25_000,
  );
  const spent = youtube.quota.used;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(youtube.quota.used).toBe(spent);
});
