import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DatabaseAddress, openDatabase } from "#db/client";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makePostgresCopies } from "#durable-objects/token-vault/postgres-copies";
import { must } from "#lib/must";
import { type NeonEndpoint, startNeonEndpoint } from "#tools/neon-endpoint";
import { findBots } from "#workers/sender/bot-directory";

const roleName = "sender_of_this_test";
const decision = readFileSync("docs/decisions/0020-tokens-have-a-copy-in-postgres.md", "utf8");
const grants = must(/```sql\n([^`]+)```/.exec(decision)?.[1], "the statements of the decision");

let database: TestDatabase;
let endpoint: NeonEndpoint;
let role: DatabaseAddress;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (7, 'a', 'A')`);
  await database.db.execute(sql.raw(`DROP ROLE IF EXISTS ${roleName}`));
  for (const statement of grants.replaceAll("waddlebot_sender", roleName).split(";"))
    if (statement.trim() !== "") await database.db.execute(sql.raw(statement));
  const address = new URL(database.url);
  address.username = roleName;
  address.password = must(/PASSWORD '([^']+)'/.exec(grants)?.[1], "the password");
  // One of its own, because the other lets its own user in only.
  endpoint = await startNeonEndpoint({ databaseUrl: address.href });
  role = { DATABASE_URL: address.href, DATABASE_HTTP_ENDPOINT: endpoint.url };
});
afterAll(async () => {
  await endpoint?.close();
  // Opened anew: the last to open a database says where all of them are.
  const db = openDatabase({ DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint });
  await db.execute(sql.raw(`DROP OWNED BY ${roleName}`));
  await db.execute(sql.raw(`DROP ROLE ${roleName}`));
  await database.close();
});

test("the sender works with the rights the decision gives it, and reads nothing else", async () => {
  const db = openDatabase(role);
  const owner = { communityId: 7, provider: "kick" };
  const sealed = { access: "v1", refresh: null, kid: "k1" };
  const grant = {
    account: "bot/9",
    name: "",
    sealed,
    scopes: [],
    expiresAt: null,
    problem: null,
    updatedAt: 0,
  };
  const copies = makePostgresCopies(() => db);
  const keys = [{ kid: "k1", wrapped: "w" }];
  for (const status of ["active", "reauth_required"] as const)
    await copies.save({ owner, keys, grants: [{ ...grant, status }] });
  expect(await copies.load(owner)).toMatchObject({
    keys,
    grants: [{ account: "bot/9", status: "reauth_required" }],
  });
  const place = { platform: "kick", entityId: "kick:1", server: "1", isInstall: false };
  expect(await findBots(db, place)).toEqual([]);
  for (const table of ["communities", "api_keys", "audit_log", "oauth_states", "community_rbac", "servers"])
    await expect(db.execute(sql.raw(`SELECT * FROM ${table}`)), table).rejects.toThrow();
  await expect(db.execute(sql`DELETE FROM oauth_tokens`)).rejects.toThrow();
});
