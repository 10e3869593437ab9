import { expect, test } from "vitest";
import type { PlatformEvent } from "#contracts/event";
import { platformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import type { AcceptFramesDeps } from "#durable-objects/gateway-link/accept-frames";
import { acceptFrames } from "#durable-objects/gateway-link/accept-frames";

const aFrame = (id: string): GatewayFrame => ({
  platform: "irc",
  connection: "host",
  id,
  receivedAt: 1,
  raw: id.charAt(0),
});

/** The frame's raw letter is its channel; `x` breaks the parser, `-` is nothing. */
function parseFrame({ id, raw }: GatewayFrame): PlatformEvent[] {
  if (raw === "x") throw new Error("a parser that is not total");
  if (raw === "-") return [];
  const event = platformEvent.parse({
    type: "chatMessage",
    id,
    platform: "irc",
    entityId: `irc:host:#${raw}`,
    user: { id: "u", login: "u", name: "u" },
    receivedAt: 1,
    occurredAt: 1,
    correlationId: "c",
    text: "hi",
  });
  return [event];
}

const noJournal: AcceptFramesDeps["handOver"] = {
  waiting: 0,
  room: async () => undefined,
  take: () => {
    throw new Error("nothing is to be kept");
  },
};

function run(ids: string[], accept: AcceptFramesDeps["accept"]): Promise<boolean> {
  const noteGap = () => Promise.reject(new Error("there is no gap"));
  return acceptFrames(ids.map(aFrame), {
    ...{ parseFrame, isCovered: () => true, accept, noteGap, log: () => {} },
    handOver: noJournal,
  });
}

test("it is not done before the last channel has stored its events", async () => {
  const slow = Promise.withResolvers<void>();
  const started: string[] = [];
  let isDone = false;
  const result = run(["a1", "b1", "a2"], (entityId) => {
    started.push(entityId);
    return entityId.endsWith("b") ? slow.promise : Promise.resolve();
  }).finally(() => {
    isDone = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  // Both at once: one slow channel does not hold up the others.
  expect([started, isDone]).toEqual([["irc:host:#a", "irc:host:#b"], false]);
  slow.resolve();
  expect(await result).toBe(true);
});

test("a channel gets its events in the order they came", async () => {
  const got: string[] = [];
  await run(
    ["a2", "b1", "-", "a1", "x", "a3"],
    async (_, events) => void got.push(...events.map(({ id }) => id)),
  );
  expect(got).toEqual(["a2", "a1", "a3", "b1"]);
});

test("one channel that fails makes the batch fail; a broken parser only loses its frame", async () => {
  const failing = async (entityId: string) => {
    if (entityId.endsWith("b")) throw new Error("gone");
  };
  expect(await run(["a1", "b1"], failing)).toBe(false);
  expect(await run(["a1", "x", "-"], failing)).toBe(true);
});

test("T8 a gap is noted and is nobody's chat; one that cannot be noted is not acknowledged", async () => {
  const told: unknown[] = [];
  const noteGap: AcceptFramesDeps["noteGap"] = async ({ connection }, gap) => told.push({ connection, gap });
  const gap = { from: 5, to: 9 };
  const deps = {
    parseFrame,
    isCovered: () => true,
    accept: async () => undefined,
    handOver: noJournal,
    log: () => {},
  };
  const frames = [{ ...aFrame("a1"), gap }];
  expect(await acceptFrames(frames, { ...deps, accept: failing, noteGap })).toBe(true);
  expect(told).toEqual([{ connection: frames[0]?.connection, gap }]);
  expect(await acceptFrames(frames, { ...deps, noteGap: failing })).toBe(false);
});

const failing = () => Promise.reject(new Error("away"));

test("L9 a batch for many channels is kept as one; while that goes on, nothing overtakes it", async () => {
  const kept: string[][] = [];
  const handOver = {
    waiting: 0,
    room: async () => undefined,
    take: (events: readonly PlatformEvent[]) => {
      kept.push(events.map(({ id }) => id));
    },
  };
  const accepted: string[] = [];
  const accept = async (entityId: string) => accepted.push(entityId);
  const deps = { parseFrame, isCovered: () => true, accept, noteGap: failing, log: () => {} };
  const many = ["a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1"];
  expect(await acceptFrames(many.map(aFrame), { ...deps, handOver })).toBe(true);
  expect([kept, accepted]).toEqual([[many], []]);
  expect(await acceptFrames(["a2"].map(aFrame), { ...deps, handOver: { ...handOver, waiting: 9 } })).toBe(
    true,
  );
  expect([kept[1], accepted]).toEqual([["a2"], []]);
  expect(await acceptFrames(["a3"].map(aFrame), { ...deps, handOver })).toBe(true);
  expect(accepted).toEqual(["irc:host:#a"]);
});
