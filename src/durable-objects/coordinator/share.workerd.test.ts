import { expect, test } from "vitest";
import { inCoordinator } from "#test/fakes/coordinator-life.workerd";

const second = 1000;
const keys = Array.from({ length: 20 }, (_, index) => `irc:host:#room-${index}`);
const none = { keys, left: [] };
const namesOf = (held: readonly { key: string }[]) => held.map(({ key }) => key);

test("SHD-2 a node alone holds everything; a second gets its part once the first has left it", () =>
  inCoordinator(({ shards }) => {
    expect(namesOf(shards.share("a", none).held)).toEqual(keys);
    expect(shards.share("b", none)).toEqual({ held: [], drain: [], isSettled: false });
    const told = shards.share("a", none);
    expect(told.drain.length).toBeGreaterThan(0);
    expect([...told.drain, ...namesOf(told.held)].sort()).toEqual([...keys].sort());
    expect(shards.share("b", none).held).toEqual([]);
    expect(shards.share("a", { keys, left: told.drain })).toMatchObject({ drain: [], isSettled: true });
    const second = shards.share("b", none);
    expect(namesOf(second.held).sort()).toEqual([...told.drain].sort());
    expect(second.held.every(({ fencing }) => fencing === 2)).toBe(true);
  }));

test("SHD-4 a node that is not heard of for a minute loses everything, and not before", () =>
  inCoordinator(({ shards, clock, restart }) => {
    shards.share("a", none);
    clock.now += 30 * second;
    shards.share("b", none);
    clock.now += 30 * second;
    expect(shards.share("b", none).held).toEqual([]);
    clock.now += second;
    const taken = restart().shards.share("b", none);
    expect(taken.held).toEqual(keys.map((key) => ({ key, fencing: 2 })));
    // The first wakes up: it holds nothing, and its old numbers are no good.
    expect(shards.share("a", none).held).toEqual([]);
    expect(shards.holderOf(keys[0] ?? "")).toEqual({ node: "b", fencing: 2 });
  }));

test("a lock that is renewed keeps its number for hours; only who holds is named, and nobody who is silent", () =>
  inCoordinator(({ shards, clock }) => {
    for (let minute = 0; minute < 5 * 60; minute++) {
      shards.share("a", none);
      clock.now += 59 * second;
    }
    expect(shards.share("a", none).held).toEqual(keys.map((key) => ({ key, fencing: 1 })));
    expect(shards.holderOf("irc:host:#other")).toBeUndefined();
    clock.now += 61 * second;
    expect(shards.holderOf(keys[0] ?? "")).toBeUndefined();
  }));

test("what is no longer wished for is drained, then free", () =>
  inCoordinator(({ shards }) => {
    shards.share("a", none);
    const fewer = keys.slice(1);
    expect(shards.share("a", { keys: fewer, left: [] }).drain).toEqual(keys.slice(0, 1));
    expect(shards.share("a", { keys: fewer, left: keys.slice(0, 1) }).drain).toEqual([]);
    expect(shards.holderOf(keys[0] ?? "")).toBeUndefined();
  }));

test("SHD-4 a plain lock of a silent node keeps its own minute", () =>
  inCoordinator(({ shards, clock }) => {
    shards.join("a");
    clock.now += 50 * second;
    shards.lock("twitch:1", "a");
    clock.now += 20 * second;
    shards.join("b");
    expect(shards.lock("twitch:1", "b").ok).toBe(false);
  }));
