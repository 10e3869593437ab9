import { expect, test } from "vitest";
import { Gate } from "#durable-objects/outbound-gate/gate";

const chat = { lane: "chat/1", limit: 20, windowMs: 30_000 };

function makeGate() {
  const clock = { now: 1_000_000 };
  return { clock, gate: new Gate(() => clock.now) };
}

test("at most the limit in any window, and the wait is exact", async () => {
  const { clock, gate } = makeGate();
  for (let call = 0; call < 20; call++) {
    expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 0 });
    clock.now += 100;
  }
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 28_000 });
  clock.now += 28_000;
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 0 });
});

test("timers leave room for replies, replies for moderation", async () => {
  const { gate } = makeGate();
  const fill = async (priority: "timer" | "reply" | "moderation") => {
    let passed = 0;
    while ((await gate.take([chat], priority)).waitMs === 0) passed++;
    return passed;
  };
  expect(await fill("timer")).toBe(12);
  expect(await fill("reply")).toBe(6);
  expect(await fill("moderation")).toBe(2);
});

test("a full lane takes no place in the others", async () => {
  const { gate } = makeGate();
  const slow = { lane: "channel/1", limit: 1, windowMs: 1000 };
  const wide = { lane: "all", limit: 2, windowMs: 1000 };
  expect(await gate.take([slow, wide], "moderation")).toEqual({ waitMs: 0 });
  expect(await gate.take([slow, wide], "moderation")).toEqual({ waitMs: 1000 });
  expect(await gate.take([wide], "moderation")).toEqual({ waitMs: 0 });
});

test("a lane that the platform shut stays shut to the moment it named", async () => {
  const { clock, gate } = makeGate();
  await gate.shut("chat/1", clock.now + 5000);
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 5000 });
  await gate.shut("chat/1", clock.now + 1000);
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 5000 });
  clock.now += 5000;
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 0 });
});

test("lanes nobody uses are forgotten", async () => {
  const { clock, gate } = makeGate();
  for (let lane = 0; lane < 1000; lane++) {
    await gate.take([{ lane: `route/${lane}`, limit: 5, windowMs: 1000 }], "reply");
    clock.now += 10;
  }
  expect(gate.size).toBeLessThan(600);
});
