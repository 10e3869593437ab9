import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCommunityDatabase } from "#db/client";
import { appendOnlyTables, tenantExceptions, tenantRole } from "#db/tenancy";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makeRow } from "#test/suites/make-row";

const [own, other] = [901, 902];
let database: TestDatabase;
let client: pg.Client;
let tables: string[];

beforeAll(async () => {
  database = await openTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT c.table_name AS name FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'community_id' ORDER BY 1`,
  );
  tables = rows.map(({ name }) => name);
  // Checks would want values that mean something; which rows are seen does not depend on them.
  await client.query(`DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint
      WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.conname); END LOOP;
  END $$`);
  // One row of each of two communities in every table, keys and checks between tables left aside.
  await client.query("ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append");
  await client.query("SET session_replication_role = replica");
  for (const id of [own, other]) {
    await client.query("INSERT INTO communities (id, slug, name) VALUES ($1, $2, $2)", [id, `c${id}`]);
    for (const table of tables) await makeRow(client, table, id, { community_id: id });
  }
  await client.query("SET session_replication_role = origin");
});
afterAll(async () => {
  await client.end();
  await database.close();
});

/** Those that an INSERT may name. */
async function columnsOf(table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
    [table],
  );
  return rows.map(({ name }) => client.escapeIdentifier(name));
}

/** Runs as a community's own connection does, and undoes it. */
async function asTenant<T>(scope: string, run: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT set_config('role', $1, true), set_config('app.community', $2, true)", [
      tenantRole,
      scope,
    ]);
    return await run();
  } finally {
    await client.query("ROLLBACK");
  }
}

describe("threat 4 the WHERE is forgotten", () => {
  test("every table with a community_id shows a community its own rows only", async () => {
    expect(tables.length).toBeGreaterThan(20);
    for (const table of tables) {
      const seen = await asTenant(String(own), () =>
        client.query(`SELECT DISTINCT community_id FROM ${table}`),
      );
      const claimed = seen.rows.filter((row) => row.community_id !== null);
      expect(claimed, table).toEqual([{ community_id: own }]);
      const nobody = await asTenant("", () =>
        client.query(`SELECT 1 FROM ${table} WHERE community_id IS NOT NULL`),
      );
      expect(nobody.rowCount, table).toBe(0);
    }
  });

  test("no UPDATE and no DELETE reaches another community's row", async () => {
    for (const table of tables.filter((name) => !appendOnlyTables.includes(name))) {
      const changed = await asTenant(String(own), () =>
        client.query(`UPDATE ${table} SET community_id = community_id RETURNING community_id`),
      );
      expect(changed.rows, table).toEqual([{ community_id: own }]);
      const moved = asTenant(String(own), () => client.query(`UPDATE ${table} SET community_id = ${other}`));
      await expect(moved, table).rejects.toThrow(/row-level security/);
    }
    for (const table of ["memories_quotes", "string_rules", "timers"]) {
      const gone = await asTenant(String(own), () =>
        client.query(`DELETE FROM ${table} RETURNING community_id`),
      );
      expect(gone.rows, table).toEqual([{ community_id: own }]);
    }
  });

  test("no row can be put into another community", async () => {
    for (const table of tables) {
      const columns = await columnsOf(table);
      const copied = columns.map((name) => (name === '"community_id"' ? String(other) : name));
      const copy = asTenant(String(own), () =>
        client.query(
          `INSERT INTO ${table} (${columns.join()}) OVERRIDING SYSTEM VALUE SELECT ${copied.join()} FROM ${table} WHERE community_id = ${own} LIMIT 1`,
        ),
      );
      await expect(copy, table).rejects.toThrow(/row-level security/);
    }
    const plain = asTenant(String(own), () =>
      client.query(
        `INSERT INTO community_rbac (community_id, user_key, role) VALUES (${other}, 'twitch:1', 'owner')`,
      ),
    );
    await expect(plain).rejects.toThrow(/row-level security/);
  });

  test("the tables that belong to a community by another table, and the communities themselves", async () => {
    await client.query(
      "INSERT INTO entity_roles (entity_id, user_key, role, assigned_by) SELECT entity_id, 'u', 'owner', 's' FROM servers",
    );
    const roles = await asTenant(String(own), () => client.query("SELECT entity_id FROM entity_roles"));
    expect(roles.rows).toEqual([{ entity_id: `x${own}` }]);
    const named = await asTenant(String(own), () =>
      client.query("UPDATE communities SET name = 'mine' RETURNING id"),
    );
    expect(named.rows).toEqual([{ id: own }]);
  });

  test("every table is locked, and what is no community's is not given to the role at all", async () => {
    const { rows } = await client.query<{ name: string; locked: boolean; granted: boolean }>(
      `SELECT relname AS name, relrowsecurity AS locked, has_table_privilege('${tenantRole}', oid, 'SELECT') AS granted
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    const tenants = new Set([...tables, ...Object.keys(tenantExceptions)]);
    expect(rows.filter(({ name, locked }) => tenants.has(name) && !locked)).toEqual([]);
    expect(rows.filter(({ name, granted }) => granted && !tenants.has(name))).toEqual([]);
  });
});

test("rows of the house can be read by all and changed by none", async () => {
  await client.query(
    "INSERT INTO commands (prefix, name, module, handler, description, usage) VALUES ('!', 'h', 'm', 'h', 'd', 'u')",
  );
  const seen = await asTenant(String(own), () =>
    client.query("SELECT community_id FROM commands ORDER BY 1"),
  );
  expect(seen.rows).toEqual([{ community_id: own }, { community_id: null }]);
  const changed = await asTenant(String(own), () =>
    client.query("UPDATE commands SET usage = 'x' RETURNING community_id"),
  );
  expect(changed.rows).toEqual([{ community_id: own }]);
});

test("threat 21 the audit log can be added to and not changed, and its chain goes on", async () => {
  const add = `INSERT INTO audit_log (actor, action, resource_type, resource_id, community_id) VALUES ('a', 'b', 'c', 'd', ${own}) RETURNING id`;
  const added = await asTenant(String(own), () => client.query(add));
  const { rows } = await client.query("SELECT max(id) + 1 AS next FROM audit_log");
  expect(added.rows[0]?.id).toBe(rows[0]?.next);
  const changed = asTenant(String(own), () => client.query("DELETE FROM audit_log"));
  await expect(changed).rejects.toThrow(/permission denied/);
});

test("a community's connection is held to it in single statements, in batches and in queries that were built", async () => {
  const address = { DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint };
  const db = openCommunityDatabase(address, own);
  const question = sql`SELECT community_id FROM community_rbac`;
  expect((await db.execute(question)).rows).toEqual([{ community_id: own }]);
  const [first, second] = await db.batch([db.execute(question), db.execute(sql`SELECT current_user AS me`)]);
  expect([first.rows, second.rows]).toEqual([[{ community_id: own }], [{ me: tenantRole }]]);
  const { servers } = await import("#db/schema/core");
  expect(await db.select({ id: servers.communityId }).from(servers)).toEqual([{ id: own }]);
  const both = openCommunityDatabase(address, own, other);
  expect((await both.execute(question)).rows).toHaveLength(2);
  await expect(db.execute(sql`SELECT is_active FROM hub_users`)).rejects.toThrow();
  expect(() => openCommunityDatabase(address, Number("1.5"))).toThrow("not a community");
  expect((await database.db.execute(sql`SELECT current_user AS me`)).rows).not.toEqual([{ me: tenantRole }]);
});
