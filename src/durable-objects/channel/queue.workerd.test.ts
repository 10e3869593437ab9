import { expect, test } from "vitest";
import { refuse } from "#contracts/outcome";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const start = 1_800_000_000_000;

/** Lets the channel's clock pass second by second, waking it as its alarm would. */
async function passSeconds(
  life: { clock: { now: number }; channel: { wake(): Promise<void> }; settled(): Promise<void> },
  seconds: number,
) {
  for (let second = 0; second < seconds; second++) {
    life.clock.now += 1000;
    await life.channel.wake();
    await life.settled();
  }
}

test("RTR-9 QUE-2 what always times out is tried once and three times more, after 1, 2 and 4 s, and then given up with its reason", () => {
  const tries: number[] = [];
  return inChannel(async (life) => {
    const { channel, settled, deps, clock, seen } = life;
    deps.invoke = async ({ argsText }) => {
      if (argsText !== "slow") return says("next");
      tries.push(clock.now - start);
      return refuse("timeout", { message: "The core module took too long. Please try again." });
    };
    const slow = aChatEvent({ text: "!ping slow" });
    await channel.accept("twitch:1000", [slow, aChatEvent({ text: "!ping" })]);
    await settled();
    expect(seen.carried.map(textOf)).toEqual(["next"]);
    await passSeconds(life, 9);
    expect(tries).toEqual([0, 1000, 3000, 7000]);
    expect(seen.carried.map(textOf)).toEqual(["next", "The core module took too long. Please try again."]);
    expect(channel.desk.executions({ eventId: slow.id, limit: 1 })[0]).toMatchObject({
      status: "failed",
      code: "timeout",
      retryCount: 3,
    });
    expect(channel.desk.deadLetters({ limit: 10 })).toMatchObject([
      { kind: "event", eventId: slow.id, attempts: 4, error: expect.stringContaining("took too long") },
    ]);
  });
});

test("RTR-9 QUE-3 what times out twice and then answers leaves no dead letter and counts two retries", () => {
  let tries = 0;
  return inChannel(async (life) => {
    const { channel, settled, deps, seen } = life;
    deps.invoke = async () => (++tries < 3 ? refuse("timeout") : says("at last"));
    const event = aChatEvent({ text: "!ping" });
    await channel.accept("twitch:1000", [event]);
    await settled();
    await passSeconds(life, 4);
    expect(seen.carried.map(textOf)).toEqual(["at last"]);
    expect(channel.desk.executions({ eventId: event.id, limit: 1 })[0]).toMatchObject({
      status: "success",
      retryCount: 2,
    });
    expect(channel.desk.deadLetters({ limit: 10 })).toEqual([]);
  });
});

test("RTR-9 any other failure is final at once", () =>
  inChannel(async (life) => {
    const { channel, settled, deps, seen } = life;
    let tries = 0;
    deps.invoke = async () => {
      tries++;
      return refuse("internal", { message: "Something went wrong." });
    };
    await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await settled();
    await passSeconds(life, 8);
    expect(tries).toBe(1);
    expect(seen.carried.map(textOf)).toEqual(["Something went wrong."]);
  }));

test("QUE-4 a dead letter replayed by id or by time range is handled again, once, and marked", () => {
  let isBroken = true;
  return inChannel(async (life) => {
    const { channel, settled, deps, seen, clock } = life;
    deps.invoke = async ({ argsText }) => (isBroken ? refuse("timeout") : says(`pong ${argsText}`));
    await channel.accept("twitch:1000", [aChatEvent({ text: "!ping 1" }), aChatEvent({ text: "!ping 2" })]);
    await settled();
    await passSeconds(life, 8);
    const letters = channel.desk.deadLetters({ limit: 10 });
    expect(letters).toHaveLength(2);
    isBroken = false;
    expect(channel.replayDeadLetters({ id: letters[1]?.id ?? "" })).toBe(1);
    expect(channel.replayDeadLetters({ id: letters[1]?.id ?? "" })).toBe(0);
    await settled();
    expect(channel.replayDeadLetters({ from: 0, to: clock.now })).toBe(1);
    await settled();
    expect(seen.carried.map(textOf)).toEqual(["pong 1", "pong 2"]);
    expect(channel.desk.deadLetters({ limit: 10 }).every(({ replayedAt }) => replayedAt !== null)).toBe(true);
  });
});

test("QUE-4 a reply that was given up is sent again when its letter is replayed", () =>
  inChannel(async (life) => {
    const { channel, settled, deps } = life;
    const sent: string[] = [];
    let isBanned = true;
    deps.carry = async (body) => {
      if (isBanned) return refuse("forbidden", { message: "the bot is banned here" });
      sent.push(textOf(body));
      return { ok: true, value: { platformMessageIds: ["m"] } };
    };
    await channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await settled();
    const [letter] = channel.desk.deadLetters({ limit: 10 });
    expect(letter).toMatchObject({ kind: "send", error: "the bot is banned here" });
    isBanned = false;
    expect(channel.replayDeadLetters({ id: letter?.id ?? "" })).toBe(1);
    await settled();
    expect(sent).toEqual(["pong"]);
  }));

test("QUE-6 each stream tells its depth, what is pending, what is dead and how old the oldest is", () =>
  inChannel(
    async (life) => {
      const { channel, clock } = life;
      await channel.accept("twitch:1000", [aChatEvent(), aChatEvent({ text: "!ping" })]);
      clock.now += 5000;
      expect(channel.desk.queueStats()).toEqual([
        { stream: "events:inbound", depth: 2, pending: 0, dead: 0, oldestAgeMs: 5000 },
        { stream: "events:responses", depth: 0, pending: 0, dead: 0, oldestAgeMs: 0 },
      ]);
    },
    { loadConfig: () => Promise.reject(new Error("the database is away")) },
  ));

test("QUE-1 a thousand events and a death in the middle: every one has its effect once", () =>
  inChannel(
    async (life) => {
      const events = Array.from({ length: 1000 }, (_, n) =>
        aChatEvent({ text: n % 10 === 0 ? `!ping ${n}` : `plain ${n}` }),
      );
      let left = 40;
      life.deps.invoke = async (invocation) => {
        if (left-- <= 0) return new Promise(() => undefined);
        life.seen.invocations.push(invocation);
        return says(invocation.argsText);
      };
      for (let at = 0; at < events.length; at += 100)
        await life.channel.accept("twitch:1000", events.slice(at, at + 100));
      await life.settled();
      const next = life.restart();
      expect(await next.channel.accept("twitch:1000", events)).toEqual({
        stored: 0,
        duplicates: 1000,
        conflicts: 0,
      });
      await next.channel.wake();
      await next.settled();
      const ran = [...life.seen.invocations, ...next.seen.invocations].map(({ argsText }) =>
        Number(argsText),
      );
      expect(ran).toEqual(Array.from({ length: 100 }, (_, n) => n * 10));
      next.clock.now += 10_001;
      await next.channel.wake();
      const messages = next.seen.flushes
        .flatMap(({ activity }) => activity)
        .reduce((sum, row) => sum + row.messages, 0);
      expect(messages).toBe(1000);
    },
    { loadConfig: async () => aConfig({ commands: [aCommand({ rateLimitPerMinute: 0 })] }) },
  ));

test("an alarm whose work fails time and again never throws and always sets the next one, until the event is through", () => {
  let isAway = true;
  return inChannel(
    async (life) => {
      const event = aChatEvent({ text: "!ping" });
      await life.channel.accept("twitch:1000", [event]);
      await life.settled();
      for (let failure = 0; failure < 8; failure++) {
        const before = life.alarms().length;
        life.clock.now += 10_000;
        await life.channel.wake();
        expect(life.alarms().length).toBeGreaterThan(before);
        expect(life.alarms().at(-1)).toBeGreaterThan(life.clock.now);
      }
      isAway = false;
      life.clock.now += 10_000;
      await life.channel.wake();
      await life.settled();
      expect(life.seen.carried.map(textOf)).toEqual(["pong"]);
    },
    { loadConfig: async () => (isAway ? Promise.reject(new Error("the database is away")) : aConfig()) },
  );
});

test("RCV-4 while nothing is known of the channel what came in waits, over a death, and all of it is handled in its order", () =>
  inChannel(
    async (life) => {
      const texts = Array.from({ length: 30 }, (_, n) => `!ping ${n}`);
      for (const text of texts) {
        expect(await life.channel.accept("twitch:1000", [aChatEvent({ text })])).toMatchObject({ stored: 1 });
        await life.settled();
      }
      await life.channel.wake();
      expect(life.seen.invocations).toEqual([]);
      expect(life.alarms().at(-1)).toBeDefined();
      const next = life.restart({ loadConfig: async () => aConfig() });
      await next.channel.wake();
      await next.settled();
      expect(next.seen.invocations.map(({ argsText }) => `!ping ${argsText}`)).toEqual(texts);
      expect(next.seen.carried.map(textOf)).toEqual(texts.map((text) => text.replace("!ping", "pong")));
      await next.channel.wake();
      await next.settled();
      expect(next.seen.carried).toHaveLength(texts.length);
    },
    {
      loadConfig: async () => {
        throw new Error("the database is away");
      },
    },
  ));
