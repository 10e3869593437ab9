import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GatewayFrame } from "#contracts/gateway";
import { makeEntityId } from "#contracts/ids";
import { eventually } from "#test/e2e/stack";
import { evictChannel, inspectChannel } from "#test/faults/channel-facts";
import { countConflicts } from "#test/faults/effects";
import { type FaultStack, killWorkerd, startFaultStack } from "#test/faults/fault-stack";
import { gatewayRequest } from "#test/faults/platform-requests";
import { sendRaw } from "#test/faults/raw-http";
import { connectSidecar } from "#test/faults/sidecar";

const network = "irc.test";
const entityId = makeEntityId({ platform: "irc", server: network, channel: "#duck" });
let stack: FaultStack;

beforeAll(async () => {
  stack = await startFaultStack({
    edge: "edge-inspected.workerd.ts",
    channels: [{ entityId, channelName: "#duck", viewers: [] }],
  });
});
afterAll(() => stack?.close());

const connect = () => connectSidecar(stack.url, stack.secrets.gatewayKey);

/** As many lines with a command as wanted, each with an id and a word of its own. */
function aBatch(size: number): { frame: GatewayFrame; word: string }[] {
  return Array.from({ length: size }, () => {
    const id = randomUUID();
    const word = `w${id.slice(0, 8)}`;
    const raw = `:bob!b@host PRIVMSG #duck :!help ${word}`;
    return { word, frame: { platform: "irc", connection: network, id, receivedAt: Date.now(), raw } };
  });
}

/** Everything stored was handled, and every reply was said or given up. */
const settled = () =>
  eventually(
    () => inspectChannel(stack.edgeUrl, entityId),
    ({ waiting, outbox }) =>
      waiting.length === 0 && outbox.every(({ state }) => state !== "new" && state !== "sending"),
  );

/** How often each event of a batch was stored, and how many replies it has. */
async function countEach(batch: readonly { frame: GatewayFrame }[]) {
  const { seen, outbox } = await settled();
  return batch.map(({ frame }) => {
    const id = `irc:${network}:${frame.id}`;
    return {
      stored: seen.filter((row) => row.id === id).length,
      replies: outbox.filter(({ eventId }) => eventId === id).length,
    };
  });
}

const framesOf = (batch: readonly { frame: GatewayFrame }[]) => batch.map(({ frame }) => frame);
const once = { stored: 1, replies: 1 };

test("RCV-3 a gateway batch sent again on the same and on a new socket has one effect", async () => {
  const batch = aBatch(5);
  const first = await connect();
  expect(await first.sendBatch(1, framesOf(batch))).toBe(true);
  expect(await first.sendBatch(2, framesOf(batch))).toBe(true);
  await settled();
  const second = await connect();
  expect(await second.sendBatch(1, framesOf(batch))).toBe(true);
  expect(await countEach(batch)).toEqual(batch.map(() => once));
  const texts = [...first.said, ...second.said].map(({ text }) => text);
  for (const { word } of batch) expect(texts.filter((text) => text.includes(word))).toHaveLength(1);
  second.close();
});

test("RCV-3 a gateway batch sent again after the object was thrown out of memory has one effect", async () => {
  const batch = aBatch(3);
  const sidecar = await connect();
  expect(await sidecar.sendBatch(1, framesOf(batch))).toBe(true);
  await settled();
  await evictChannel(stack.edgeUrl, entityId);
  expect(await sidecar.sendBatch(2, framesOf(batch))).toBe(true);
  expect(await countEach(batch)).toEqual(batch.map(() => once));
  expect(sidecar.said).toHaveLength(batch.length);
  sidecar.close();
});

test("RCV-3 a gateway batch whose acknowledgement workerd took along is sent again: one effect", async () => {
  const batch = aBatch(20);
  const before = await connect();
  const isAcknowledged = before.sendBatch(1, framesOf(batch));
  await killWorkerd(stack);
  await isAcknowledged;
  const after = await connect();
  expect(await after.sendBatch(1, framesOf(batch))).toBe(true);
  expect(await after.sendBatch(2, framesOf(batch))).toBe(true);
  expect(await countEach(batch)).toEqual(batch.map(() => once));
  // Said by the one that was there before the kill or by the one after; IRC replies may be repeated by key.
  const keys = [...before.said, ...after.said].map(({ id }) => id);
  expect(new Set(keys).size).toBe(batch.length);
  after.close();
});

test("threat 2: a frame's id with another line in it has no effect and is reported", async () => {
  const reported = countConflicts(stack);
  const [one] = aBatch(1);
  if (!one) throw new Error("no frame");
  const other = { ...one.frame, raw: one.frame.raw.replace(one.word, "something-else") };
  const sidecar = await connect();
  expect(await sidecar.sendBatch(1, [one.frame])).toBe(true);
  expect(await sidecar.sendBatch(2, [other])).toBe(true);
  expect(await countEach([one])).toEqual([once]);
  await eventually(
    () => countConflicts(stack),
    (now) => now === reported + 1,
  );
  expect(sidecar.said.map(({ text }) => text).filter((text) => text.includes("something-else"))).toEqual([]);
  sidecar.close();
});

test("threat 25: a captured handshake opens no second socket, after a restart neither", async () => {
  const handshake = await gatewayRequest({ key: stack.secrets.gatewayKey });
  expect((await sendRaw(stack.url, handshake)).status).toBe(101);
  expect((await sendRaw(stack.url, handshake)).status).toBe(401);
  await killWorkerd(stack);
  expect((await sendRaw(stack.url, handshake)).status).toBe(401);
});
