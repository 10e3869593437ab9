import { expect, test } from "vitest";
import type { ChatPage, PageTaker, StreamEnd } from "#contracts/live-chat";
import { refuse, succeed } from "#contracts/outcome";
import { look } from "#durable-objects/live-chat/look";
import { beginChat, readChat } from "#durable-objects/live-chat/reader";
import type { Chat, Notice } from "#durable-objects/live-chat/reader-state";
import {
  aBroadcast,
  aNotice,
  aPage,
  aQuota,
  aStage,
  aTarget,
  startOfTest as now,
  quotaOfTest,
} from "#durable-objects/live-chat/testing";
import { aChatEvent } from "#test/fakes/events";

const minute = 60_000;
const hour = 60 * minute;
const line = (id: string, occurredAt = now) => aChatEvent({ id: `youtube:${id}`, occurredAt });
const pushed: Chat = { ...beginChat(aBroadcast, now), pageToken: "t0" };
const asked: Chat = { ...pushed, how: "pages" };
const bounds = { save: () => true, forMs: 10 * minute };
const oneOf = (page: ChatPage) => async (take: PageTaker) => {
  await take(page);
  return succeed<StreamEnd>("ended");
};
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);

test("YTL-2 a video that is live begins a chat that is to be pushed", async () => {
  const { deps } = aStage();
  expect(await look(aTarget, aNotice, deps)).toEqual({ kind: "live", broadcast: aBroadcast });
  expect(beginChat(aBroadcast, now)).toMatchObject({ how: "stream", pageToken: "", dueAt: now });
});

test("what ended, or never was a broadcast, is not looked at again, whoever repeats the notification", async () => {
  const { deps } = aStage({ find: succeed({ state: "over" }) });
  expect(await look(aTarget, aNotice, deps)).toEqual({ kind: "settled", until: Number.MAX_SAFE_INTEGER });
});

test("a video that is not shown yet is looked at five times, and an hour later once more if somebody asks", async () => {
  const { deps } = aStage({ find: succeed({ state: "unknown" }) });
  let notice: Notice = aNotice;
  for (let count = 1; count < 5; count++) {
    const came = await look(aTarget, notice, deps);
    if (came.kind !== "again") throw new Error(came.kind);
    expect(came.notice.dueAt).toBe(now + minute);
    notice = came.notice;
  }
  expect(await look(aTarget, notice, deps)).toEqual({ kind: "settled", until: now + hour });
});

test("a broadcast planned for next week costs few units, is found at its minute, and is given up when it does not come", async () => {
  const startsAt = now + 7 * 24 * hour;
  const stage = aStage({ find: succeed({ state: "planned", startsAt }) });
  let notice: Notice = aNotice;
  const looks: number[] = [];
  for (;;) {
    const came = await look(aTarget, notice, stage.deps);
    if (came.kind !== "again") break;
    looks.push(came.notice.dueAt);
    stage.clock.now = came.notice.dueAt;
    notice = came.notice;
  }
  expect(looks.filter((at) => at < startsAt - minute).length).toBeLessThan(45);
  expect(looks.some((at) => Math.abs(at - startsAt) <= minute)).toBe(true);
  expect(looks.length).toBeLessThan(140);
  expect(stage.clock.now).toBeGreaterThan(startsAt + 6 * hour);
});

test("a look that fails is repeated with growing pauses, and says why", async () => {
  const stage = aStage({ find: refuse("rate_limited", { message: "Used up.", retryAfterMs: hour }) });
  expect(await look(aTarget, aNotice, stage.deps)).toMatchObject({
    kind: "again",
    notice: { problem: "Used up.", dueAt: now + hour, looks: 0 },
  });
});

test.each(["stream", "pages"] as const)(
  "YTL-4 by %s reading goes on behind the kept page, and the token is kept only after the events are",
  async (how) => {
    const page = { events: [line("a")], nextPageToken: "t2" };
    const order: string[] = [];
    const stage = aStage({
      page: succeed(page),
      stream: oneOf(aPage(page)),
    });
    const { deps } = stage;
    const accepting = {
      ...deps,
      accept: async (...given: Parameters<typeof deps.accept>) => {
        await deps.accept(...given);
        order.push("accepted");
      },
    };
    const save = (chat: Chat) => order.push(`kept ${chat.pageToken}`) > 0;
    const next = await readChat(aTarget, { ...pushed, how }, accepting, { ...bounds, save });
    order.push(`gave ${next.pageToken}`);
    expect(stage.asked).toEqual([`${how === "pages" ? "page" : how} t0`]);
    expect(order).toEqual(["accepted", ...(how === "stream" ? ["kept t2"] : []), "gave t2"]);
    const failing = { ...deps, accept: () => Promise.reject(new Error("away")) };
    const kept: Chat[] = [];
    const reading = readChat(aTarget, { ...pushed, how }, failing, {
      ...bounds,
      save: (chat) => kept.push(chat) > 0,
    });
    await expect(reading).rejects.toThrow("away");
    expect(kept).toEqual([]);
  },
);

test("what was said before the bot came is not answered", async () => {
  const events = [line("old", now - minute), line("new", now - 1000)];
  const { deps, accepted } = aStage({ page: succeed({ events }) });
  await readChat(aTarget, { ...asked, pageToken: "" }, deps, bounds);
  expect(ids(accepted)).toEqual(["youtube:new"]);
});

test("a token the platform no longer knows costs nothing that was said since the last page", async () => {
  const stage = aStage({ page: refuse("bad_request") });
  const lost = await readChat(aTarget, { ...asked, lastPageAt: now - minute }, stage.deps, bounds);
  expect(lost).toMatchObject({ how: "pages", pageToken: "", problem: null });
  stage.answers.page = succeed({ events: [line("before", now - 2 * minute), line("since", now - 50_000)] });
  await readChat(aTarget, lost, stage.deps, bounds);
  expect(ids(stage.accepted)).toEqual(["youtube:since"]);
});

test("the longer of what YouTube wants and what the quota allows is waited", async () => {
  expect((await readChat(aTarget, asked, aStage().deps, bounds)).dueAt).toBe(now + 5000);
  const eager = aStage({ page: succeed({ waitMs: 1000 }) });
  expect((await readChat(aTarget, asked, eager.deps, bounds)).dueAt).toBe(now + quotaOfTest.spacingMs);
});

test.each(["stream", "pages"] as const)("YTL-5 by %s the end comes behind the last words", async (how) => {
  const page = { events: [line("bye")], isOver: true };
  const stage = aStage({
    page: succeed(page),
    stream: async (take) => {
      expect(await take(aPage(page))).toBe(false);
      return succeed<StreamEnd>("ended");
    },
  });
  const next = await readChat(aTarget, { ...pushed, how }, stage.deps, bounds);
  expect(next).toMatchObject({ how: "closing", dueAt: now });
  expect(ids(stage.accepted)).toEqual(["youtube:bye"]);
});

test("where the platform does not push, pages are asked for, for this whole broadcast", async () => {
  const stage = aStage({ stream: async () => succeed("unsupported") });
  const next = await readChat(aTarget, pushed, stage.deps, bounds);
  expect(next).toMatchObject({ how: "pages", pageToken: "t0", problem: null });
  await readChat(aTarget, next, stage.deps, bounds);
  expect(stage.asked).toEqual(["stream t0", "page t0"]);
});

test("connections that end at once without a word are given up; one that brought something is not", async () => {
  const stage = aStage({ stream: async () => succeed("ended") });
  let chat = pushed;
  const ways: string[] = [];
  for (let count = 0; count < 3; count++) {
    chat = await readChat(aTarget, chat, stage.deps, bounds);
    ways.push(chat.how);
  }
  expect(ways).toEqual(["stream", "stream", "pages"]);
  const talking = await readChat(aTarget, { ...pushed, silentStreams: 2 }, aStage().deps, bounds);
  expect(talking).toMatchObject({ how: "stream", silentStreams: 0 });
});

test("a connection that breaks is opened again behind the last whole page", async () => {
  const stage = aStage({
    stream: async (take) => {
      await take(aPage({ events: [line("a")], nextPageToken: "t5" }));
      return refuse("unavailable", { message: "The connection to YouTube's chat broke." });
    },
  });
  const next = await readChat(aTarget, pushed, stage.deps, bounds);
  expect(next).toMatchObject({ how: "stream", pageToken: "t5", failures: 1, dueAt: now + 2000 });
});

test("trouble is shown, waited out with growing pauses, and never ends the reading", async () => {
  const stage = aStage({ page: refuse("unavailable", { message: "YouTube could not be reached." }) });
  let chat = asked;
  const waits: number[] = [];
  for (let failure = 0; failure < 10; failure++) {
    chat = await readChat(aTarget, chat, stage.deps, bounds);
    waits.push(chat.dueAt - now);
  }
  expect(waits.slice(0, 3)).toEqual([2000, 4000, 8000]);
  expect(waits.at(-1)).toBe(300_000);
  expect(chat).toMatchObject({ how: "pages", problem: "YouTube could not be reached." });
});

test("a quota that ends in the middle is said, and reading goes on where it stopped when the new day begins", async () => {
  const message = "Today's youtube quota is used up; it begins anew at 08:00 UTC.";
  const stage = aStage({ page: refuse("rate_limited", { message, retryAfterMs: 5 * hour }) });
  const waiting = await readChat(aTarget, asked, stage.deps, bounds);
  expect(waiting).toMatchObject({ problem: message, dueAt: now + 5 * hour, pageToken: "t0" });
  stage.clock.now = waiting.dueAt;
  stage.answers.page = succeed({ events: [line("while away", now + hour)] });
  const going = await readChat(aTarget, waiting, stage.deps, bounds);
  expect(going).toMatchObject({ problem: null, failures: 0 });
  expect(ids(stage.accepted)).toEqual(["youtube:while away"]);
});

test.each([
  ["disabled", "switched off"],
  ["forbidden", "members only"],
  ["not_found", "members only"],
] as const)("a chat that answers %s is not asked for pages; its end is still found", async (code, words) => {
  const stage = aStage({ page: refuse(code) });
  const watching = await readChat(aTarget, asked, stage.deps, bounds);
  expect(watching).toMatchObject({ how: "watch", problem: expect.stringContaining(words) });
  const later = await readChat(aTarget, watching, stage.deps, bounds);
  expect(later).toMatchObject({ how: "watch", dueAt: now + 2 * minute });
  expect(stage.asked).toEqual(["page t0", "find vid00000001"]);
  stage.clock.now += 15 * minute;
  expect(await readChat(aTarget, later, stage.deps, bounds)).toMatchObject({ how: "stream" });
  stage.answers.find = succeed({ state: "over" });
  expect(await readChat(aTarget, later, stage.deps, bounds)).toMatchObject({ how: "closing" });
});

test("a chat that is switched on later is read from then on", async () => {
  const off = beginChat({ ...aBroadcast, chatId: null }, now);
  expect(off).toMatchObject({ how: "watch", problem: expect.stringContaining("switched off") });
  const on = await readChat(aTarget, off, aStage().deps, bounds);
  expect(on).toMatchObject({ how: "stream", broadcast: { chatId: "chat-1" } });
});

/** Units that one hour of a busy chat takes; a page comes every second, a connection ends after `endsAfterMs`. */
async function hourOf(how: "stream" | "pages", endsAfterMs: number): Promise<number> {
  const stage = aStage();
  const quota = aQuota(stage.clock, 1_000_000);
  const deps = {
    ...stage.deps,
    readPage: async () => succeed({ page: aPage(), quota: quota.take(5, "chat-1").state }),
    readStream: async (
      _place: unknown,
      { forMs }: { forMs: number },
      take: (page: ReturnType<typeof aPage>) => Promise<boolean>,
    ) => {
      const { state } = quota.take(5, "chat-1", forMs);
      for (let at = 0; at < Math.min(forMs, endsAfterMs); at += 1000) {
        stage.clock.now += 1000;
        await take(aPage({ nextPageToken: `t${stage.clock.now}` }));
      }
      return succeed({ end: "ended" as const, quota: state });
    },
  };
  let chat: Chat = { ...pushed, how };
  while (stage.clock.now < now + hour) {
    chat = await readChat(aTarget, chat, deps, { ...bounds, forMs: 12 * minute });
    stage.clock.now = Math.max(stage.clock.now, chat.dueAt);
  }
  return quota.used();
}

test("an hour by stream costs a hundredth of an hour of pages, and never more, however short its connections are", async () => {
  const byPages = await hourOf("pages", 0);
  expect(byPages).toBe(3600);
  expect(await hourOf("stream", 12 * minute)).toBe(25);
  expect(await hourOf("stream", 60_000)).toBeLessThanOrEqual(300);
  expect(await hourOf("stream", 1000)).toBeLessThanOrEqual(byPages + 5);
});
