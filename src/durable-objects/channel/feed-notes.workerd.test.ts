import { expect, test } from "vitest";
import type { FeedNote } from "#contracts/feed";
import { inChannel, type Life } from "#test/fakes/channel-life.workerd";
import { aChatEvent } from "#test/fakes/events";
import { until } from "#test/fakes/gateway-socket.workerd";

function listen({ deps }: Life, isWatched = true) {
  const told: { communityId: number; note: FeedNote; dropped: number }[] = [];
  let calls = 0;
  deps.tellFeed = async (communityId, notes, dropped) => {
    calls++;
    told.push(...notes.map((note) => ({ communityId, note, dropped })));
    return isWatched;
  };
  return { told, calls: () => calls, kinds: () => told.map(({ note }) => note.kind) };
}

const hour = 3_600_000;

test("while nobody looks on, a message tells nobody and writes no row more", () =>
  inChannel(async (life) => {
    const { channel, settled, rowsWritten } = life;
    const { calls } = listen(life);
    await channel.accept("twitch:1000", [aChatEvent({ text: "one" })]);
    await settled();
    const before = rowsWritten();
    await channel.accept("twitch:1000", [aChatEvent({ text: "two" })]);
    await settled();
    expect(rowsWritten() - before).toBeLessThanOrEqual(4);
    expect(calls()).toBe(0);
  }));

test("whoever looks on sees the event, the decision with its reply, and that it was said", () =>
  inChannel(async (life) => {
    const { channel, clock } = life;
    const { told, kinds } = listen(life);
    await channel.watch("twitch:1000", clock.now + hour);
    await channel.accept("twitch:1000", [
      aChatEvent({ id: "twitch:a", text: "!ping" }),
      aChatEvent({ text: "hi" }),
    ]);
    await until(() => told.length === 4);
    expect(kinds().sort()).toEqual(["decision", "effect", "event", "event"]);
    expect(told.every(({ communityId }) => communityId === 2)).toBe(true);
    const decision = told.find(({ note }) => note.kind === "decision")?.note;
    expect(decision).toMatchObject({
      eventId: "twitch:a",
      status: "success",
      replies: [{ type: "chat", text: "pong" }],
    });
    const effect = told.find(({ note }) => note.kind === "effect")?.note;
    expect(effect).toMatchObject({
      eventId: "twitch:a",
      effect: "chat",
      state: "sent",
      text: "pong",
      problem: null,
    });
  }));

test("what was decided before is the answer to whoever comes", () =>
  inChannel(async ({ channel, settled, clock }) => {
    await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await settled();
    const recent = await channel.watch("twitch:1000", clock.now + hour);
    expect(recent).toMatchObject([{ kind: "decision", trigger: "!ping", status: "success" }]);
  }));

test("looking on survives the channel's sleep and ends with its time", () =>
  inChannel(async (life) => {
    await life.channel.watch("twitch:1000", life.clock.now + hour);
    const next = life.restart();
    const { told } = listen(next);
    await next.channel.accept("twitch:1000", [aChatEvent({ text: "still there?" })]);
    await until(() => told.length === 1);
    next.clock.now += hour + 1;
    await next.channel.accept("twitch:1000", [aChatEvent({ text: "and now?" })]);
    await next.settled();
    expect(told).toHaveLength(1);
  }));

test("told that nobody looks on any more, the channel is silent; told again, it speaks", () =>
  inChannel(async (life) => {
    const { channel, settled, clock } = life;
    const { told, calls } = listen(life, false);
    await channel.watch("twitch:1000", clock.now + hour);
    await channel.accept("twitch:1000", [aChatEvent()]);
    await until(() => calls() === 1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await channel.accept("twitch:1000", [aChatEvent()]);
    await settled();
    expect(told).toHaveLength(1);
    await channel.watch("twitch:1000", clock.now + hour);
    await channel.accept("twitch:1000", [aChatEvent()]);
    await until(() => told.length === 2);
  }));

test("a burst is told in few calls, and what is too much is counted, never waited for", () =>
  inChannel(async (life) => {
    const { channel, clock } = life;
    const { told, calls } = listen(life);
    await channel.watch("twitch:1000", clock.now + hour);
    for (let batch = 0; batch < 5; batch++)
      await channel.accept(
        "twitch:1000",
        Array.from({ length: 100 }, () => aChatEvent()),
      );
    await until(() => told.some(({ dropped }) => dropped > 0));
    expect(calls()).toBeLessThanOrEqual(6);
    expect(told.length).toBeLessThan(500);
  }));

test("a feed that fails keeps no message from being answered", () =>
  inChannel(async ({ channel, settled, clock, deps, seen }) => {
    deps.tellFeed = async () => {
      throw new Error("away");
    };
    await channel.watch("twitch:1000", clock.now + hour);
    await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await settled();
    expect(seen.carried).toHaveLength(1);
  }));
