import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { makeEntityId } from "#contracts/ids";
import { auditLog } from "#db/schema/access";
import { platformEvents } from "#db/schema/receivers";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { callbackAddress } from "#platforms/youtube/callback-address";
import { topicOf } from "#platforms/youtube/live-chat";
import { youtubeChannelOf } from "#simulators/youtube/simulator";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { killWorkerd } from "#test/faults/fault-stack";

const channel = youtubeChannelOf("pia");
const entityId = makeEntityId({ platform: "youtube", server: channel });
const callback = "http://bot.example/webhooks/youtube";
/** The demo community's. */
const communityId = 2;
let database: TestDatabase;
let stack: Stack;
let folder: string;

const start = () =>
  startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    persistTo: folder,
    channels: [{ entityId, channelName: "pia_live", viewers: [] }],
    vars: { "waddlebot-sender": { YOUTUBE_DAILY_QUOTA: "1000000" } },
    simulators: { youtube: { pollingMs: 50, quota: 1_000_000 } },
  });

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "waddlebot-youtube-"));
  stack = await start();
});

afterAll(async () => {
  await stack?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

const follow = () => stack.workers.runScheduled("waddlebot-edge", new Date(Date.UTC(2026, 4, 20, 12, 0)));
const said = () => stack.simulators.youtube.messages().map(({ text }) => text);

async function api(path: string, method = "GET", json?: unknown) {
  const response = await fetch(new URL(`/api/v1${path}`, stack.url), {
    method,
    headers: { "x-api-key": stack.secrets.serviceApiKey, "content-type": "application/json" },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  return { status: response.status, body: z.looseObject({}).parse(await response.json()) };
}

async function typesSeen(): Promise<string[]> {
  const rows = await database.db
    .select({ type: platformEvents.type })
    .from(platformEvents)
    .where(eq(platformEvents.entityId, entityId));
  return rows.map(({ type }) => type);
}

const callbackOf = (channelId: string) =>
  callbackAddress(callback, channelId, stack.secrets.simulators.youtube.websubSecret);

test("YTL-1 the hub's question is confirmed for a watched channel and answered with 404 for another", async () => {
  const { hub } = stack.simulators.youtube;
  const ours = await callbackOf(channel);
  expect((await hub.ask(ours, topicOf(channel))).status).toBe(404);
  await follow();
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
  const { youtube } = stack.simulators;
  await youtube.goLive(channel);
  youtube.say("ada", channel, "!ping");
  youtube.superChat("bob", channel, 5_000_000, "EUR");
  youtube.becomeMember("zoe", channel);
  const replies = await eventually(
    () => said(),
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
  expect(await api(`/broadcasts/${channel}`)).toMatchObject({
    status: 200,
    body: { data: { is_live: true, title: "Live!", last_read_at: expect.any(String), problem: null } },
  });
  expect(stack.simulators.youtube.calls).toEqual({ pages: 0, streams: 1 });
  const quota = await api("/youtube/quota");
  expect(quota).toMatchObject({ status: 200, body: { data: { limit: 1_000_000, chats_being_read: 1 } } });
  expect((await api(`/broadcasts/${youtubeChannelOf("bob")}`)).status).toBe(404);
});

test("a channel is watched, listed and left over REST; another community's is not found, nonsense is named", async () => {
  const json = { community_id: communityId, channel_id: youtubeChannelOf("zoe") };
  expect(await api("/channels/register", "POST", json)).toMatchObject({
    status: 201,
    body: { data: { channel: { is_active: true, followed_until: null } } },
  });
  const other = { ...json, community_id: 1, channel_id: channel };
  expect((await api("/channels/register", "POST", other)).status).toBe(409);
  const list = await api(`/channels?community_id=${communityId}`);
  expect(list).toMatchObject({ body: { data: { count: 2, channels: [{ channel_id: channel }, {}] } } });
  expect((await api(`/channels/${json.channel_id}`, "DELETE")).status).toBe(200);
  expect((await api(`/channels/${json.channel_id}`, "DELETE")).status).toBe(404);
  const wrong = await api("/channels/register", "POST", { ...json, channel_id: "@pia" });
  expect(wrong).toMatchObject({ status: 400, body: { error: { details: [{ field: "channel_id" }] } } });
});

test("an action is done in the chat and noted; one that does not exist, or elsewhere, is refused", async () => {
  const { youtube } = stack.simulators;
  const messageId = youtube.say("bob", channel, "something rude");
  const order = { entity_id: entityId, action: "delete_message", params: { messageId } };
  expect(await api("/actions/execute", "POST", order)).toMatchObject({
    status: 200,
    body: { data: { done: true } },
  });
  expect(youtube.deeds.at(-1)).toEqual({ call: `DELETE message ${messageId}`, body: null });
  const notes = await database.db
    .select({ actor: auditLog.actor })
    .from(auditLog)
    .where(eq(auditLog.action, "platform.delete_message"));
  expect(notes).toHaveLength(1);
  const bad = { ...order, params: { messageId: "a b" } };
  expect(await api("/actions/execute", "POST", bad)).toMatchObject({
    body: {
      data: { done: false, error: { code: "bad_request", message: expect.stringContaining("messageId") } },
    },
  });
  const outcomes = await api("/actions/batch", "POST", { actions: [{ ...order, action: "fly" }] });
  expect(outcomes).toMatchObject({ body: { data: { outcomes: [{ error: { code: "not_found" } }] } } });
  const elsewhere = { ...order, entity_id: "youtube:UCnobody" };
  expect((await api("/actions/execute", "POST", elsewhere)).status).toBe(404);
  expect((await api("/actions/execute", "POST", { ...order, params: 7 })).status).toBe(400);
});

test("YTL-4 after a restart reading goes on behind the kept page, and nothing is said twice", {
  timeout: 60_000,
}, async () => {
  const { youtube } = stack.simulators;
  const before = said().length;
  await killWorkerd(stack);
  youtube.say("ada", channel, "!ping again");
  await eventually(
    () => said(),
    (texts) => texts.length > before,
    25_000,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(said()).toHaveLength(before + 1);
});

test("YTL-5 the end of the broadcast ends the reading", { timeout: 30_000 }, async () => {
  const { youtube } = stack.simulators;
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
