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

function run(ids: string[], accept: AcceptFramesDeps["accept"]): Promise<boolean> {
  return acceptFrames(ids.map(aFrame), { parseFrame, isCovered: () => true, accept, log: () => {} });
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
