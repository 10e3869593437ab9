import { expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import type { ModuleResult } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { ModuleGuard } from "#durable-objects/channel/module-guard";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, type Life } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const start = 1_800_000_000_000;
/** What the rule allows a channel's other commands (promise T5). */
const allowedMs = 3500;
/** The channel's own time limit for one module, and the grace it gives. */
const timeoutMs = 3200;

interface Arrival {
  at: number;
  event: PlatformEvent;
}

/** One chat line, each from somebody else, so that no limit of a person is in the way. */
function arrival(afterMs: number, text: string): Arrival {
  const id = `${afterMs}-${text}`;
  const event = aChatEvent({ text, user: { id, login: "x", name: "X", badges: [] } });
  return { at: start + afterMs, event };
}

/** Plays arrivals and alarms on the channel's clock. A call that takes time lets arrive what comes meanwhile. */
class Play {
  readonly answers = new Map<string, { at: number; text: string }[]>();
  calls = 0;
  module: { takesMs: number; answer: Outcome<ModuleResult> } = {
    takesMs: timeoutMs,
    answer: refuse("timeout", { message: "The memories module took too long. Please try again." }),
  };
  #life: Life;
  #arrivals: Arrival[];

  constructor(life: Life, arrivals: readonly Arrival[]) {
    this.#life = life;
    this.#arrivals = [...arrivals].sort((a, b) => a.at - b.at);
    const { deps, clock } = life;
    const guard = new ModuleGuard({ now: deps.now, invoke: ({ module }) => this.#answer(module) });
    deps.invoke = (invocation, call) => guard.invoke(invocation, call);
    deps.moduleHealth = () => guard.health();
    deps.carry = async (body) => {
      if (body.kind !== "chat") throw new Error(`not chat: ${body.kind}`);
      const [eventId = ""] = body.message.id.split("/");
      this.answers.set(eventId, [...this.of(eventId), { at: clock.now, text: body.message.text }]);
      return { ok: true, value: { platformMessageIds: ["m"] } };
    };
  }

  of(eventId: string): { at: number; text: string }[] {
    return this.answers.get(eventId) ?? [];
  }

  /** Until so long after the start nothing is left out: every arrival and every alarm at its time. */
  async until(afterMs: number): Promise<void> {
    const { clock, channel, settled } = this.#life;
    const end = start + afterMs;
    for (;;) {
      await settled();
      const alarm = this.#life.alarms().findLast((at) => at > clock.now) ?? Number.POSITIVE_INFINITY;
      const next = Math.min(this.#arrivals[0]?.at ?? Number.POSITIVE_INFINITY, alarm);
      if (next > end) break;
      await this.#passTo(Math.max(next, clock.now));
      if (alarm <= clock.now) await channel.wake();
    }
    clock.now = Math.max(clock.now, end);
  }

  async #answer(module: string): Promise<Outcome<ModuleResult>> {
    if (module !== "memories") return says("pong");
    this.calls++;
    const { takesMs, answer } = this.module;
    await this.#passTo(this.#life.clock.now + takesMs);
    return answer;
  }

  async #passTo(at: number): Promise<void> {
    const { clock, channel } = this.#life;
    while ((this.#arrivals[0]?.at ?? Number.POSITIVE_INFINITY) <= at) {
      const next = this.#arrivals.shift();
      if (!next) return;
      clock.now = Math.max(clock.now, next.at);
      await channel.accept("twitch:1000", [next.event]);
    }
    clock.now = Math.max(clock.now, at);
  }
}

const config = { loadConfig: async () => aConfig({ commands: [aCommand(), quote] }) };
const quote = aCommand({ name: "quote", module: "memories", handler: "quote" });

/** Five commands a second for so long; every fifth asks the module that is ill. */
function traffic(forMs: number): { quotes: Arrival[]; pings: Arrival[] } {
  const at = Array.from({ length: forMs / 200 }, (_, n) => n * 200);
  return {
    quotes: at.filter((_, n) => n % 5 === 0).map((ms) => arrival(ms, "!quote")),
    pings: at.filter((_, n) => n % 5 !== 0).map((ms) => arrival(ms, "!ping")),
  };
}

function slowest(play: Play, pings: readonly Arrival[]): number {
  return Math.max(
    ...pings.map(({ at, event }) => (play.of(event.id)[0]?.at ?? Number.POSITIVE_INFINITY) - at),
  );
}

function healthOf(life: Life) {
  return life.channel.counters().modules.find(({ module }) => module === "memories");
}

test("P4 T5 a module that hangs for good, asked by every fifth command: the others are answered within 3.5 s, the breaker opens after five failures, everybody gets one sentence", () =>
  inChannel(async (life) => {
    const { quotes, pings } = traffic(20_000);
    const play = new Play(life, [...quotes, ...pings]);
    await play.until(60_000);
    expect(slowest(play, pings)).toBeLessThanOrEqual(allowedMs);
    expect(play.calls).toBe(5);
    expect(healthOf(life)).toMatchObject({ module: "memories", state: "OPEN", failures: 5 });
    expect(quotes.map(({ event }) => play.of(event.id).length)).toEqual(quotes.map(() => 1));
    expect(new Set(quotes.map(({ event }) => play.of(event.id)[0]?.text))).toEqual(
      new Set([
        "The memories module took too long. Please try again.",
        "The memories module is busy. Please try again in a moment.",
        "The memories module is not available right now. Please try again in a minute.",
      ]),
    );
    expect(life.channel.desk.queueStats()[0]).toMatchObject({ depth: 0, pending: 0 });
  }, config));

test("T5 several hanging commands in one batch before another: it waits for one of them only", () =>
  inChannel(async (life) => {
    const play = new Play(life, []);
    const hanging = Array.from({ length: 5 }, (_, n) => arrival(n, "!quote"));
    const ping = arrival(9, "!ping");
    await life.channel.accept(
      "twitch:1000",
      [...hanging, ping].map(({ event }) => event),
    );
    await play.until(1);
    expect(play.of(ping.event.id)).toEqual([{ at: start + timeoutMs, text: "pong" }]);
    expect(play.calls).toBe(1);
  }, config));

test("T5 a module that answers after 2.9 s, asked once a second: the others are answered within 3.5 s, it is asked on and nobody is left without a sentence", () =>
  inChannel(async (life) => {
    const { quotes, pings } = traffic(20_000);
    const play = new Play(life, [...quotes, ...pings]);
    play.module = { takesMs: 2900, answer: says("a quote") };
    await play.until(90_000);
    expect(slowest(play, pings)).toBeLessThanOrEqual(allowedMs);
    expect(quotes.map(({ event }) => play.of(event.id).length)).toEqual(quotes.map(() => 1));
    expect(quotes.filter(({ event }) => play.of(event.id)[0]?.text === "a quote").length).toBe(play.calls);
    expect(play.calls).toBeGreaterThanOrEqual(5);
    expect(healthOf(life)).toMatchObject({ state: "CLOSED", failures: 0 });
  }, config));

test("T5 a module that crashes is not called a sixth time; after a minute it is tried, and back after two good answers", () =>
  inChannel(async (life) => {
    const crash = refuse("internal", {
      message: "Something went wrong on our side. Please try again in a moment.",
    });
    const early = Array.from({ length: 8 }, (_, n) => arrival(n * 100, "!quote"));
    const late = Array.from({ length: 3 }, (_, n) => arrival(61_000 + n * 100, "!quote"));
    const play = new Play(life, [...early, ...late]);
    play.module = { takesMs: 5, answer: crash };
    await play.until(30_000);
    expect(play.calls).toBe(5);
    expect(early.slice(5).map(({ at, event }) => (play.of(event.id)[0]?.at ?? 0) - at)).toEqual([0, 0, 0]);
    play.module = { takesMs: 5, answer: says("a quote") };
    await play.until(70_000);
    expect(late.map(({ event }) => play.of(event.id)[0]?.text)).toEqual(["a quote", "a quote", "a quote"]);
    expect(healthOf(life)).toMatchObject({ state: "CLOSED", stateValue: 0 });
  }, config));

test("T5 what came in fresh goes before what is due to be tried again", () =>
  inChannel(async (life) => {
    const first = arrival(0, "!quote");
    const play = new Play(life, [first]);
    await play.until(4100);
    // The next try is due by now, and so is a fresh command.
    play.module = { takesMs: 2000, answer: says("a quote") };
    life.clock.now += 500;
    const ping = arrival(4600, "!ping");
    await life.channel.accept("twitch:1000", [ping.event]);
    await play.until(9000);
    expect(play.of(ping.event.id)[0]).toEqual({ at: start + 4600, text: "pong" });
    expect(play.of(first.event.id)[0]).toEqual({ at: start + 6600, text: "a quote" });
  }, config));

test("T15 who asks to be left alone for longer than anybody waits is not tried again, who asks for a while is not tried before", () =>
  inChannel(async (life) => {
    const tries: number[] = [];
    let retryAfterMs = 3000;
    const play = new Play(life, [arrival(0, "!quote"), arrival(60_000, "!quote")]);
    life.deps.invoke = async () => {
      tries.push(life.clock.now - start);
      return refuse("rate_limited", { message: "Too many at once.", retryAfterMs });
    };
    // An alarm that comes within 100 ms is left where it is: later than asked, never before.
    const expectTries = (times: readonly number[]) => {
      expect(tries.map((at, index) => at - (times[index] ?? 0) >= 0)).toEqual(times.map(() => true));
      expect(tries.map((at, index) => at - (times[index] ?? 0) <= 100)).toEqual(times.map(() => true));
    };
    await play.until(50_000);
    expectTries([0, 3000, 6000, 10_000]);
    retryAfterMs = 120_000;
    await play.until(300_000);
    expectTries([0, 3000, 6000, 10_000, 60_000]);
  }, config));
