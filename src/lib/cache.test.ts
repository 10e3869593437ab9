import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Cache, cacheKey, makeMemoryStore } from "#lib/cache";

const text = (value: unknown) => z.string().safeParse(value).data;
const number = (value: unknown) => z.number().safeParse(value).data;

function makeCache(options: Partial<ConstructorParameters<typeof Cache>[0]> = {}) {
  const clock = { now: 1_800_000_000_000 };
  return { clock, cache: new Cache({ now: () => clock.now, ...options }) };
}

describe("a cache", () => {
  test("keeps a value until its time is over, and counts hits and misses", async () => {
    const { cache, clock } = makeCache();
    expect(await cache.get("a", text)).toBeUndefined();
    await cache.set("a", "x", 30);
    clock.now += 29_999;
    expect(await cache.get("a", text)).toBe("x");
    expect(await cache.exists("a")).toBe(true);
    clock.now += 1;
    expect(await cache.get("a", text)).toBeUndefined();
    expect(await cache.exists("a")).toBe(false);
    expect(cache.stats).toEqual({ hits: 1, misses: 2, errors: 0 });
  });

  test("keeps 300 s unless said otherwise", async () => {
    const { cache, clock } = makeCache();
    await cache.set("a", "x");
    clock.now += 299_999;
    expect(await cache.get("a", text)).toBe("x");
    clock.now += 1;
    expect(await cache.get("a", text)).toBeUndefined();
  });

  test("reads and writes many at once", async () => {
    const { cache } = makeCache();
    await cache.setMany(
      new Map([
        ["a", "x"],
        ["b", "y"],
      ]),
    );
    expect(await cache.getMany(["a", "b", "c"], text)).toEqual(
      new Map([
        ["a", "x"],
        ["b", "y"],
      ]),
    );
    expect(await cache.delete("a")).toBe(true);
    expect(await cache.delete("a")).toBe(false);
  });

  test("counts up, and the first count sets the end", async () => {
    const { cache, clock } = makeCache();
    expect(await cache.increment("n", 1, 10)).toBe(1);
    clock.now += 9000;
    expect(await cache.increment("n", 4, 10)).toBe(5);
    clock.now += 1000;
    expect(await cache.increment("n")).toBe(1);
  });

  test("hands out copies, and takes what another version wrote for a miss", async () => {
    const { cache } = makeCache();
    const list = ["a"];
    await cache.set("list", list);
    list.push("b");
    expect(await cache.get("list", (value) => z.array(z.string()).parse(value))).toEqual(["a"]);
    expect(await cache.get("list", number)).toBeUndefined();
    expect(await cache.get("list", () => z.number().parse("no"))).toBeUndefined();
  });

  test("holds so many entries and forgets the one not used for longest", async () => {
    const { cache } = makeCache({ store: makeMemoryStore(2) });
    await cache.set("a", "1");
    await cache.set("b", "2");
    await cache.get("a", text);
    await cache.set("c", "3");
    expect(await cache.getMany(["a", "b", "c"], text)).toEqual(
      new Map([
        ["a", "1"],
        ["c", "3"],
      ]),
    );
  });

  test("is warmed ahead", async () => {
    const { cache } = makeCache();
    expect(await cache.warm(async () => new Map([["a", "x"]]))).toBe(1);
    expect(await cache.get("a", text)).toBe("x");
  });
});

describe("a function with its answers kept", () => {
  test("CCH-1 is asked once in 100 look-ups: 99 hits, 1 miss", async () => {
    const { cache } = makeCache();
    let calls = 0;
    const double = cache.cached("double", async (n: number) => ++calls && n * 2, { parse: number });
    for (let n = 0; n < 100; n++) expect(await double(21)).toBe(42);
    expect(calls).toBe(1);
    expect(cache.stats).toEqual({ hits: 99, misses: 1, errors: 0 });
  });

  test("is asked once by a hundred callers at the same moment, and again after a failure", async () => {
    const { cache } = makeCache();
    let calls = 0;
    const load = cache.cached(
      "load",
      async (name: string) => {
        if (++calls === 1) throw new Error("away");
        return name;
      },
      { parse: text },
    );
    const first = await Promise.allSettled(Array.from({ length: 100 }, () => load("x")));
    expect(first.every(({ status }) => status === "rejected")).toBe(true);
    const second = await Promise.all(Array.from({ length: 100 }, () => load("x")));
    expect(new Set(second)).toEqual(new Set(["x"]));
    expect(calls).toBe(2);
  });
});

test("CCH-3 with a store that throws on each call everything is still answered, and `errors` rises", async () => {
  const away = () => {
    throw new Error("the store is away");
  };
  const { cache } = makeCache({ store: { get: away, set: away, delete: away, keys: away } });
  const load = cache.cached("load", async (n: number) => n, { parse: number });
  expect(await load(7)).toBe(7);
  expect(cache.stats.errors).toBe(2);
  expect(await cache.get("a", text)).toBeUndefined();
  await cache.set("a", "x");
  expect(await cache.delete("a")).toBe(false);
  expect(await cache.exists("a")).toBe(false);
  expect(await cache.increment("n")).toBeUndefined();
  expect(await cache.deletePattern("*")).toBe(0);
  expect(cache.stats).toEqual({ hits: 0, misses: 2, errors: 8 });
});

test("CCH-4 delete_pattern removes the keys of its prefix and no others", async () => {
  const { cache } = makeCache();
  const keys = ["labels:1", "labels:2", "labels-old:1", "router:labels:1"].map((key) => cacheKey(key));
  for (const key of keys) await cache.set(key, "x");
  expect(await cache.deletePattern("waddlebot:cache:labels:*")).toBe(2);
  expect([...(await cache.getMany(keys, text)).keys()]).toEqual(keys.slice(2));
  expect(await cache.deletePattern("waddlebot:cache:router:labels:1")).toBe(1);
});
