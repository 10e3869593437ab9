import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { communities, communityActivity, servers } from "#db/schema/core";
import { hubUsers, platformIdentities } from "#db/schema/identity";
import { collectorModules, gatewayActivations } from "#db/schema/legacy";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { activateServer } from "#workers/api/legacy/activate-server";
import { findPerson } from "#workers/api/legacy/identity-store";
import { beatModule, registerModule } from "#workers/api/legacy/module-store";
import { addReputation, findUserKey } from "#workers/api/legacy/reputation-store";
import { readServers } from "#workers/api/legacy/server-store";

let database: TestDatabase;
let count = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function aCommunity(): Promise<number> {
  const values = { slug: `community-${++count}`, name: "Test" };
  const [row] = await database.db.insert(communities).values(values).returning({ id: communities.id });
  return row?.id ?? 0;
}

async function aServer(facts: Partial<typeof servers.$inferInsert> = {}): Promise<string> {
  const entityId = `twitch:${++count}`;
  const communityId = facts.communityId ?? (await aCommunity());
  await database.db
    .insert(servers)
    .values({ entityId, platform: "twitch", serverId: `${count}`, ...facts, communityId });
  return facts.entityId ?? entityId;
}

async function aPerson(accounts: [platform: string, id: string][]): Promise<number> {
  const values = { username: `user-${++count}`, displayName: `User ${count}` };
  const [user] = await database.db.insert(hubUsers).values(values).returning();
  for (const [platform, platformUserId] of accounts)
    await database.db
      .insert(platformIdentities)
      .values({ hubUserId: user?.id ?? 0, platform, platformUserId, platformUsername: "name" });
  return user?.id ?? 0;
}

describe("modules", () => {
  const registration = {
    moduleName: "twitch-collector",
    moduleVersion: "1.0.0",
    platform: "twitch",
    endpointUrl: "https://collector.example/events",
    healthCheckUrl: "https://collector.example/health",
  };

  test("LEG-1 registering twice leaves one row with the later version, active", async () => {
    await registerModule(database.db, { ...registration, config: { shards: 2 } });
    await beatModule(database.db, { moduleName: "twitch-collector", status: "degraded" });
    await registerModule(database.db, { ...registration, moduleVersion: "1.0.1" });
    const rows = await database.db.select().from(collectorModules);
    expect(rows).toMatchObject([{ moduleVersion: "1.0.1", status: "active", config: { shards: 2 } }]);
  });

  test("LEG-2 a heartbeat of an unregistered module finds nothing and leaves nothing", async () => {
    expect(await beatModule(database.db, { moduleName: "nobody", status: "active" })).toBeUndefined();
    const rows = await database.db.select().from(collectorModules);
    expect(rows.map(({ moduleName }) => moduleName)).not.toContain("nobody");
  });
});

test("LEG-3 servers are filtered by platform and activity, page by page", async () => {
  const communityId = await aCommunity();
  const make = (entityId: string, isActive: boolean) =>
    aServer({ communityId, entityId, platform: entityId.split(":")[0] ?? "", isActive });
  for (const id of ["leg:1", "leg:2", "leg:3"]) await make(id, true);
  await make("leg:off", false);
  await make("other:1", true);
  const ids = async (query: Parameters<typeof readServers>[1]) =>
    (await readServers(database.db, query)).map(({ id }) => id);
  expect(await ids({ platform: "leg", active: "true", limit: 100 })).toEqual(["leg:1", "leg:2", "leg:3"]);
  expect(await ids({ platform: "leg", active: "false", limit: 100 })).toEqual(["leg:off"]);
  expect(await ids({ platform: "leg", limit: 2, after: "leg:1" })).toEqual(["leg:2", "leg:3"]);
  expect(await ids({ platform: "leg", limit: 100 })).toHaveLength(4);
});

describe("context", () => {
  test("LEG-4 a linked account gives the person with all names; an unknown one gives nobody", async () => {
    const userId = await aPerson([
      ["twitch", "t-1"],
      ["discord", "d-1"],
    ]);
    await aPerson([["discord", "t-1"]]);
    const found = await findPerson(database.db, { platform: "twitch", platformUserId: "t-1" });
    expect(found).toMatchObject({
      userId,
      identities: [
        { platform: "twitch", platformUserId: "t-1" },
        { platform: "discord", platformUserId: "d-1" },
      ],
    });
    expect(await findPerson(database.db, { username: found?.username ?? "" })).toEqual(found);
    expect(await findPerson(database.db, { platform: "slack", platformUserId: "t-1" })).toBeUndefined();
    expect(await findPerson(database.db, { username: "nobody" })).toBeUndefined();
  });

  test("LEG-4 one account belongs to one person, and who is switched off is nobody", async () => {
    const userId = await aPerson([["twitch", "t-2"]]);
    await expect(aPerson([["twitch", "t-2"]])).rejects.toThrow();
    await database.db.update(hubUsers).set({ isActive: false }).where(eq(hubUsers.id, userId));
    expect(await findPerson(database.db, { platform: "twitch", platformUserId: "t-2" })).toBeUndefined();
  });
});

describe("reputation", () => {
  const anEvent = (communityId: number, facts: object = {}) => ({
    key: `service/${++count}`,
    communityId,
    userKey: "twitch:7",
    activityType: "message",
    points: 5,
    ...facts,
  });

  test("points add up; the same key counts once, also sixteen times at once", async () => {
    const communityId = await aCommunity();
    const event = anEvent(communityId);
    const all = await Promise.all(Array.from({ length: 16 }, () => addReputation(database.db, event)));
    expect(all.filter((result) => result?.isCounted)).toHaveLength(1);
    expect(await addReputation(database.db, anEvent(communityId, { points: -2 }))).toEqual({
      isCounted: true,
      points: 3n,
    });
    expect(await addReputation(database.db, event)).toEqual({ isCounted: false, points: 3n });
  });

  test("parallel events lose nothing; an unknown community takes none", async () => {
    const communityId = await aCommunity();
    await Promise.all(
      Array.from({ length: 20 }, () => addReputation(database.db, anEvent(communityId, { points: 1 }))),
    );
    const [row] = await database.db
      .select()
      .from(communityActivity)
      .where(eq(communityActivity.communityId, communityId));
    expect(row?.points).toBe(20n);
    expect(await addReputation(database.db, anEvent(999_999))).toBeUndefined();
  });

  test("a hub user is credited where the community knows them, else on their first account", async () => {
    const communityId = await aCommunity();
    const hubUserId = await aPerson([
      ["twitch", "first"],
      ["slack", "T1:U1"],
    ]);
    expect(await findUserKey(database.db, { hubUserId, communityId })).toBe("twitch:first");
    await addReputation(database.db, anEvent(communityId, { userKey: "slack:T1%3AU1" }));
    expect(await findUserKey(database.db, { hubUserId, communityId })).toBe("slack:T1%3AU1");
    expect(await findUserKey(database.db, { hubUserId: 999_999, communityId })).toBeUndefined();
  });
});

test("activating switches a channel on once, raises the community's version and is recorded", async () => {
  const entityId = await aServer({ isActive: false });
  expect(await activateServer(database.db, { entityId, by: "service" })).toEqual({
    changed: true,
    version: 2,
  });
  expect(await activateServer(database.db, { entityId, by: "service" })).toEqual({
    changed: false,
    version: 2,
  });
  expect(await activateServer(database.db, { entityId: "twitch:none", by: "service" })).toBeUndefined();
  const records = await database.db
    .select({ by: gatewayActivations.activatedBy, recent: sql`activated_at > now() - interval '1 minute'` })
    .from(gatewayActivations)
    .where(eq(gatewayActivations.entityId, entityId));
  expect(records).toEqual([{ by: "service", recent: true }]);
  const listed = (await readServers(database.db, { limit: 1000 })).find(({ id }) => id === entityId);
  expect(listed?.is_active).toBe(true);
  expect(Date.parse(listed?.updated_at ?? "")).toBeGreaterThan(Date.parse(listed?.created_at ?? ""));
});
