import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { type FeedFrame, type FeedNote, feedFrame, socketClose } from "#contracts/feed";
import { until } from "#test/fakes/gateway-socket.workerd";
import { openPage } from "#test/fakes/page-socket.workerd";
import { feedWorld } from "#test/fakes/test-worker.workerd";

let communities = 100;
let notes = 0;

function aFeed() {
  const communityId = ++communities;
  return { communityId, feed: env.FEED.get(env.FEED.idFromName(String(communityId))) };
}

function aNote(facts: Partial<Extract<FeedNote, { kind: "event" }>> = {}): FeedNote {
  const id = `in twitch:${++notes}`;
  const user = { id: "7", name: "Pingu" };
  const base = {
    kind: "event",
    id,
    eventId: id,
    at: notes,
    entityId: "twitch:1",
    platform: "twitch",
  } as const;
  return { ...base, type: "chatMessage", user, text: "hello", ...facts };
}

const look = ({ communityId, feed }: ReturnType<typeof aFeed>) =>
  openPage(feed, { communityId: String(communityId), community: "Demo" }, (frame) => feedFrame.parse(frame));
const shownIn = (heard: readonly FeedFrame[]) =>
  heard.flatMap((frame) => (frame.type === "notes" ? frame.notes.map(({ id }) => id) : []));
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => aNote({ id: `n${from + index}` }));

beforeEach(() => {
  feedWorld.asked = [];
  feedWorld.recent = [];
});

test("while nobody looks on, a channel is told so and nothing is kept", async () => {
  const { feed } = aFeed();
  expect(await feed.note([aNote()], 0)).toBe(false);
  await runInDurableObject(feed, async (_, state) => {
    expect(await state.storage.list()).toEqual(new Map());
    expect(await state.storage.getAlarm()).toBeNull();
  });
});

test("the first who looks on makes every channel report and sees what they remember; the second asks nobody", async () => {
  const place = aFeed();
  feedWorld.recent = [aNote({ entityId: `slack:${place.communityId}`, id: "remembered" })];
  const first = await look(place);
  await first.hears((frame) => frame.type === "notes");
  expect(first.heard[0]).toMatchObject({ type: "hello", community: "Demo", renewAfterMs: 45_000 });
  expect(shownIn(first.heard)).toEqual(["remembered"]);
  const second = await look(place);
  await second.hears((frame) => frame.type === "notes");
  expect(shownIn(second.heard)).toEqual(["remembered"]);
  const { communityId: id } = place;
  expect(feedWorld.asked.map(({ entityId }) => entityId)).toEqual([`twitch:${id}`, `slack:${id}`]);
});

test("the lease is renewed while somebody looks on, and runs out when nobody does", async () => {
  const place = aFeed();
  const page = await look(place);
  await until(() => feedWorld.asked.length === 2);
  expect(await runDurableObjectAlarm(place.feed)).toBe(true);
  await until(() => feedWorld.asked.length === 4);
  page.close();
  await until(async () => (await place.feed.note([], 0)) === false);
  await runDurableObjectAlarm(place.feed);
  expect(feedWorld.asked).toHaveLength(4);
});

test("notes come in frames of at most 100, four a second, and what was left out is counted", async () => {
  const place = aFeed();
  const page = await look(place);
  for (let batch = 0; batch < 5; batch++)
    expect(await place.feed.note(numbered(batch * 50, 50), 0)).toBe(true);
  await page.hears((frame) => frame.type === "notes" && frame.dropped > 0);
  const frames = page.heard.filter((frame) => frame.type === "notes");
  const shown = frames.reduce((sum, frame) => sum + frame.notes.length, 0);
  const dropped = frames.reduce((sum, frame) => sum + frame.dropped, 0);
  expect(frames.every((frame) => frame.notes.length <= 100)).toBe(true);
  expect(shown + dropped).toBe(250);
});

test("a filter by channel, kind, type and name holds on the server", async () => {
  const place = aFeed();
  const page = await look(place);
  page.say({
    type: "filter",
    filter: { entityId: "twitch:1", kinds: ["event"], types: ["follow"], user: "PING" },
  });
  await page.hears((frame) => frame.type === "notes");
  await place.feed.note(
    [
      aNote({ id: "wanted", type: "follow" }),
      aNote({ id: "type" }),
      aNote({ id: "channel", type: "follow", entityId: "twitch:2" }),
      aNote({ id: "name", type: "follow", user: { id: "8", name: "Robby" } }),
      {
        kind: "effect",
        id: "kind",
        at: 1,
        entityId: "twitch:1",
        eventId: "e",
        effect: "chat",
        state: "sent",
        text: "",
        problem: null,
      },
    ],
    0,
  );
  await page.hears((frame) => frame.type === "notes" && frame.notes.length > 0);
  expect(shownIn(page.heard)).toEqual(["wanted"]);
});

test("a socket whose minute is over hears nothing more and is told to ask again", async () => {
  const place = aFeed();
  const page = await look(place);
  await page.hears((frame) => frame.type === "hello");
  await runInDurableObject(place.feed, (_, state) => {
    for (const socket of state.getWebSockets())
      socket.serializeAttachment({ id: "one", until: Date.now() - 1, filter: {} });
  });
  await place.feed.note([aNote({ id: "secret" })], 0);
  expect(await page.closed).toBe(socketClose.renew);
  expect(shownIn(page.heard)).toEqual([]);
});

test("what is no message of the page, and too many of them, close the socket", async () => {
  const place = aFeed();
  const wrong = await look(place);
  wrong.say('{"type":"show"}');
  expect(await wrong.closed).toBe(socketClose.badMessage);
  const loud = await look(place);
  for (let n = 0; n < 25; n++) loud.say({ type: "filter", filter: {} });
  expect(await loud.closed).toBe(socketClose.tooMany);
});

test("the fifty-first page of a community is refused", async () => {
  const place = aFeed();
  for (let n = 0; n < 50; n++) await look(place);
  await expect(look(place)).rejects.toThrow("429");
});
