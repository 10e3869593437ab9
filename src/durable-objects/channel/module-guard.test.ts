import { expect, test } from "vitest";
import type { ModuleResult } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { ModuleGuard } from "#durable-objects/channel/module-guard";
import type { PlannedCall } from "#router/plan";
import { anInvocation } from "#test/fakes/an-invocation";

const well: Outcome<ModuleResult> = succeed({ responses: [], effects: [] });
const start = 1_800_000_000_000;
const own: PlannedCall = {
  module: "memories",
  handler: "quote",
  args: [],
  argsText: "",
  mode: "sequential",
  target: null,
  timeoutSeconds: 30,
};

/** A guard before one module whose answers, and the time they take, are set by the test. */
function guarded() {
  const clock = { now: start };
  const module = { answer: well, takesMs: 0, calls: 0 };
  const guard = new ModuleGuard({
    now: () => clock.now,
    invoke: async () => {
      module.calls++;
      clock.now += module.takesMs;
      return module.answer;
    },
  });
  let events = 0;
  const ask = (call: PlannedCall = own, eventId = `twitch:${++events}`) => {
    const invocation = anInvocation();
    return guard.invoke({ ...invocation, event: { ...invocation.event, id: eventId } }, call);
  };
  const failTimes = async (times: number) => {
    module.answer = refuse("internal", { message: "broken" });
    for (let n = 0; n < times; n++) await ask();
  };
  return { clock, module, guard, ask, failTimes };
}

test("CBR-1 CBR-6 after five failures in a row the module is not called any more, and the one who asks is told so at once", async () => {
  const { module, guard, ask, failTimes } = guarded();
  await failTimes(5);
  expect(guard.health()).toMatchObject([{ module: "memories", state: "OPEN", stateValue: 1, failures: 5 }]);
  expect(await ask()).toEqual(
    refuse("unavailable", {
      message: "The memories module is not available right now. Please try again in a minute.",
      retryAfterMs: 60_000,
    }),
  );
  expect(module.calls).toBe(5);
});

test("CBR-1 a success in between, or a no in words, begins the count anew", async () => {
  const { module, guard, ask, failTimes } = guarded();
  await failTimes(4);
  module.answer = refuse("not_found", { message: "No such quote." });
  await ask();
  await failTimes(4);
  module.answer = well;
  await ask();
  await failTimes(4);
  expect(guard.health()[0]).toMatchObject({ state: "CLOSED", successes: 2, failures: 12 });
});

test("CBR-2 after 60 s two successes close it", async () => {
  const { clock, module, guard, ask, failTimes } = guarded();
  await failTimes(5);
  clock.now += 60_000;
  module.answer = well;
  expect(guard.health()[0]?.state).toBe("HALF_OPEN");
  expect(await ask()).toEqual(well);
  expect(guard.health()[0]?.state).toBe("HALF_OPEN");
  expect(await ask()).toEqual(well);
  expect(guard.health()[0]?.state).toBe("CLOSED");
});

test("CBR-3 after 60 s one failure opens it for another 60 s", async () => {
  const { clock, module, guard, ask, failTimes } = guarded();
  await failTimes(5);
  clock.now += 60_000;
  await failTimes(1);
  clock.now += 59_999;
  await ask();
  expect(module.calls).toBe(6);
  expect(guard.health()[0]?.state).toBe("OPEN");
  clock.now += 1;
  await ask();
  expect(module.calls).toBe(7);
});

test("T5 after a time-out the module rests 1, 2, 4 and 8 s, as long as the channel waits before it tries again", async () => {
  const { clock, module, ask } = guarded();
  module.takesMs = 3200;
  module.answer = refuse("timeout");
  for (const restMs of [1000, 2000, 4000, 8000]) {
    expect(await ask()).toEqual(refuse("timeout"));
    expect(await ask()).toMatchObject({ code: "unavailable", retryAfterMs: restMs });
    clock.now += restMs - 1;
    expect(await ask()).toMatchObject({ code: "unavailable", retryAfterMs: 1 });
    clock.now += 1;
  }
  expect(module.calls).toBe(4);
});

test("T5 a slow module rests as long as it took, but the event that waited for it may go on", async () => {
  const { clock, module, ask } = guarded();
  module.takesMs = 2500;
  await ask(own, "twitch:first");
  expect(await ask(own, "twitch:other")).toMatchObject({ code: "unavailable", retryAfterMs: 2500 });
  expect(await ask(own, "twitch:first")).toEqual(well);
  clock.now += 2500;
  expect(await ask(own, "twitch:other")).toEqual(well);
  expect(module.calls).toBe(3);
});

test("a module beside a hanging one is called as ever", async () => {
  const { module, ask } = guarded();
  module.takesMs = 3200;
  module.answer = refuse("timeout");
  await ask();
  module.takesMs = 0;
  module.answer = well;
  expect(await ask({ ...own, module: "core" })).toEqual(well);
});

test("CBR-5 code elsewhere rests by its address, and its breaker is its target's own", async () => {
  const { module, guard, ask } = guarded();
  const hook = (url: string): PlannedCall => ({ ...own, target: { type: "webhook", url } });
  module.takesMs = 3200;
  module.answer = refuse("timeout");
  await ask(hook("https://slow.example/"));
  module.takesMs = 0;
  module.answer = well;
  expect(await ask(hook("https://slow.example/"))).toMatchObject({ code: "unavailable" });
  expect(await ask(hook("https://other.example/"))).toEqual(well);
  expect(guard.health()).toEqual([]);
});
