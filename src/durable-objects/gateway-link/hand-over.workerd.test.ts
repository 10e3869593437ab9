import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import { HandOver, type HandOverDeps } from "#durable-objects/gateway-link/hand-over";
import { Journal } from "#durable-objects/gateway-link/journal";
import { gatewayLinkMigrations } from "#durable-objects/gateway-link/tables";
import { migrate } from "#durable-objects/storage/migrate";

function anEvent(channel: string, id: string): PlatformEvent {
  return platformEvent.parse({
    ...{ type: "chatMessage", id, platform: "irc", entityId: `irc:host:#${channel}`, correlationId: "c" },
    ...{ user: { id: "u", login: "u", name: "u" }, receivedAt: 1, occurredAt: 1, text: "hi" },
  });
}

interface Life {
  open(accept: HandOverDeps["accept"], now?: () => number): HandOver;
  rows(): number;
}

let objects = 0;
function inObject(run: (life: Life) => Promise<void>): Promise<void> {
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName(`hand-over-${++objects}`));
  return runInDurableObject(stub, async (_, { storage }) => {
    migrate(storage, gatewayLinkMigrations);
    await run({
      open: (accept, now = Date.now) =>
        new HandOver(new Journal(storage.sql), { accept, log: () => undefined, now }),
      rows: () => Number(storage.sql.exec("SELECT count(*) AS n FROM journal").one()["n"]),
    });
  });
}

test("each channel gets its events in order, what came meanwhile as one, and nothing is left behind", () =>
  inObject(async ({ open, rows }) => {
    const calls: string[][] = [];
    const handOver = open(async (_, events) => calls.push(events.map(({ id }) => id)));
    handOver.take([anEvent("a", "a1"), anEvent("b", "b1"), anEvent("a", "a2")]);
    const running = handOver.run();
    handOver.take([anEvent("a", "a3")]);
    handOver.take([anEvent("a", "a4")]);
    expect([handOver.waiting, rows()]).toEqual([5, 3]);
    await running;
    expect(calls).toEqual([["a1", "a2"], ["b1"], ["a3", "a4"]]);
    expect([handOver.waiting, rows()]).toEqual([0, 0]);
  }));

test("a channel that hangs holds up no other; one that failed is tried again, in order and whole", () =>
  inObject(async ({ open, rows }) => {
    const hanging = Promise.withResolvers<void>();
    const got: string[] = [];
    let failures = 2;
    const handOver = open(async (entityId, events) => {
      if (entityId.endsWith("hangs")) await hanging.promise;
      if (entityId.endsWith("fails") && failures-- > 0) throw new Error("overloaded");
      got.push(...events.map(({ id }) => id));
    });
    handOver.take([
      anEvent("hangs", "h"),
      anEvent("fails", "f1"),
      anEvent("fails", "f2"),
      anEvent("ok", "o"),
    ]);
    const running = handOver.run();
    await expect.poll(() => got, { timeout: 8000 }).toEqual(["o", "f1", "f2"]);
    expect(rows()).toBe(1);
    hanging.resolve();
    await running;
    expect([got.at(-1), rows()]).toEqual(["h", 0]);
  }));

test("the next life goes on with what the last one kept, and repeats only what was not wholly in", () =>
  inObject(async ({ open }) => {
    const first = open(() => new Promise(() => undefined));
    first.take([anEvent("a", "a1"), anEvent("b", "b1")]);
    first.take([anEvent("a", "a2")]);
    const got: string[] = [];
    const second = open(async (_, events) => got.push(...events.map(({ id }) => id)));
    expect(second.waiting).toBe(3);
    await second.run();
    expect(got.sort()).toEqual(["a1", "a2", "b1"]);
    expect(open(async () => undefined).waiting).toBe(0);
  }));

test("above its bound there is no room until channels have taken something", () =>
  inObject(async ({ open }) => {
    const hanging = Promise.withResolvers<void>();
    const handOver = open(() => hanging.promise);
    for (let batch = 0; batch < 41; batch++)
      handOver.take(Array.from({ length: 500 }, (_, n) => anEvent(`${n % 100}`, `${batch}-${n}`)));
    let hasRoom = false;
    const room = handOver.room().then(() => {
      hasRoom = true;
    });
    void handOver.run();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hasRoom).toBe(false);
    hanging.resolve();
    await room;
    expect(handOver.waiting).toBeLessThanOrEqual(20_000);
  }));

/** The channels visited a second time when their next line comes so many milliseconds after the first visit. */
async function secondVisits(life: Life, channels: number, ms: number): Promise<number> {
  let now = 0;
  const visits = new Map<string, number>();
  const count = (wanted: number) => [...visits.values()].filter((one) => one === wanted).length;
  const handOver = life.open(
    async (entityId) => visits.set(entityId, (visits.get(entityId) ?? 0) + 1),
    () => now,
  );
  const say = (turn: number) =>
    handOver.take(Array.from({ length: channels }, (_, at) => anEvent(`${at}`, `${at}-${turn}`)));
  say(1);
  const running = handOver.run();
  // The loop is kept from its end, which forgets all channels, by what comes before the last visit.
  say(2);
  await expect.poll(() => count(1)).toBe(channels);
  now = ms;
  say(3);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const visited = count(2);
  now = 10_000;
  say(4);
  await running;
  return visited;
}

test("the more channels talk, the longer each gathers: together they are not visited more often", () =>
  inObject(async (life) => {
    expect(await secondVisits(life, 4, 250)).toBe(4);
    expect(await secondVisits(life, 100, 250)).toBe(0);
    expect(await secondVisits(life, 100, 501)).toBeGreaterThan(0);
    expect(await secondVisits(life, 1000, 1001)).toBeGreaterThan(0);
  }));
