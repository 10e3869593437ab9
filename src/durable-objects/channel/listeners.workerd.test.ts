import { expect, test } from "vitest";
import type { ModuleResult } from "#contracts/module";
import { type Outcome, refuse } from "#contracts/outcome";
import { says } from "#test/fakes/channel-deps.workerd";
import { inChannel, type Life, textOf } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const listener = (module: string, priority: number) =>
  aCommand({
    name: `on:${module}`,
    module,
    handler: "event",
    triggerType: "event",
    eventTypes: ["follow"],
    priority,
  });
const listening = {
  loadConfig: async () =>
    aConfig({ commands: [listener("broken", 1), listener("well", 2), listener("slow", 3)] }),
};

/** One follow; `slow` times out as often as it is told, the others say what they always say. Returns who was called. */
async function followWith(life: Life, timeouts: number) {
  const called: string[] = [];
  const answers: Record<string, () => Outcome<ModuleResult>> = {
    broken: () => refuse("internal", { message: "broken is broken." }),
    well: () => says("welcome"),
    slow: () =>
      called.filter((one) => one === "slow").length > timeouts
        ? says("at last")
        : refuse("timeout", { message: "slow took too long." }),
  };
  life.deps.invoke = async ({ module }) => {
    called.push(module);
    return answers[module]?.() ?? refuse("not_found");
  };
  const follow = { ...aChatEvent(), type: "follow" as const };
  await life.channel.accept("twitch:1000", [follow]);
  await life.settled();
  const saidAtOnce = life.seen.carried.map(textOf);
  for (let second = 0; second < 9; second++) {
    life.clock.now += 1000;
    await life.channel.wake();
    await life.settled();
  }
  const [record] = life.channel.desk.executions({ eventId: follow.id, limit: 1 });
  return { called, saidAtOnce, said: life.seen.carried.map(textOf), record };
}

test("RTR-9 one listener that fails for good beside one that times out: its message is said at once, it is not called again, and only the other is tried further", () =>
  inChannel(async (life) => {
    const { called, saidAtOnce, said, record } = await followWith(life, 2);
    expect(saidAtOnce).toEqual(["broken is broken.", "welcome"]);
    expect(called).toEqual(["broken", "well", "slow", "slow", "slow"]);
    expect(said).toEqual(["broken is broken.", "welcome", "at last"]);
    expect(record).toMatchObject({
      status: "failed",
      code: "internal",
      message: "broken is broken.",
      retryCount: 2,
    });
    expect(record?.calls.map(({ module, outcome }) => [module, outcome])).toEqual([
      ["broken", "internal"],
      ["well", "success"],
      ["slow", "success"],
    ]);
    expect(life.channel.desk.deadLetters({ limit: 10 })).toEqual([]);
  }, listening));

test("RTR-9 QUE-2 a listener that never answers has its one sentence at the end, and the others theirs once", () =>
  inChannel(async (life) => {
    const { called, said, record } = await followWith(life, 99);
    expect(called).toEqual(["broken", "well", "slow", "slow", "slow", "slow"]);
    expect(said).toEqual(["broken is broken.", "welcome", "slow took too long."]);
    expect(record).toMatchObject({ status: "failed", code: "timeout", retryCount: 3 });
    expect(life.channel.desk.deadLetters({ limit: 10 })).toMatchObject([{ kind: "event", attempts: 4 }]);
  }, listening));

test("RTR-9 what was at its end stays so over a restart", () =>
  inChannel(async (life) => {
    const called: string[] = [];
    const invoke = async ({ module }: { module: string }) => {
      called.push(module);
      if (module === "broken") return refuse("internal", { message: "broken is broken." });
      return module === "slow" && called.length < 4 ? refuse("timeout") : says("at last");
    };
    life.deps.invoke = invoke;
    await life.channel.accept("twitch:1000", [{ ...aChatEvent(), type: "follow" as const }]);
    await life.settled();
    const next = life.restart({ invoke });
    next.clock.now += 1000;
    await next.channel.wake();
    await next.settled();
    expect(called).toEqual(["broken", "well", "slow", "slow"]);
    expect(next.seen.carried.map(textOf)).toEqual(["at last"]);
  }, listening));
