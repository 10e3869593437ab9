import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makePostgresCopies } from "#durable-objects/token-vault/postgres-copies";
import { findBots } from "#workers/sender/bot-directory";

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'all', 'All'), (7, 'a', 'A'), (8, 'b', 'B')`,
  );
  await database.db.execute(sql`INSERT INTO servers (entity_id, community_id, platform, server_id)
    VALUES ('kick:1', 7, 'kick', '1'), ('kick:2', 8, 'kick', '2'), ('slack:T1:C1', 7, 'slack', 'T1')`);
});
afterAll(() => database.close());

const copies = () => makePostgresCopies(() => database.db);
const grant = (account: string, status: "active" | "reauth_required" | "revoked" = "active") => ({
  account,
  name: "Name",
  sealed: { access: `access of ${account}`, refresh: null, kid: "k1" },
  scopes: ["chat:write"],
  expiresAt: 1_800_000_000_000,
  status,
  problem: null,
  updatedAt: 1_700_000_000_000,
});
const keep = (communityId: number, provider: string, ...grants: ReturnType<typeof grant>[]) =>
  copies().save({ owner: { communityId, provider }, keys: [{ kid: "k1", wrapped: "w" }], grants });
const at = (entityId: string, server: string, isInstall = false) =>
  findBots(database.db, { platform: entityId.split(":")[0] ?? "", entityId, server, isInstall });

test("the community's own account goes before the platform-wide one; nobody speaks with another community's", async () => {
  await keep(1, "kick", grant("bot/100"));
  await keep(7, "kick", grant("bot/70"), grant("owner/1"), grant("bot/71", "revoked"));
  expect(await at("kick:1", "1")).toEqual([
    { communityId: 7, account: "70" },
    { communityId: 1, account: "100" },
  ]);
  expect(await at("kick:2", "2")).toEqual([{ communityId: 1, account: "100" }]);
  expect(await at("kick:unknown", "9")).toEqual([{ communityId: 1, account: "100" }]);
  await keep(7, "kick", grant("bot/72"), grant("bot/70", "reauth_required"));
  expect((await at("kick:1", "1")).map(({ account }) => account)).toEqual(["72", "70", "100"]);
});

test("an installation is good in its own server, and there for every community", async () => {
  await keep(8, "slack", grant("bot/T1"), grant("bot/T2"));
  expect(await at("slack:T1:C1", "T1", true)).toEqual([{ communityId: 8, account: "T1" }]);
  expect(await at("slack:T3:C1", "T3", true)).toEqual([]);
});

test("a copy comes back as it went, and a vault that never was is none", async () => {
  await keep(8, "twitch", grant("owner/a/b"));
  expect(await copies().load({ communityId: 8, provider: "twitch" })).toEqual({
    owner: { communityId: 8, provider: "twitch" },
    keys: [{ kid: "k1", wrapped: "w" }],
    grants: [grant("owner/a/b")],
  });
  expect(await copies().load({ communityId: 7, provider: "twitch" })).toBeUndefined();
});
