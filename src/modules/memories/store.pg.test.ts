import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { communities } from "#db/schema/core";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { runInProcess } from "#module-kit/run-in-process";
import { memories } from "#modules/memories/module";
import { makeQuoteStore, type NewQuote, type QuoteStore } from "#modules/memories/store";
import { makeChannelLoop } from "#test/fakes/channel-loop";

let database: TestDatabase;
let store: QuoteStore;
let keys = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  store = makeQuoteStore(database.db);
});
afterAll(() => database.close());

async function aCommunity(): Promise<number> {
  keys += 1;
  const values = { slug: `community-${keys}`, name: "Test" };
  const [row] = await database.db.insert(communities).values(values).returning({ id: communities.id });
  return row?.id ?? 0;
}

function aQuote(communityId: number, text: string, facts: Partial<NewQuote> = {}): NewQuote {
  keys += 1;
  return {
    communityId,
    text,
    author: "Unknown",
    addedBy: "twitch:m1",
    idempotencyKey: `key-${keys}`,
    ...facts,
  };
}

const numbers = (quotes: readonly { number: number }[]) => quotes.map(({ number }) => number);

describe("numbers", () => {
  test("run from 1 in each community on its own", async () => {
    const [one, other] = [await aCommunity(), await aCommunity()];
    expect(await store.add(aQuote(one, "a"))).toEqual({ number: 1, text: "a", author: "Unknown" });
    expect((await store.add(aQuote(one, "b"))).number).toBe(2);
    expect((await store.add(aQuote(other, "c"))).number).toBe(1);
  });

  test("20 adds at once get 20 numbers without a gap", async () => {
    const community = await aCommunity();
    const added = await Promise.all(Array.from({ length: 20 }, () => store.add(aQuote(community, "same"))));
    expect(numbers(added).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  });

  test("a repeated key adds nothing, takes no number and gives the first quote back", async () => {
    const community = await aCommunity();
    const quote = aQuote(community, "once");
    const first = await store.add(quote);
    expect(await store.add({ ...quote, text: "another text" })).toEqual(first);
    expect((await store.add(aQuote(community, "next"))).number).toBe(2);
    expect((await store.list(community, 10)).total).toBe(2);
  });

  test("one key ten times at once is one quote", async () => {
    const community = await aCommunity();
    const quote = aQuote(community, "once");
    const added = await Promise.all(Array.from({ length: 10 }, () => store.add(quote)));
    expect(new Set(numbers(added)).size).toBe(1);
    expect((await store.list(community, 10)).total).toBe(1);
  });
});

describe("search", () => {
  test("MEM-1 a quote is found by a stemmed word of it", async () => {
    const community = await aCommunity();
    await store.add(aQuote(community, "we run at dawn"));
    await store.add(aQuote(community, "nothing of the kind"));
    expect(numbers(await store.search(community, "running", 5))).toEqual([1]);
    expect(numbers(await store.search(community, "RUNS dawn", 5))).toEqual([1]);
    expect(await store.search(community, "walking", 5)).toEqual([]);
  });

  test("MEM-1 the other way round, and from chat to database and back", async () => {
    const community = await aCommunity();
    const channel = makeChannelLoop([runInProcess(memories, { quotes: store, random: () => 0 })], {
      community,
    });
    const moderator = { name: "m1", role: "moderator" as const };
    expect((await channel.say('!quote add "They were running late" Ada', moderator)).said).toEqual([
      "Quote #1 saved",
    ]);
    expect((await channel.say("!quote search run", { name: "u1" })).said).toEqual([
      "#1 “They were running late” — Ada",
    ]);
    expect((await channel.say("!quote", { name: "u1" })).said).toEqual(["#1 “They were running late” — Ada"]);
  });

  test("beginnings of words and the author count, where no stem matches", async () => {
    const community = await aCommunity();
    await store.add(aQuote(community, "my machine does it", { author: "Grace Hopper" }));
    expect(numbers(await store.search(community, "machi", 5))).toEqual([1]);
    expect(numbers(await store.search(community, "hopp", 5))).toEqual([1]);
    expect(numbers(await store.search(community, "my does", 5))).toEqual([1]);
  });

  test("a stem's match keeps mere beginnings out", async () => {
    const community = await aCommunity();
    await store.add(aQuote(community, "a category"));
    await store.add(aQuote(community, "two cats"));
    expect(numbers(await store.search(community, "cat", 5))).toEqual([2]);
  });

  test("whatever is typed is a search and no syntax error", async () => {
    const community = await aCommunity();
    await store.add(aQuote(community, "it's a 'quoted' thing: 100% \\ sure"));
    for (const term of [
      "'",
      "it's",
      "& | ! ( ) :* <->",
      "\\",
      "%",
      "'; drop table memories_quotes; --",
      "²ⅷ",
      "👍",
      "ﷺ",
    ]) {
      expect(Array.isArray(await store.search(community, term, 5)), term).toBe(true);
    }
    expect(numbers(await store.search(community, "quoted", 5))).toEqual([1]);
  });
});

describe("keeping", () => {
  test("no community sees, finds or deletes another's", async () => {
    const [one, other] = [await aCommunity(), await aCommunity()];
    await store.add(aQuote(one, "private words"));
    expect(await store.get(other, 1)).toBeUndefined();
    expect(await store.pick(other, 0)).toBeUndefined();
    expect(await store.search(other, "private", 5)).toEqual([]);
    expect(await store.list(other, 10)).toEqual({ quotes: [], total: 0 });
    expect(await store.remove({ communityId: other, number: 1, by: "x", key: "k" })).toBe(false);
    expect(await store.get(one, 1)).toEqual({ number: 1, text: "private words", author: "Unknown" });
  });

  test("a deleted quote is out of sight, and only the call that deleted it may say so again", async () => {
    const community = await aCommunity();
    await store.add(aQuote(community, "gone"));
    await store.add(aQuote(community, "stays"));
    const removal = { communityId: community, number: 1, by: "twitch:m1", key: "removal-1" };
    expect(await store.remove(removal)).toBe(true);
    expect(await store.remove(removal)).toBe(true);
    expect(await store.remove({ ...removal, key: "removal-2" })).toBe(false);
    expect(await store.get(community, 1)).toBeUndefined();
    expect(await store.search(community, "gone", 5)).toEqual([]);
    expect(await store.list(community, 10)).toEqual({
      quotes: [{ number: 2, text: "stays", author: "Unknown" }],
      total: 1,
    });
  });

  test("the die reaches every quote and never past the last", async () => {
    const community = await aCommunity();
    for (const text of ["a", "b", "c"]) await store.add(aQuote(community, text));
    const picked = [];
    for (const dice of [0, 0.34, 0.67, 0.999_999]) picked.push((await store.pick(community, dice))?.text);
    expect(picked).toEqual(["c", "b", "a", "a"]);
  });

  test("the list is the newest, with the count of all", async () => {
    const community = await aCommunity();
    for (const text of ["a", "b", "c"]) await store.add(aQuote(community, text));
    const { quotes, total } = await store.list(community, 2);
    expect(numbers(quotes)).toEqual([3, 2]);
    expect(total).toBe(3);
  });

  test("5,000 characters fit, of any kind", async () => {
    const community = await aCommunity();
    const text = `👍 ${"wörd ".repeat(999)}`.trim();
    expect(await store.add(aQuote(community, text))).toMatchObject({ text });
    await expect(store.add(aQuote(community, "x".repeat(5001)))).rejects.toThrow();
  });
});
