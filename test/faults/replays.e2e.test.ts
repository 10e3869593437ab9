import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must } from "#lib/must";
import { makeRandom } from "#simulators/random";
import { eventually, makeSecrets } from "#test/e2e/stack";
import { evictChannel, inspectChannel } from "#test/faults/channel-facts";
import { type Delivery, deliveryKinds } from "#test/faults/deliveries";
import { countHandled } from "#test/faults/effects";
import { type FaultStack, killWorkerd, startFaultStack } from "#test/faults/fault-stack";
import { type RawRequest, sendRaw } from "#test/faults/raw-http";
import { recordFigures } from "#test/faults/record";

/** `npm run faults -- replays` makes 10,000. */
const wanted = Number(process.env["REPLAYS"] ?? 240);
const random = makeRandom(Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501)).fork("replays");
const secrets = makeSecrets();
const kinds = deliveryKinds(secrets);
let stack: FaultStack;

beforeAll(async () => {
  stack = await startFaultStack({ edge: "edge-inspected.workerd.ts", secrets });
});
afterAll(() => stack?.close());

/** What somebody who recorded the request can make of it. Its signature stays right in all of them. */
const ways: Record<string, (captured: RawRequest, delivery: Delivery) => RawRequest> = {
  "as it was": (captured) => captured,
  "with another retry number": (_, delivery) => delivery.request(1 + random.int(9)),
  "to a path of somebody else": (captured) => ({ ...captured, path: `${captured.path}/somebody-else` }),
  "to the other spelling of the path": (captured) => ({
    ...captured,
    path: captured.path.startsWith("/interactions")
      ? captured.path.replace("interactions", "webhooks")
      : captured.path.replace("webhooks", "webhook"),
  }),
  "as old as may be": (_, delivery) => delivery.aged(290),
  "too old": (_, delivery) => delivery.aged(601),
  "from the future": (_, delivery) => delivery.aged(-330),
};
const replaysOfOne = Object.keys(ways).length + 2;

interface Captured {
  delivery: Delivery;
  request: RawRequest;
}

test(`threat 2: ${wanted} replays, in every way, before and after eviction and a crash, have one effect each`, {
  timeout: 120_000 + wanted * 30,
}, async () => {
  const captured: Captured[] = [];
  const statuses: Record<string, number> = {};
  const send = async (request: RawRequest) => {
    const { status } = await sendRaw(stack.url, request);
    statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
    return status;
  };
  for (let replays = 0; replays < wanted; replays += replaysOfOne) {
    const kind = must(kinds[captured.length % kinds.length], "a kind of delivery");
    const delivery = kind.make(`!ping ${randomUUID()}`);
    const request = delivery.request(0);
    // The copy may overtake the original.
    const [first, twin] = await Promise.all([send(request), send(request)]);
    expect([first, twin]).toEqual([kind.status, kind.status]);
    for (const replay of Object.values(ways)) await send(replay(request, delivery));
    captured.push({ delivery, request });
  }
  const channels = [...new Set(captured.map(({ delivery }) => delivery.entityId))];
  const again = async () => {
    for (const { request } of captured) await send(request);
  };
  await Promise.all(channels.map(settled));
  for (const channel of channels) await evictChannel(stack.edgeUrl, channel);
  await again();
  await Promise.all(channels.map(settled));
  await killWorkerd(stack);
  await again();
  await Promise.all(channels.map(settled));

  console.log(`${captured.length} requests, answered ${JSON.stringify(statuses)}`);
  expect(Object.keys(statuses).filter((status) => status.startsWith("5"))).toEqual([]);
  const stored = (
    await Promise.all(channels.map((channel) => inspectChannel(stack.edgeUrl, channel)))
  ).flatMap(({ seen }) => seen.map(({ id }) => id));
  const handled = countHandled(stack);
  const effects = captured.map(({ delivery: { id } }) => ({
    id,
    stored: stored.filter((one) => one === id).length,
    handled: handled.get(id) ?? 0,
  }));
  recordFigures("replays", {
    requests: captured.length,
    replays: Object.values(statuses).reduce((sum, count) => sum + count, 0),
    wrong: effects.filter(({ stored, handled }) => stored !== 1 || handled !== 1).length,
  });
  expect(effects.filter((effect) => effect.stored !== 1 || effect.handled !== 1)).toEqual([]);
  expect(stored.length).toBe(captured.length);
});

const settled = (entityId: string) =>
  eventually(
    () => inspectChannel(stack.edgeUrl, entityId),
    ({ waiting }) => waiting.length === 0,
    30_000,
  );
