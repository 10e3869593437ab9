import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { retentions } from "#db/retention";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makeRow } from "#test/suites/make-row";
import { removeOldRows } from "#workers/edge/scheduled/old-rows";

const now = Date.UTC(2030, 4, 31);
const dayMs = 86_400_000;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // What a row is about has no part in how old it is.
  await client.query(`DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint
      WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.conname); END LOOP;
  END $$`);
  await client.query("SET session_replication_role = replica");
});
afterAll(async () => {
  await client.end();
  await database.close();
});

const only: Readonly<Record<string, Record<string, unknown>>> = {
  reputation_bans: { is_settled: true },
  community_join_requests: { status: "rejected" },
};

test("every table of the list loses what is older than its days and keeps what is younger", async () => {
  expect(retentions.length).toBeGreaterThan(12);
  for (const { table, moment, keptDays } of retentions) {
    const end = now - keptDays * dayMs;
    for (const [n, at] of [end - 1000, end + 1000].entries())
      await makeRow(client, table, n, { [moment]: new Date(at).toISOString(), ...only[table] });
  }
  const removed = await removeOldRows(database.db, now);
  expect(removed).toEqual(Object.fromEntries(retentions.map(({ table }) => [table, 1])));
  expect(await removeOldRows(database.db, now)).toEqual({});
  for (const { table, moment, keptDays } of retentions) {
    const { rows } = await client.query(`SELECT ${moment} AS at FROM ${table}`);
    expect(rows, table).toEqual([{ at: new Date(now - keptDays * dayMs + 1000) }]);
  }
});

test("what is not over yet stays, however old: bans untold, requests undecided", async () => {
  const old = new Date(0).toISOString();
  await makeRow(client, "reputation_bans", 7, { created_at: old, is_settled: false });
  await makeRow(client, "community_join_requests", 7, { created_at: old, status: "pending" });
  expect(await removeOldRows(database.db, now)).toEqual({});
});

test("a table is cleared in bites that end", async () => {
  for (let n = 0; n < 10; n++)
    await makeRow(client, "reputation_events", 100 + n, { occurred_at: new Date(n * 1000).toISOString() });
  const before = await count("reputation_events");
  expect(await removeOldRows(database.db, now, { rows: 3, batches: 2 })).toEqual({ reputation_events: 6 });
  expect(await count("reputation_events")).toBe(before - 6);
  const { rows } = await client.query("SELECT min(occurred_at) AS oldest FROM reputation_events");
  expect(rows).toEqual([{ oldest: new Date(6000) }]);
});

test("the large ones are cleared by an index, not by reading them all", async () => {
  await database.db.execute(sql`ANALYZE`);
  const large = ["reputation_events", "legacy_reputation_events", "activity_flushes", "command_executions"];
  for (const { table, moment } of retentions.filter((one) => large.includes(one.table))) {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE i.indrelid = $1::regclass AND a.attname = $2`,
      [table, moment],
    );
    expect(rows.length, table).toBeGreaterThan(0);
  }
});

async function count(table: string): Promise<number> {
  const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]?.n ?? 0;
}
