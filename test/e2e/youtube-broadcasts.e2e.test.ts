import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { auditLog } from "#db/schema/access";
import { youtubeChannelOf } from "#simulators/youtube/channel-of";
import { eventually } from "#test/e2e/stack";
import { channel, communityId, entityId, startYouTube, type YouTubeHouse } from "#test/e2e/youtube-stack";

let house: YouTubeHouse;

beforeAll(async () => {
  house = await startYouTube();
  await house.follow();
  await eventually(
    () => house.youtube.hub.subscribers(),
    (topics) => topics.length > 0,
  );
});

afterAll(async () => house?.close());

async function isLive(): Promise<number> {
  const shown = await house.api(`/broadcasts/${channel}`);
  const broadcasts = z.object({ data: z.object({ broadcasts: z.array(z.unknown()) }) }).parse(shown.body);
  return broadcasts.data.broadcasts.length;
}

const session = z.object({ data: z.object({ execution_id: z.string(), session_id: z.string() }) });

/** Words for the channel as such: an answer, after the call, to an event that came over REST. */
async function speak(chat_message: string): Promise<number> {
  const ran = await house.api("/router/events", "POST", {
    entity_id: entityId,
    user_id: youtubeChannelOf("ada"),
    user_name: "Ada",
    message_type: "chatMessage",
    message: "!ping",
  });
  const { execution_id, session_id } = session.parse(ran.body).data;
  const answer = { execution_id, session_id, module_name: "core", success: true, response_action: "chat" };
  return (await house.api("/router/responses", "POST", { ...answer, chat_message })).status;
}

test("YTL-2 two broadcasts at once are both read, pages are asked for where streaming is refused, and a channel's own words go into the newest", {
  timeout: 90_000,
}, async () => {
  const { youtube } = house;
  const before = house.said().length;
  expect(await speak("nobody is live")).toBe(200);
  youtube.streams.set({ kind: "refused", status: 501 });
  const first = await youtube.goLive(channel, "First");
  await eventually(
    () => youtube.calls.pages,
    (pages) => pages > 0,
  );
  const second = await youtube.goLive(channel, "Second");
  await eventually(isLive, (count) => count === 2);
  expect(await house.api(`/broadcasts/${channel}`)).toMatchObject({
    body: {
      data: { title: "Second", broadcasts: [{ read_by: "stream" }, { read_by: "pages" }] },
    },
  });
  expect(house.said()).toHaveLength(before);
  youtube.say("bob", channel, "!ping in the second");
  const chats = () =>
    youtube
      .messages()
      .slice(before)
      .map(({ chatId }) => chatId);
  await eventually(chats, (all) => all.length === 1);
  expect(await speak("hello from elsewhere")).toBe(200);
  await eventually(chats, (all) => all.length === 2);
  expect(chats()).toEqual([second.chatId, second.chatId]);
  youtube.endLive(channel);
  await eventually(isLive, (count) => count === 1);
  youtube.say("bob", channel, "!ping in the first");
  await eventually(chats, (all) => all.length === 3);
  expect(chats().at(-1)).toBe(first.chatId);
  youtube.endLive(channel);
  await eventually(isLive, (count) => count === 0);
});

test("a community reads with its own key and quota; a key YouTube no longer takes is told and not used on", {
  timeout: 60_000,
}, async () => {
  const { youtube } = house;
  const path = `/communities/${communityId}/youtube`;
  const key = `AIza${"k".repeat(35)}`;
  expect((await house.api(`${path}/key`, "PUT", { key: "nonsense" })).status).toBe(400);
  expect((await house.api(`${path}/key`, "PUT", { key })).status).toBe(400);
  expect(await house.api(`${path}/quota`)).toMatchObject({
    body: { data: { key: "platform", problem: null } },
  });
  youtube.keys.set(key, { limit: 10_000, used: 0 });
  const kept = await house.api(`${path}/key`, "PUT", { key });
  expect(kept).toMatchObject({ status: 200, body: { data: { kept: true } } });
  const platformUsed = youtube.quota.used;
  await youtube.goLive(channel);
  await eventually(isLive, (count) => count === 1);
  await eventually(
    () => youtube.keys.get(key)?.used ?? 0,
    (used) => used >= 7,
  );
  expect(youtube.quota.used).toBe(platformUsed);
  expect(await house.api(`${path}/quota`)).toMatchObject({
    body: { data: { key: "own", problem: null, limit: 1_000_000, chats_being_read: 1 } },
  });
  youtube.keys.delete(key);
  await youtube.goLive(channel, "Again");
  await eventually(isLive, (count) => count === 2);
  expect(youtube.quota.used).toBeGreaterThan(platformUsed);
  const standing = await house.api(`${path}/quota`);
  expect(standing).toMatchObject({
    body: { data: { key: "platform", problem: expect.stringContaining("no longer takes") } },
  });
  const everything = JSON.stringify([
    kept,
    standing,
    await house.api(`/communities/${communityId}/connections`),
    house.stack.logs,
  ]);
  expect(everything).not.toContain(key);
  expect((await house.api(`${path}/key`, "DELETE")).status).toBe(200);
  expect((await house.api(`${path}/key`, "DELETE")).status).toBe(404);
  expect(await house.api(`${path}/quota`)).toMatchObject({
    body: { data: { key: "platform", problem: null } },
  });
  const notes = await house.database.db
    .select({ action: auditLog.action })
    .from(auditLog)
    .where(eq(auditLog.resourceType, "youtube_key"));
  expect(notes.map(({ action }) => action).sort()).toEqual(["youtube_key.delete", "youtube_key.set"]);
  expect((await house.api(`/communities/99999/youtube/quota`)).status).toBe(404);
});
