import { expect, test } from "vitest";
import { inCoordinator } from "#test/fakes/coordinator-life.workerd";

const second = 1000;
const shard = { keys: ["discord:0"], left: [] };
const rooms = { keys: ["irc:host:#a", "irc:host:#b", "irc:other:#c"], left: [] };
const told = { id: "g1", key: "discord:0", node: "b", from: null, lastHeardAt: null };

test("T8 a first session is no gap; a sidecar that takes over without a position leaves one, from when the other was last heard", () =>
  inCoordinator(({ shards, gaps, clock }) => {
    shards.share("a", shard);
    gaps.note({ ...told, node: "a", to: clock.now });
    expect(gaps.list(9)).toEqual([]);
    const lastSeen = clock.now;
    clock.now += 61 * second;
    expect(shards.share("b", shard).held).toEqual([{ key: "discord:0", fencing: 2 }]);
    const taken = clock.now;
    expect(gaps.list(9)).toMatchObject([{ connection: "discord:0", node: "b", from: lastSeen, to: taken }]);
    // READY comes later; until then nobody listened either. The same gap, told twice, stays one.
    for (const id of ["g1", "g1"]) gaps.note({ ...told, id, to: taken + 3 * second });
    expect(gaps.list(9)).toMatchObject([{ node: "b", from: lastSeen, to: taken + 3 * second }]);
  }));

test("T8 a session that could not be resumed is a gap from what the gateway itself knows, once", () =>
  inCoordinator(({ shards, gaps, clock }) => {
    shards.share("a", shard);
    gaps.note({ ...told, node: "a", to: clock.now });
    const gap = { ...told, node: "a", from: clock.now + second, to: clock.now + 9 * second };
    gaps.note(gap);
    gaps.note(gap);
    expect(gaps.list(9)).toEqual([
      { id: "g1", connection: "discord:0", node: "a", from: gap.from, to: gap.to },
    ]);
  }));

test("T8 a gateway that lost its disk begins anew: the gap begins where its last socket ended", () =>
  inCoordinator(({ shards, gaps, clock }) => {
    shards.share("a", shard);
    gaps.note({ ...told, node: "a", to: clock.now });
    const again = { ...told, id: "g2", node: "a", to: clock.now + 8 * second };
    gaps.note({ ...again, lastHeardAt: clock.now + 2 * second });
    expect(gaps.list(9)).toMatchObject([{ from: clock.now + 2 * second, to: clock.now + 8 * second }]);
  }));

test("T8 channels let go together are one gap of their network; an orderly change is none", () =>
  inCoordinator(({ shards, gaps, clock }) => {
    shards.share("a", rooms);
    shards.share("a", { keys: [], left: rooms.keys });
    clock.now += second;
    shards.leave("a");
    shards.share("b", rooms);
    expect(gaps.list(9)).toEqual([]);
    const lastSeen = clock.now;
    clock.now += 70 * second;
    shards.share("c", rooms);
    expect(gaps.list(9).map(({ connection, node, from }) => ({ connection, node, from }))).toEqual([
      { connection: "irc:host", node: "c", from: lastSeen },
      { connection: "irc:other", node: "c", from: lastSeen },
    ]);
  }));

test("the list is bounded and the latest come first", () =>
  inCoordinator(({ gaps }) => {
    for (let n = 1; n <= 1100; n++) gaps.note({ ...told, id: `g${n}`, from: n, to: n + 1 });
    expect(gaps.list(2000)).toHaveLength(1000);
    expect(gaps.list(1)).toMatchObject([{ id: "g1100" }]);
  }));
