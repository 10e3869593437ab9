import { sql } from "drizzle-orm";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkAuditChain, noteChange } from "#db/audit";
import { openTestDatabase, type TestDatabase } from "#db/testing";

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  await database?.close();
});

const by = { actor: "wb_test_x", ipHash: "h", userAgent: "x".repeat(2000), requestId: "r" };

function rename(slug: string, name: string) {
  const change = {
    action: "community.rename",
    resourceType: "community",
    source: sql`changed`,
    resourceId: sql`changed.id::text`,
    communityId: sql`changed.id`,
    after: sql`to_jsonb(changed)`,
  };
  return database.db.execute(sql`
    WITH changed AS (UPDATE communities SET name = ${name} WHERE slug = ${slug} RETURNING *),
    noted AS (${noteChange(change, by)})
    SELECT id FROM changed`);
}

const addCommunity = () =>
  database.db.execute(sql`INSERT INTO communities (slug, name) VALUES ('pond', 'Pond')`);

/** As somebody who owns the server and puts the triggers out of the way. */
async function behindTheTriggers(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("SET session_replication_role = replica");
  await client.query(statement);
  await client.end();
}

test("threat 27: a change leaves exactly one row, a change of nothing leaves none", async () => {
  await addCommunity();
  await rename("pond", "Lake");
  await rename("nowhere", "Sea");
  const { rows } = await database.db.execute(sql`SELECT * FROM audit_log`);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    id: "1",
    actor: "wb_test_x",
    action: "community.rename",
    after: { name: "Lake" },
    ip_hash: "h",
    user_agent: "x".repeat(500),
  });
});

test("threat 21: parallel writers make one chain without a gap", async () => {
  await addCommunity();
  await Promise.all(Array.from({ length: 24 }, (_, index) => rename("pond", `Lake ${index}`)));
  expect(await checkAuditChain(database.db)).toEqual({
    rows: 24,
    firstBrokenId: null,
    head: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("threat 21: nobody changes or removes a row, not even all of them", async () => {
  await addCommunity();
  await rename("pond", "Lake");
  for (const statement of [
    "UPDATE audit_log SET actor = 'x'",
    "DELETE FROM audit_log",
    "TRUNCATE audit_log",
  ]) {
    await expect(database.db.execute(sql.raw(statement))).rejects.toMatchObject({
      cause: { message: expect.stringContaining("append-only") },
    });
  }
});

test.each([
  ["removed", "DELETE FROM audit_log WHERE id = 2", 3],
  ["changed", "UPDATE audit_log SET actor = 'somebody' WHERE id = 2", 2],
  ["removed from the beginning", "DELETE FROM audit_log WHERE id = 1", 2],
])("threat 21: a row %s behind the triggers is found", async (_, statement, broken) => {
  await addCommunity();
  for (const name of ["a", "b", "c", "d"]) await rename("pond", name);
  await behindTheTriggers(statement);
  expect(await checkAuditChain(database.db)).toMatchObject({ firstBrokenId: broken });
});
