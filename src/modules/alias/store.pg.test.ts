import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { communities } from "#db/schema/core";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { runInProcess } from "#module-kit/run-in-process";
import { alias } from "#modules/alias/module";
import { aliasCommands } from "#modules/alias/schema";
import { type AliasStore, makeAliasStore, type NewAlias } from "#modules/alias/store";
import { makeChannelLoop } from "#test/fakes/channel-loop";

let database: TestDatabase;
let store: AliasStore;
let keys = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  store = makeAliasStore(database.db);
});
afterAll(() => database.close());

async function aCommunity(): Promise<number> {
  keys += 1;
  const values = { slug: `community-${keys}`, name: "Test" };
  const [row] = await database.db.insert(communities).values(values).returning({ id: communities.id });
  return row?.id ?? 0;
}

function anAlias(communityId: number, facts: Partial<NewAlias> = {}): NewAlias {
  keys += 1;
  const idempotencyKey = `key-${keys}`;
  return {
    communityId,
    name: "hi",
    body: "!ping",
    commandType: "command",
    createdBy: "twitch:m1",
    idempotencyKey,
    ...facts,
  };
}

async function readRow(communityId: number) {
  const [row] = await database.db
    .select()
    .from(aliasCommands)
    .where(eq(aliasCommands.communityId, communityId));
  return row;
}

test("a name is taken once in a community, and repeating the adding call is no second try", async () => {
  const [one, other] = [await aCommunity(), await aCommunity()];
  const first = anAlias(one);
  expect(await store.add(first)).toBe(true);
  expect(await store.add(first)).toBe(true);
  expect(await store.add(anAlias(one, { body: "!help" }))).toBe(false);
  expect(await store.add(anAlias(other))).toBe(true);
  expect(await store.list(one)).toEqual([{ name: "hi", body: "!ping" }]);
});

test("of ten who add one name at once, one wins", async () => {
  const community = await aCommunity();
  const won = await Promise.all(
    Array.from({ length: 10 }, (_, at) => store.add(anAlias(community, { body: `!ping ${at}` }))),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await store.list(community)).toEqual([{ name: "hi", body: `!ping ${won.indexOf(true)}` }]);
});

test("a removed alias is gone, its name free, and its count starts anew", async () => {
  const community = await aCommunity();
  const place = { communityId: community, name: "hi" };
  await store.add(anAlias(community));
  await store.use({ ...place, key: "use-1" });
  expect(await store.remove({ ...place, key: "removal-1" })).toBe(true);
  expect(await store.remove({ ...place, key: "removal-1" })).toBe(true);
  expect(await store.remove({ ...place, key: "removal-2" })).toBe(false);
  expect(await store.list(community)).toEqual([]);
  expect(await store.use({ ...place, key: "use-2" })).toBeUndefined();
  expect(await store.add(anAlias(community, { body: "!help" }))).toBe(true);
  expect(await readRow(community)).toMatchObject({ body: "!help", usageCount: 0n, isActive: true });
});

test("an old adding call does not bring a removed alias back", async () => {
  const community = await aCommunity();
  const first = anAlias(community);
  await store.add(first);
  await store.remove({ communityId: community, name: "hi", key: "removal" });
  expect(await store.add(first)).toBe(false);
  expect(await store.list(community)).toEqual([]);
});

test("ALI-1 each use counts once however often its call comes", async () => {
  const community = await aCommunity();
  const channel = makeChannelLoop([runInProcess(alias, { aliases: store })], { community });
  await channel.say('!alias add !hi "!say hello {user}"', { name: "m1", role: "moderator" });
  const once = { name: "u1", eventId: "twitch:m100/alias/0" };
  expect((await channel.say("!hi", once)).executed).toEqual(["!say hello u1"]);
  expect((await channel.say("!hi", once)).executed).toEqual(["!say hello u1"]);
  const row = await readRow(community);
  expect(row).toMatchObject({ usageCount: 1n, commandType: "command", createdBy: "twitch:m1" });
  expect(row?.lastUsedAt).toBeInstanceOf(Date);
});

test("64 uses at once count 64", async () => {
  const community = await aCommunity();
  await store.add(anAlias(community));
  const uses = Array.from({ length: 64 }, (_, at) =>
    store.use({ communityId: community, name: "hi", key: `u${at}` }),
  );
  await Promise.all(uses);
  expect((await readRow(community))?.usageCount).toBe(64n);
});
