import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HashRing, hashText } from "#lib/hash-ring";

const channels = Array.from({ length: 5000 }, (_, index) => `twitch:${1_000_000 + index * 7}`);
const nodes = (count: number) => Array.from({ length: count }, (_, index) => `gateway-${index + 1}`);

/** Where each channel lives; by channel. */
const placement = (ring: HashRing) => new Map(channels.map((channel) => [channel, ring.nodeOf(channel)]));

describe("5,000 channels", () => {
  test("SHD-1 on four nodes, each has 1,250 of them within a fifth", () => {
    for (const counts of new HashRing(nodes(4)).spread(channels).values()) {
      expect(counts).toBeGreaterThanOrEqual(1000);
      expect(counts).toBeLessThanOrEqual(1500);
    }
  });

  test("SHD-2 a fifth node takes about a fifth, and nothing moves between the old ones", () => {
    const ring = new HashRing(nodes(4));
    const before = placement(ring);
    ring.add("gateway-5");
    const moved = channels.filter((channel) => ring.nodeOf(channel) !== before.get(channel));
    expect(moved.length).toBeGreaterThan(5000 * 0.15);
    expect(moved.length).toBeLessThanOrEqual(5000 * 0.25);
    expect(new Set(moved.map((channel) => ring.nodeOf(channel)))).toEqual(new Set(["gateway-5"]));
  });

  test("SHD-3 when a node goes, only its channels move, and to more than one heir", () => {
    const ring = new HashRing(nodes(4));
    const before = placement(ring);
    ring.remove("gateway-2");
    const moved = channels.filter((channel) => ring.nodeOf(channel) !== before.get(channel));
    expect(new Set(moved)).toEqual(
      new Set(channels.filter((channel) => before.get(channel) === "gateway-2")),
    );
    expect(new Set(moved.map((channel) => ring.nodeOf(channel)))).toEqual(
      new Set(["gateway-1", "gateway-3", "gateway-4"]),
    );
  });
});

describe("the same everywhere", () => {
  const script = `
    import { HashRing } from "#lib/hash-ring";
    const ring = new HashRing(["b", "a", "c"]);
    process.stdout.write(JSON.stringify(["twitch:1", "irc:libera:#duck", "slack:T1:C1", "ü🐧"].map((key) => ring.nodeOf(key))));
  `;
  const node = join("node_modules", "node", "bin", "node");
  const inOwnProcess = () =>
    execFileSync(node, ["--input-type=module", "--eval", script], { encoding: "utf8" });

  test("SHD-5 two processes, two runs and this one agree", () => {
    const ring = new HashRing(["c", "b", "a"]);
    const here = JSON.stringify(
      ["twitch:1", "irc:libera:#duck", "slack:T1:C1", "ü🐧"].map((key) => ring.nodeOf(key)),
    );
    expect([inOwnProcess(), inOwnProcess()]).toEqual([here, here]);
  });

  test("SHD-5 the hash itself is pinned: another one would move every channel at a deploy", () => {
    expect(["", "a", "twitch:1001", "ü🐧"].map(hashText)).toEqual([
      2_872_998_923, 444_641_715, 664_734_062, 4_104_619_398,
    ]);
  });
});

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 });
const keys = fc.array(fc.string(), { minLength: 1, maxLength: 40 });

describe("for any nodes and keys", () => {
  test("SHD-5 the order in which nodes come, or come back, does not matter", () => {
    fc.assert(
      fc.property(names, keys, fc.nat(), (some, asked, pick) => {
        const straight = new HashRing(some);
        const again = new HashRing();
        for (const node of some.toReversed()) again.add(node);
        const one = some[pick % some.length] ?? "";
        again.remove(one);
        again.add(one);
        again.add(one);
        expect(again.nodes).toEqual(straight.nodes);
        expect(asked.map((key) => again.nodeOf(key))).toEqual(asked.map((key) => straight.nodeOf(key)));
      }),
      { numRuns: 40 },
    );
  });

  test("SHD-2 SHD-3 adding moves keys only to the new node, removing only from the old one", () => {
    fc.assert(
      fc.property(names, keys, (some, asked) => {
        const [newcomer = "", ...others] = some;
        const small = new HashRing(others);
        const large = new HashRing(some);
        for (const key of asked) {
          const after = large.nodeOf(key);
          if (after !== newcomer) expect(after).toBe(small.nodeOf(key));
        }
        large.remove(newcomer);
        expect(asked.map((key) => large.nodeOf(key))).toEqual(asked.map((key) => small.nodeOf(key)));
      }),
      { numRuns: 40 },
    );
  });
});

test("an empty ring owns nothing; a stranger's leaving changes nothing", () => {
  const ring = new HashRing();
  expect(ring.nodeOf("twitch:1")).toBeUndefined();
  expect(ring.spread(["twitch:1"])).toEqual(new Map());
  ring.add("only");
  ring.remove("stranger");
  expect(ring.spread(["a", "b"])).toEqual(new Map([["only", 2]]));
});
