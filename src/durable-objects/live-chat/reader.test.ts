import { expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import type { ChatPage, QuotaState } from "#contracts/live-chat";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { type ReaderDeps, type ReaderState, readOn } from "#durable-objects/live-chat/reader";
import { aChatEvent } from "#test/fakes/events";

const now = 1_800_000_000_000;
const quota: QuotaState = { limit: 10_000, used: 0, resetsAt: now, spacingMs: 4000, readers: 1 };
const broadcast = { broadcastId: "vid00000001", chatId: "chat-1", title: "Live!", startedAt: now - 5000 };
const start: ReaderState = {
  platform: "youtube",
  entityId: "youtube:UC1",
  channelId: "UC1",
  noticed: ["vid00000001"],
  broadcast: null,
  pageToken: "",
  failures: 0,
  problem: null,
  lastPageAt: null,
};

function stage(answers: { find?: Outcome<typeof broadcast | null>; page?: Outcome<Partial<ChatPage>> } = {}) {
  const accepted: PlatformEvent[][] = [];
  const positions: string[] = [];
  const deps: ReaderDeps = {
    now: () => now,
    async find() {
      const { find = succeed(broadcast) } = answers;
      return find.ok ? succeed({ broadcast: find.value, quota }) : find;
    },
    async readPage(_platform, { pageToken }) {
      positions.push(pageToken);
      const { page = succeed({}) } = answers;
      const usual = { events: [], nextPageToken: "t1", waitMs: 5000, isOver: false };
      return page.ok ? succeed({ page: { ...usual, ...page.value }, quota }) : page;
    },
    async accept(_entityId, events) {
      accepted.push(events);
    },
  };
  return { deps, accepted, positions };
}
const live: ReaderState = { ...start, noticed: [], broadcast };
const line = (id: string, occurredAt = now) => aChatEvent({ id: `youtube:${id}`, occurredAt });

test("YTL-2 a live broadcast is told once, under an id that a repeated step repeats, and reading begins", async () => {
  const { deps, accepted } = stage();
  const first = await readOn(start, deps);
  expect(first).toMatchObject({ state: { broadcast, noticed: [] }, waitMs: 0 });
  await readOn(start, deps);
  expect(accepted.map(([event]) => [event?.type, event?.id])).toEqual([
    ["stream_online", "youtube:vid00000001:stream_online"],
    ["stream_online", "youtube:vid00000001:stream_online"],
  ]);
});

test("a video that is not live is looked at a few times more and then forgotten", async () => {
  const { deps, accepted } = stage({ find: succeed(null) });
  let step = await readOn(start, deps);
  for (let look = 1; look < 5; look++) {
    expect(step.waitMs).toBe(60_000);
    step = await readOn(step.state, deps);
  }
  expect(step).toMatchObject({ state: { noticed: [], broadcast: null }, waitMs: null });
  expect(accepted).toEqual([]);
});

test("YTL-4 reading goes on behind the kept page, and the token is kept only after the events are", async () => {
  const { deps, accepted, positions } = stage({
    page: succeed({ events: [line("a")], nextPageToken: "t2" }),
  });
  const step = await readOn({ ...live, pageToken: "t1" }, deps);
  expect(positions).toEqual(["t1"]);
  expect(step.state.pageToken).toBe("t2");
  expect(accepted.flat().map(({ id }) => id)).toEqual(["youtube:a"]);
  const failing = { ...deps, accept: () => Promise.reject(new Error("away")) };
  await expect(readOn({ ...live, pageToken: "t1" }, failing)).rejects.toThrow("away");
});

test("what was said before the bot came is not answered", async () => {
  const events = [line("old", now - 60_000), line("new", now - 1000)];
  const { deps, accepted } = stage({ page: succeed({ events }) });
  await readOn(live, deps);
  expect(accepted.flat().map(({ id }) => id)).toEqual(["youtube:new"]);
});

test("the longer of what YouTube wants and what the quota allows is waited", async () => {
  expect((await readOn(live, stage().deps)).waitMs).toBe(5000);
  expect((await readOn(live, stage({ page: succeed({ waitMs: 1000 }) }).deps)).waitMs).toBe(4000);
});

test("YTL-5 the end of the broadcast is told behind the last words, and reading ends", async () => {
  const { deps, accepted } = stage({ page: succeed({ events: [line("bye")], isOver: true }) });
  const step = await readOn({ ...live, pageToken: "t9" }, deps);
  expect(step).toMatchObject({ state: { broadcast: null, pageToken: "" }, waitMs: null });
  expect(accepted.flat().map(({ type }) => type)).toEqual(["chatMessage", "stream_offline"]);
});

test("trouble is shown, waited out with growing pauses, and never ends the reading", async () => {
  const { deps } = stage({ page: refuse("unavailable", { message: "YouTube could not be reached." }) });
  let step = await readOn(live, deps);
  const waits = [step.waitMs];
  for (let failure = 0; failure < 9; failure++) {
    step = await readOn(step.state, deps);
    waits.push(step.waitMs);
  }
  expect(waits.slice(0, 3)).toEqual([2000, 4000, 8000]);
  expect(waits.at(-1)).toBe(300_000);
  expect(step.state).toMatchObject({ broadcast, problem: "YouTube could not be reached." });
  const paused = await readOn(live, stage({ page: refuse("rate_limited", { retryAfterMs: 90_000 }) }).deps);
  expect(paused.waitMs).toBe(90_000);
});
