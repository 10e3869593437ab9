import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nameKey } from "#db/communities/names";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { openModuleDatabases } from "#module-kit/databases";
import { type CommunityStore, makeCommunityStore } from "#modules/community/store";

let database: TestDatabase;
let store: CommunityStore;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'WaddleBot Global')`,
  );
  await database.db.execute(sql`SELECT setval(pg_get_serial_sequence('communities', 'id'), 10)`);
  await database.db.execute(sql`
    INSERT INTO commands (prefix, name, module, handler, description, usage) VALUES ('!', 'ping', 'core', 'ping', 'p', 'ping')`);
  const address = { DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint };
  store = makeCommunityStore(openModuleDatabases(address, 1));
});
afterAll(() => database.close());

const by = (actor: string) => ({ actor, ipHash: null, userAgent: null, requestId: "r" });
const fieldsOf = (name: string) => {
  const usual = { description: "", type: "creator", joinMode: "open" } as const;
  return { name, nameKey: nameKey(name), ...usual, theme: { logo_url: null, colors: {} } };
};
let count = 0;
async function aCommunity(owner: string): Promise<number> {
  const made = await store.create(fieldsOf(`Pond ${++count}`), by(owner));
  if (typeof made === "string") throw new Error(made);
  return made.id;
}
async function audited(action: string, communityId: number): Promise<number> {
  const { rows } = await database.db.execute(
    sql`SELECT 1 FROM audit_log WHERE action = ${action} AND community_id = ${communityId}`,
  );
  return rows.length;
}

test("COM-1 made twice by one person it is one community with one audit row; by another it is a conflict", async () => {
  const first = await store.create(fieldsOf("Lake"), by("twitch:ann"));
  expect(await store.create(fieldsOf("LAKE"), by("twitch:ann"))).toMatchObject(
    typeof first === "string" ? {} : { id: first.id },
  );
  expect(await store.create(fieldsOf("lake"), by("twitch:eve"))).toBe("name");
  const id = typeof first === "string" ? 0 : first.id;
  expect(await audited("community.create", id)).toBe(1);
  expect(await store.findMine(["twitch:ann"], { id })).toMatchObject([{ role: "owner", members: 1 }]);
});

test("COM-4 the context of a person in a channel ends with its time", async () => {
  const id = await aCommunity("twitch:olga");
  const who = { userKey: "twitch:olga", entityId: "twitch:1" };
  await store.setContext(who, id, new Date(10_000));
  expect(await store.contextOf(who, new Date(9999))).toBe(id);
  expect(await store.contextOf(who, new Date(10_000))).toBeUndefined();
  expect(await store.contextOf({ ...who, entityId: "twitch:2" }, new Date(0))).toBeUndefined();
});

test("COM-3 who is added is a member of the community and of the global one, with one audit row", async () => {
  const id = await aCommunity("twitch:o1");
  for (let time = 0; time < 2; time += 1) await store.addUser("twitch:new", id, by("twitch:o1"));
  expect(await audited("membership.join", id)).toBe(1);
  expect((await store.findMine(["twitch:new"], "all")).map((place) => place.id)).toEqual([1, id]);
});

test("a linked account of the same person counts, somebody else's does not", async () => {
  const id = await aCommunity("twitch:4711");
  await database.db.execute(
    sql`INSERT INTO hub_users (id, username, display_name) OVERRIDING SYSTEM VALUE VALUES (90, 'p', 'p')`,
  );
  await database.db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    VALUES (90, 'twitch', '4711', 'p'), (90, 'discord', '4712', 'p')`);
  const accounts = await store.accountsOf("discord:4712");
  expect(accounts.sort()).toEqual(["discord:4712", "twitch:4711"]);
  expect(await store.findMine(accounts, { id })).toMatchObject([{ role: "owner" }]);
  expect(await store.accountsOf("discord:9")).toEqual(["discord:9"]);
});

test("a module is installed once, one that is not there never", async () => {
  const id = await aCommunity("twitch:o2");
  for (let time = 0; time < 2; time += 1)
    expect(await store.install("core", id, by("twitch:o2"))).toMatchObject({ isKnown: true });
  expect(await store.install("dice", id, by("twitch:o2"))).toEqual({ isKnown: false, known: ["core"] });
  expect(await audited("module.set", id)).toBe(1);
});

test("COM-2 the last owner stays, a member leaves once", async () => {
  const id = await aCommunity("twitch:o3");
  await store.addUser("twitch:m", id, by("twitch:o3"));
  expect(await store.leave("twitch:o3", id, by("twitch:o3"))).toBe("last owner");
  for (let time = 0; time < 2; time += 1)
    expect(await store.leave("twitch:m", id, by("twitch:m"))).toBe("left");
  expect(await audited("membership.leave", id)).toBe(1);
  await expect(store.leave("twitch:m", 1, by("twitch:m"))).rejects.toThrow("global");
});

test("a channel goes to one community; brought again it is there, and another is told it is taken", async () => {
  const [one, other] = [await aCommunity("twitch:o4"), await aCommunity("twitch:o5")];
  const parts = { platform: "twitch", server: "555", channel: undefined };
  expect(await store.mayBring(parts, { accounts: ["twitch:555"], communityId: one })).toBe(true);
  expect(await store.mayBring(parts, { accounts: ["twitch:o4"], communityId: one })).toBe(false);
  for (let time = 0; time < 2; time += 1)
    expect(await store.addChannel(parts, one, by("twitch:o4"))).toBe("done");
  expect(await store.addChannel(parts, other, by("twitch:o5"))).toBe("taken");
});
