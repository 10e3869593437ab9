import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { Coordinator } from "#durable-objects/coordinator/coordinator";
import { Shards } from "#durable-objects/coordinator/shards";
import { coordinatorMigrations } from "#durable-objects/coordinator/tables";
import { migrate } from "#durable-objects/storage/migrate";
import { anEntity, inCoordinator, someEntities } from "#test/fakes/coordinator-life.workerd";
import { openInbox, type PollNode, type Source, work } from "#test/fakes/poll-nodes.workerd";

const second = 1000;

describe("locks", () => {
  test("SHD-4 of two nodes one gets the channel; the other when the lock has run out", () =>
    inCoordinator(({ shards, clock }) => {
      expect(shards.lock("twitch:1", "a")).toEqual({
        ok: true,
        value: { fencing: 1, expiresAt: clock.now + 60 * second },
      });
      clock.now += 20 * second;
      expect(shards.lock("twitch:1", "b")).toMatchObject({ code: "conflict", retryAfterMs: 40 * second });
      // Renewed: the same number, a new minute.
      expect(shards.lock("twitch:1", "a")).toMatchObject({ value: { fencing: 1 } });
      clock.now += 59 * second;
      expect(shards.lock("twitch:1", "b").ok).toBe(false);
      clock.now += second;
      expect(shards.lock("twitch:1", "b")).toMatchObject({ value: { fencing: 2 } });
      expect(shards.lock("twitch:1", "a").ok).toBe(false);
    }));

  test("SHD-4 the old holder's number is refused, and what it gives back is not its own any more", () =>
    inCoordinator(({ shards, clock, restart }) => {
      shards.lock("twitch:1", "a");
      expect(shards.validateLock("twitch:1", 1)).toBe(true);
      clock.now += 60 * second;
      expect(shards.validateLock("twitch:1", 1)).toBe(false);
      shards.lock("twitch:1", "b");
      expect(shards.unlock("twitch:1", "a", 1)).toBe(false);
      expect(restart().shards.validateLock("twitch:1", 2)).toBe(true);
      expect(shards.unlock("twitch:1", "b", 2)).toBe(true);
      expect(shards.validateLock("twitch:1", 2)).toBe(false);
      expect(shards.lock("twitch:1", "a")).toMatchObject({ value: { fencing: 3 } });
    }));

  test("a lock that ran out gets a new number even when its old node takes it again", () =>
    inCoordinator(({ shards, clock }) => {
      shards.lock("twitch:1", "a");
      clock.now += 61 * second;
      expect(shards.lock("twitch:1", "a")).toMatchObject({ value: { fencing: 2 } });
    }));
});

describe("the ring", () => {
  test("SHD-2 a node that joins gets its share, and only channels that go to it move", () =>
    inCoordinator(({ coordinator, shards, clock, restart }) => {
      coordinator.populate(someEntities(1000), false);
      for (const node of ["a", "b", "c", "d"]) shards.join(node);
      const before = new Map(["a", "b", "c", "d"].map((node) => [node, shards.assignments(node).own]));
      expect(shards.join("e")).toEqual({ generation: 5 });
      const gained = shards.assignments("e").own;
      for (const [node, own] of before)
        expect(shards.assignments(node).own).toEqual(own.filter((channel) => !gained.includes(channel)));
      const stats = restart().shards.rebalance();
      expect(stats).toMatchObject({ generation: 5, channels: 1000, draining: 0 });
      expect(stats.lastRebalance).toEqual({ at: clock.now, moved: gained.length, channels: 1000 });
      expect(gained.length).toBeGreaterThan(100);
      expect(gained.length).toBeLessThanOrEqual(250);
      expect(stats.nodes.reduce((sum, { assigned }) => sum + assigned, 0)).toBe(1000);
    }));

  test("a node not heard of for a minute is taken out; one that joins again changes nothing", () =>
    inCoordinator(({ coordinator, shards, clock }) => {
      coordinator.populate(someEntities(10), false);
      shards.join("a");
      shards.join("b");
      clock.now += 60 * second;
      expect(shards.join("a")).toEqual({ generation: 2 });
      clock.now += second;
      expect(shards.rebalance()).toMatchObject({ generation: 3, nodes: [{ node: "a", assigned: 10 }] });
      expect(shards.assignments("b").own).toEqual([]);
    }));

  test("what a node has locked and lost is drained, not torn from it; who leaves gives all back", () =>
    inCoordinator(({ coordinator, shards }) => {
      coordinator.populate(someEntities(40), false);
      shards.join("a");
      for (const channel of shards.assignments("a").own) shards.lock(channel, "a");
      shards.join("b");
      const { own } = shards.assignments("b");
      expect(own.length).toBeGreaterThan(0);
      expect(shards.assignments("a").drain.sort()).toEqual([...own].sort());
      expect(shards.rebalance().draining).toBe(own.length);
      const [channel = ""] = own;
      expect(shards.lock(channel, "b").ok).toBe(false);
      expect(shards.unlock(channel, "a", 1)).toBe(true);
      expect(shards.lock(channel, "b")).toMatchObject({ value: { fencing: 2 } });
      shards.leave("a");
      expect(shards.rebalance()).toMatchObject({
        draining: 0,
        nodes: [{ node: "b", assigned: 40, locked: 1 }],
      });
    }));
});

test("SHD-6 nodes come, go, hang and crash under traffic: every line is acted on once, in order", async () => {
  const names = Array.from({ length: 6 }, (_, index) => `irc:host:#${index}`);
  const clock = { now: 1_800_000_000_000 };
  const stub = env.STORAGE_HOST.get(env.STORAGE_HOST.idFromName("rebalance-under-traffic"));
  const parts = await runInDurableObject(stub, (_, { storage }) => {
    migrate(storage, coordinatorMigrations);
    new Coordinator(storage, () => clock.now).populate(
      names.map((name) => anEntity(name)),
      false,
    );
    return { shards: new Shards(storage, () => clock.now) };
  });
  const withShards = <T>(ask: (shards: Shards) => T) => runInDurableObject(stub, () => ask(parts.shards));
  const sources: Source[] = [];
  for (const channel of names)
    sources.push({ channel, written: 0, cursor: 0, inbox: await openInbox(channel) });
  const nodes = new Map<string, PollNode>();
  const start = (name: string) => nodes.set(name, { name, state: "working", locks: new Map() });
  const setState = (name: string, state: PollNode["state"]) => {
    const node = nodes.get(name);
    if (node) node.state = state;
  };

  start("a");
  start("b");
  let steps = 0;
  for (let round = 1; round <= 40; round++) {
    if (round === 6) start("c");
    if (round === 12) setState("a", "gone");
    if (round === 16) setState("b", "hung");
    if (round === 18) start("d");
    if (round === 26) {
      // Back from the dead, it says what it still had in hand: its numbers are old, and the inbox knows the lines.
      for (const [channel, fencing] of nodes.get("b")?.locks ?? []) {
        expect(await withShards((shards) => shards.validateLock(channel, fencing))).toBe(false);
        await sources.find((source) => source.channel === channel)?.inbox.accept([3, 1, 2]);
      }
      setState("b", "working");
    }
    if (round === 30) await withShards((shards) => shards.leave("c"));
    if (round === 30) setState("c", "gone");
    for (const source of sources) source.written += 1 + (round % 3);
    const order = round % 2 === 0 ? [...nodes.values()] : [...nodes.values()].reverse();
    // Every fifth time a node forgets to say how far it got.
    for (const node of order)
      await work(node, sources, { withShards, forgetsCursor: () => ++steps % 5 === 0 });
    clock.now += 10 * second;
  }
  for (const node of nodes.values()) await work(node, sources, { withShards, forgetsCursor: () => false });

  for (const { inbox, written } of sources)
    expect(inbox.handled()).toEqual(Array.from({ length: written }, (_, index) => index + 1));
  const duplicates = sources.reduce((sum, { inbox }) => sum + inbox.inbox.duplicates, 0);
  const { generation, nodes: left } = await withShards((shards) => shards.rebalance());
  // The test would prove nothing if nothing had come twice or moved.
  expect(duplicates).toBeGreaterThan(0);
  expect(generation).toBeGreaterThanOrEqual(7);
  expect(left.map(({ node }) => node)).toEqual(["b", "d"]);
});
