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
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 28_000, lane: "chat/1" });
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
  expect(await gate.take([slow, wide], "moderation")).toEqual({ waitMs: 1000, lane: "channel/1" });
  expect(await gate.take([wide], "moderation")).toEqual({ waitMs: 0 });
});

test("a lane that the platform shut stays shut to the moment it named", async () => {
  const { clock, gate } = makeGate();
  await gate.shut("chat/1", clock.now + 5000);
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 5000, lane: "chat/1" });
  await gate.shut("chat/1", clock.now + 1000);
  expect(await gate.take([chat], "moderation")).toEqual({ waitMs: 5000, lane: "chat/1" });
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

test("the lane that makes one wait longest is named, and nothing was taken in the others", async () => {
  const { gate } = makeGate();
  const said = { lane: "said/1/x", limit: 1, windowMs: 30_000 };
  const floor = { lane: "floor/1", limit: 1, windowMs: 1100 };
  expect(await gate.take([floor, said], "reply")).toEqual({ waitMs: 0 });
  expect(await gate.take([floor, said], "reply")).toEqual({ waitMs: 30_000, lane: "said/1/x" });
  expect(await gate.take([floor], "reply")).toEqual({ waitMs: 1100, lane: "floor/1" });
});

test("a message of several parts gets all its places or none", async () => {
  const { clock, gate } = makeGate();
  const parts = (places: number) => ({ ...chat, places });
  expect(await gate.take([parts(15)], "reply")).toEqual({ waitMs: 0 });
  expect(await gate.take([parts(4)], "reply")).toMatchObject({ waitMs: 30_000 });
  expect(await gate.take([parts(3)], "reply")).toEqual({ waitMs: 0 });
  clock.now += 30_000;
  // More parts than may ever be had go as soon as the lane is empty.
  expect(await gate.take([parts(99)], "reply")).toEqual({ waitMs: 0 });
  expect(await gate.take([parts(1)], "reply")).toMatchObject({ waitMs: 30_000 });
});

test("where the identity moderates another limit holds, or none", async () => {
  const { gate } = makeGate();
  const at = (place: string) => [
    { ...chat, lane: `chat/${place}`, inModerated: { place, limit: 100 } },
    { lane: `floor/${place}`, limit: 1, windowMs: 1100, inModerated: { place, limit: Infinity } },
  ];
  gate.setModerated(["7"]);
  const many = async (place: string) => {
    let passed = 0;
    while ((await gate.take(at(place), "moderation")).waitMs === 0) passed++;
    return passed;
  };
  expect([await many("7"), await many("8")]).toEqual([100, 1]);
  gate.setModerated([]);
  expect(await gate.take(at("7"), "moderation")).toMatchObject({ lane: "chat/7" });
});

test("places that were not used can be had again", async () => {
  const { gate } = makeGate();
  const floor = { lane: "floor/1", limit: 1, windowMs: 1100 };
  const wide = { ...chat, places: 3 };
  await gate.take([floor, wide], "moderation");
  await gate.giveBack([floor, wide]);
  await gate.giveBack([{ lane: "unknown", limit: 1, windowMs: 1 }]);
  expect(await gate.take([floor, { ...chat, places: 20 }], "moderation")).toEqual({ waitMs: 0 });
});
