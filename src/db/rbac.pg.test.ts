import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRoles, listUserRoles } from "#db/rbac";
import { assignRoles, joinGlobal, leaveCommunity } from "#db/rbac-changes";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { loadChannelConfig } from "#durable-objects/channel/load-config";
import { writeFlush } from "#durable-objects/channel/write-flush";

let database: TestDatabase;
const by = { actor: "service", ipHash: null, userAgent: null, requestId: "r" };

beforeEach(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`INSERT INTO communities (id, slug, name) VALUES
    (1, 'waddlebot-global', 'WaddleBot Global'), (2, 'pond', 'Pond'), (3, 'lake', 'Lake')`);
  await database.db.execute(sql`INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES
    ('twitch:a', 2, 'twitch', 'a'), ('twitch:b', 2, 'twitch', 'b'), ('twitch:c', 3, 'twitch', 'c')`);
});
afterEach(async () => {
  await database?.close();
});

const auditRows = async () =>
  (await database.db.execute(sql`SELECT action, resource_id, before, after FROM audit_log ORDER BY id`)).rows;
const versionOf = async (id: number) =>
  Number(
    (await database.db.execute(sql`SELECT config_version FROM communities WHERE id = ${id}`)).rows[0]?.[
      "config_version"
    ],
  );
const rolesIn = async (entityId: string) => (await loadChannelConfig(database.db, entityId))?.roles;
const place = (userKey: string, communityId: number | null, entityId: string | null = null) => {
  return { userKey, communityId, entityId };
};
const give = async (changes: Parameters<typeof assignRoles>[1]["changes"]) => {
  const ids = [...new Set(changes.map(({ communityId }) => communityId))];
  const seen = await Promise.all(ids.map(async (id) => ({ id, version: await versionOf(id) })));
  return assignRoles(database.db, { changes, seen }, by);
};

test("RBAC-1 with the first event of a new person they are a member of the global community and of this one", async () => {
  const activity = [
    { userKey: "twitch:new", userName: "New", messages: 1, points: 0, lastAt: 1_800_000_000_000 },
  ];
  const flush = {
    id: "f",
    communityId: 2,
    activity,
    executions: [],
    ruleHits: [],
    events: [],
    activities: [],
  };
  await writeFlush(database.db, flush);
  await writeFlush(database.db, flush);
  expect(await listUserRoles(database.db, { userKeys: ["twitch:new"], communityId: null })).toEqual([
    { user_key: "twitch:new", community_id: 1, entity_id: null, role: "member" },
    { user_key: "twitch:new", community_id: 2, entity_id: null, role: "member" },
  ]);
});

test("RBAC-3 channel before community before global, in the channel's snapshot and in REST alike", async () => {
  await give([
    { userKey: "twitch:ann", communityId: 2, entityId: null, role: "member" },
    { userKey: "twitch:ann", communityId: 2, entityId: "twitch:a", role: "moderator" },
    { userKey: "twitch:ann", communityId: 1, entityId: null, role: "admin" },
  ]);
  expect(await rolesIn("twitch:a")).toEqual({ "twitch:ann": "moderator" });
  expect(await rolesIn("twitch:b")).toEqual({});
  expect(await rolesIn("twitch:c")).toEqual({ "twitch:ann": "admin" });
  const found = await findRoles(database.db, [place("twitch:ann", null, "twitch:a"), place("twitch:ann", 3)]);
  expect(found).toMatchObject([
    { community_id: 2, entity_role: "moderator", community_role: "member", global_role: "admin" },
    { community_id: 3, entity_role: null, community_role: null, global_role: "admin" },
  ]);
});

test("a place that does not exist, and a channel of another community, are not found", async () => {
  const asked = [
    place("x:1", 99),
    place("x:1", null, "twitch:zz"),
    place("x:1", 3, "twitch:a"),
    place("x:1", 2, "twitch:a"),
  ];
  expect((await findRoles(database.db, asked)).map((found) => found?.community_id)).toEqual([
    undefined,
    undefined,
    undefined,
    2,
  ]);
});

test("each role given or taken leaves one audit row and raises the version; a repeated word raises it too", async () => {
  const before = await versionOf(2);
  await give([{ userKey: "twitch:ann", communityId: 2, entityId: null, role: "admin" }]);
  await give([{ userKey: "twitch:ann", communityId: 2, entityId: null, role: null }]);
  expect(await versionOf(2)).toBe(before + 2);
  expect(await rolesIn("twitch:a")).toEqual({});
  expect(await auditRows()).toMatchObject([
    { action: "role.assign", resource_id: "twitch:ann", before: null, after: { role: "admin" } },
    { action: "role.assign", resource_id: "twitch:ann", before: { role: "admin" }, after: { role: null } },
  ]);
});

test("threat 5: roles decided on an older state are not written", async () => {
  const version = await versionOf(2);
  const changes = [{ userKey: "twitch:ann", communityId: 2, entityId: null, role: "owner" as const }];
  const race = Array.from({ length: 8 }, () =>
    assignRoles(database.db, { changes, seen: [{ id: 2, version }] }, by),
  );
  expect((await Promise.all(race)).filter(Boolean)).toHaveLength(1);
  expect(await auditRows()).toHaveLength(1);
});

test("people join the global community once, and come back to it", async () => {
  expect(await joinGlobal(database.db, ["x:1", "x:2", "x:1"], by)).toHaveLength(2);
  expect(await joinGlobal(database.db, ["x:1", "x:3"], by)).toEqual(["x:3"]);
  expect(await auditRows()).toHaveLength(3);
});

test("who leaves a community loses every role there, with one audit row; the global one cannot be left", async () => {
  await database.db.execute(
    sql`INSERT INTO community_memberships (community_id, user_key) VALUES (2, 'twitch:ann')`,
  );
  await give([
    { userKey: "twitch:ann", communityId: 2, entityId: null, role: "admin" },
    { userKey: "twitch:ann", communityId: 2, entityId: "twitch:a", role: "moderator" },
  ]);
  const leave = async () =>
    leaveCommunity(database.db, { userKey: "twitch:ann", seen: { id: 2, version: await versionOf(2) } }, by);
  expect(await leave()).toBe("left");
  expect(await leave()).toBe("missing");
  expect(await rolesIn("twitch:a")).toEqual({});
  expect((await auditRows()).slice(2)).toMatchObject([
    { action: "membership.leave", before: { role: "admin" } },
  ]);
  const global = leaveCommunity(database.db, { userKey: "x:1", seen: { id: 1, version: 1 } }, by);
  await expect(global).rejects.toThrow("cannot be left");
});
