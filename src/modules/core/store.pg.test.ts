import { afterAll, beforeAll, expect, test } from "vitest";
import { communities, communityActivity } from "#db/schema/core";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makeActivityStore } from "#modules/core/store";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("reads one person's numbers in one community, larger than a double holds", async () => {
  const { db } = database;
  const slugs = [
    { slug: "one", name: "One" },
    { slug: "two", name: "Two" },
  ];
  const [one, two] = await db.insert(communities).values(slugs).returning({ id: communities.id });
  const communityId = one?.id ?? 0;
  const row = {
    communityId,
    userKey: "twitch:u1",
    userName: "u1",
    messages: 3n,
    points: 9_007_199_254_740_993n,
  };
  await db.insert(communityActivity).values(row);

  const store = makeActivityStore(db);
  expect(await store.read(communityId, "twitch:u1")).toEqual({
    messages: 3n,
    points: 9_007_199_254_740_993n,
  });
  expect(await store.read(communityId, "twitch:u2")).toBeUndefined();
  expect(await store.read(two?.id ?? 0, "twitch:u1")).toBeUndefined();
});
