import { expect, test } from "vitest";
import { refuse } from "#contracts/outcome";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aConfig } from "#test/fakes/events";

test("QUE-5 the same event id accepted twice has one effect, after a restart too", () =>
  inChannel(async ({ channel, settled, seen, restart }) => {
    const event = aChatEvent({ text: "!ping" });
    expect(await channel.accept(event.entityId, [event])).toEqual({ stored: 1, duplicates: 0, conflicts: 0 });
    await settled();
    expect(await channel.accept(event.entityId, [event])).toEqual({ stored: 0, duplicates: 1, conflicts: 0 });
    const next = restart();
    expect(await next.channel.accept(event.entityId, [event, event])).toEqual({
      stored: 0,
      duplicates: 2,
      conflicts: 0,
    });
    await next.settled();
    expect(seen.invocations).toHaveLength(1);
    expect(next.seen.invocations).toHaveLength(0);
    expect(seen.carried.map(textOf)).toEqual(["pong"]);
  }));

test("one post that comes as two events with one semantic key is answered once", () =>
  inChannel(async ({ channel, settled, seen }) => {
    const semanticKey = "slack:post:T:C:1.2";
    const first = aChatEvent({ text: "!ping", semanticKey });
    const second = aChatEvent({ text: "!ping", semanticKey });
    await channel.accept(first.entityId, [first]);
    expect(await channel.accept(first.entityId, [second])).toEqual({
      stored: 0,
      duplicates: 1,
      conflicts: 0,
    });
    await settled();
    expect(seen.invocations).toHaveLength(1);
  }));

test("the same id with other content is refused and reported", () =>
  inChannel(async ({ channel, settled, seen }) => {
    const event = aChatEvent({ text: "!ping" });
    await channel.accept(event.entityId, [event]);
    const changed = { ...event, text: "!ping now" };
    expect(await channel.accept(event.entityId, [changed])).toEqual({
      stored: 0,
      duplicates: 0,
      conflicts: 1,
    });
    await settled();
    expect(seen.invocations.map(({ argsText }) => argsText)).toEqual([""]);
    expect(seen.logs.filter(({ action }) => action === "inbox.accept").map(({ result }) => result)).toEqual([
      "DENIED",
    ]);
  }));

test("events take effect in the order they were accepted, however slow one of them is", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      const events = [1, 2, 3, 4, 5].map((n) => aChatEvent({ text: `!ping ${n}` }));
      await channel.accept("twitch:1000", events.slice(0, 3));
      await channel.accept("twitch:1000", events.slice(3));
      await settled();
      expect(seen.carried.map(textOf)).toEqual(["1", "2", "3", "4", "5"]);
    },
    {
      invoke: async ({ argsText }) => {
        if (argsText === "2") await new Promise((resolve) => setTimeout(resolve, 20));
        return says(argsText);
      },
    },
  ));

test("plain chat calls no module, loads the configuration once and writes at most four rows a message", () =>
  inChannel(async ({ channel, settled, seen, rowsWritten }) => {
    const events = Array.from({ length: 100 }, (_, n) =>
      aChatEvent({ user: { id: String(n % 20), login: "x", name: "X", badges: [] } }),
    );
    const before = rowsWritten();
    await channel.accept("twitch:1000", events);
    await settled();
    expect(seen.invocations).toHaveLength(0);
    expect(seen.carried).toHaveLength(0);
    expect(seen.configLoads).toBe(1);
    expect((rowsWritten() - before) / events.length).toBeLessThanOrEqual(4);
    const [record] = channel.desk.executions({ eventId: events[0]?.id ?? "", limit: 1 });
    expect(record).toMatchObject({ status: "ignored", trigger: { kind: "none" }, message: "not a command" });
  }));

test("what was being sent when the object died is marked unknown and not said again", () =>
  inChannel(
    async ({ channel, restart, settled }) => {
      const event = aChatEvent({ text: "!ping" });
      await channel.accept(event.entityId, [event]);
      await settled();
      const next = restart();
      await next.channel.wake();
      await next.settled();
      expect(next.seen.carried).toHaveLength(0);
      expect(next.channel.desk.executions({ eventId: event.id, limit: 1 })[0]?.responses[0]?.state).toBe(
        "unknown",
      );
      // `carry` of the first life never returns: it is the life that was killed.
    },
    { carry: () => new Promise(() => undefined) },
  ));

test("what was being sent on a platform that knows its repeats is said again", () =>
  inChannel(
    async ({ channel, restart, settled }) => {
      const event = aChatEvent({ text: "!ping" });
      await channel.accept(event.entityId, [event]);
      await settled();
      const carried: string[] = [];
      const next = restart({
        isResendSafe: async () => true,
        carry: async (body) => {
          carried.push(textOf(body));
          return { ok: true, value: { platformMessageIds: ["m"] } };
        },
      });
      await next.channel.wake();
      await next.settled();
      expect(carried).toEqual(["pong"]);
    },
    { carry: () => new Promise(() => undefined) },
  ));

test("an accepted event that nobody handled yet is handled by the next life", () =>
  inChannel(
    async ({ channel, restart, settled }) => {
      const event = aChatEvent({ text: "!ping" });
      await channel.accept(event.entityId, [event]);
      await settled();
      const next = restart({ loadConfig: async () => aConfig() });
      await next.channel.wake();
      await next.settled();
      expect(next.seen.carried.map(textOf)).toEqual(["pong"]);
    },
    { loadConfig: () => Promise.reject(new Error("the database is away")) },
  ));

test("a send that is refused for now waits as long as it was told, then goes out once", () => {
  const carried: number[] = [];
  return inChannel(async ({ channel, settled, clock, deps }) => {
    deps.carry = async () => {
      carried.push(clock.now);
      if (carried.length === 1) return refuse("rate_limited", { retryAfterMs: 5000 });
      return { ok: true, value: { platformMessageIds: ["m"] } };
    };
    const event = aChatEvent({ text: "!ping" });
    await channel.accept(event.entityId, [event]);
    await settled();
    await channel.wake();
    await settled();
    expect(carried).toHaveLength(1);
    clock.now += 5001;
    await channel.wake();
    await settled();
    expect(carried.map((at) => at - 1_800_000_000_000)).toEqual([0, 5001]);
    expect(channel.desk.executions({ eventId: event.id, limit: 1 })[0]?.responses[0]).toMatchObject({
      state: "sent",
      platformMessageIds: ["m"],
    });
  });
});

test("a flush keeps its id until the database has it, so a repeated one adds nothing", () =>
  inChannel(async ({ channel, settled, deps, clock }) => {
    const flushes: { id: string; messages: number }[] = [];
    let isAway = true;
    deps.writeFlush = async ({ id, activity }) => {
      flushes.push({ id, messages: activity.reduce((sum, row) => sum + row.messages, 0) });
      if (isAway) throw new Error("reset after send");
    };
    await channel.accept("twitch:1000", [aChatEvent(), aChatEvent()]);
    await settled();
    await channel.wake();
    expect(flushes).toEqual([]);
    clock.now += 10_001;
    await channel.wake();
    await channel.accept("twitch:1000", [aChatEvent()]);
    await settled();
    isAway = false;
    clock.now += 10_001;
    await channel.wake();
    expect(flushes).toEqual([
      { id: "flush-1", messages: 2 },
      { id: "flush-1", messages: 2 },
      { id: "flush-2", messages: 1 },
    ]);
  }));

test("RCV-2 events of a channel nobody registered are dropped, and that is logged", () =>
  inChannel(
    async ({ channel, settled, seen }) => {
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
      await settled();
      expect(seen.invocations).toHaveLength(0);
      expect(seen.logs).toContainEqual(
        expect.objectContaining({ action: "event.handle", result: "IGNORED" }),
      );
      expect(channel.desk.executions({ limit: 10 })).toEqual([]);
    },
    { loadConfig: async () => null },
  ));

test("an id used again with other words is a conflict also where a semantic key remembers the event; another id for the same post is none", () =>
  inChannel(async ({ channel, seen, settled }) => {
    const semanticKey = "twitch:chat:1";
    const event = aChatEvent({ text: "!ping", semanticKey });
    await channel.accept("twitch:1000", [event]);
    const results = [
      await channel.accept("twitch:1000", [event]),
      await channel.accept("twitch:1000", [{ ...event, text: "!ping now" }]),
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping", semanticKey })]),
      await channel.accept("twitch:1000", [aChatEvent({ text: "!ping", semanticKey: "twitch:chat:2" })]),
    ];
    expect(results).toEqual([
      { stored: 0, duplicates: 1, conflicts: 0 },
      { stored: 0, duplicates: 0, conflicts: 1 },
      { stored: 0, duplicates: 1, conflicts: 0 },
      { stored: 1, duplicates: 0, conflicts: 0 },
    ]);
    await settled();
    expect(seen.invocations).toHaveLength(2);
  }));

test("where one line a second may be said, none of twenty replies is lost, and one that fails is tried five times", () =>
  inChannel(async ({ channel, settled, clock, deps }) => {
    const said: string[] = [];
    let freeAt = 0;
    let broken = 0;
    deps.carry = async (body) => {
      const text = textOf(body);
      if (text.endsWith("broken") && ++broken) return refuse("unavailable");
      if (clock.now < freeAt) return refuse("rate_limited", { retryAfterMs: freeAt - clock.now });
      freeAt = clock.now + 1000;
      said.push(text);
      return { ok: true, value: { platformMessageIds: ["m"] } };
    };
    const words = Array.from({ length: 20 }, (_, n) => `${n}`);
    await channel.accept(
      "twitch:1000",
      [...words, "broken"].map((word) => aChatEvent({ text: `!ping ${word}` })),
    );
    await settled();
    for (let second = 0; second < 40; second++) {
      clock.now += 1000;
      await channel.wake();
      await settled();
    }
    expect(said).toEqual(words.map((word) => `pong ${word}`));
    expect(broken).toBe(5);
    expect(channel.desk.deadLetters({ limit: 10 })).toMatchObject([{ kind: "send", attempts: 5 }]);
  }));
