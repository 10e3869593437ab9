import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { applyMigrations } from "#tools/migrate";
import { inProject } from "#tools/paths";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`DROP SCHEMA public CASCADE`);
  await database.db.execute(sql`DROP SCHEMA IF EXISTS drizzle CASCADE`);
  await database.db.execute(sql`CREATE SCHEMA public`);
  folder = mkdtempSync(join(tmpdir(), "waddlebot-migrations-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.close();
});

function writeMigrations(...statements: string[]): void {
  mkdirSync(join(folder, "meta"), { recursive: true });
  const entries = statements.map((statement, idx) => {
    const tag = `${String(idx).padStart(4, "0")}_step`;
    writeFileSync(join(folder, `${tag}.sql`), statement);
    return { idx, version: "7", when: 1000 + idx, tag, breakpoints: true };
  });
  const journal = { version: "7", dialect: "postgresql", entries };
  writeFileSync(join(folder, "meta", "_journal.json"), JSON.stringify(journal));
}

/** Every column, index and constraint, and what the migrator remembers. */
async function describeSchema() {
  const columns = await database.db.execute(sql`SELECT table_schema, table_name, column_name, data_type,
    column_default, is_nullable FROM information_schema.columns
    WHERE table_schema IN ('public', 'drizzle') ORDER BY 1, 2, 3`);
  const indexes = await database.db.execute(sql`SELECT indexdef FROM pg_indexes
    WHERE schemaname IN ('public', 'drizzle') ORDER BY 1`);
  const applied = await database.db.execute(sql`SELECT * FROM drizzle.__drizzle_migrations ORDER BY id`);
  return { columns: columns.rows, indexes: indexes.rows, applied: applied.rows };
}

test("DBP-1 the project's migrations apply to an empty database, and again change nothing", async () => {
  const first = await applyMigrations({ databaseUrl: database.url });
  const before = await describeSchema();
  const second = await applyMigrations({ databaseUrl: database.url });
  expect(first.applied).toBeGreaterThan(0);
  expect(second).toEqual({ applied: 0, total: first.total });
  expect(await describeSchema()).toEqual(before);
});

test("DBP-1 two at once apply each migration once", async () => {
  writeMigrations("CREATE TABLE a (id int);\n--> statement-breakpoint\nINSERT INTO a VALUES (1);");
  const migrate = () => applyMigrations({ databaseUrl: database.url, folder });
  const both = await Promise.all([migrate(), migrate()]);
  expect(both.map(({ applied }) => applied).sort()).toEqual([0, 1]);
  expect((await database.db.execute(sql`SELECT * FROM a`)).rows).toEqual([{ id: 1 }]);
});

test("a failing migration leaves nothing of the run", async () => {
  writeMigrations("CREATE TABLE a (id int)", "CREATE TABLE b (id nonsense)");
  await expect(applyMigrations({ databaseUrl: database.url, folder })).rejects.toThrow();
  const found = await database.db.execute(sql`SELECT to_regclass('a') AS a`);
  expect(found.rows).toEqual([{ a: null }]);
});

test("an edited migration is refused before anything changes", async () => {
  writeMigrations("CREATE TABLE a (id int)");
  await applyMigrations({ databaseUrl: database.url, folder });
  writeMigrations("CREATE TABLE a (id bigint)", "CREATE TABLE b (id int)");
  const again = applyMigrations({ databaseUrl: database.url, folder });
  await expect(again).rejects.toThrow("Migration 1 of this database is not the one in");
  expect((await database.db.execute(sql`SELECT to_regclass('b') AS b`)).rows).toEqual([{ b: null }]);
});

test("without migrations the sentence says how to make them", async () => {
  const missing = applyMigrations({ databaseUrl: database.url, folder: inProject("no-such-folder") });
  await expect(missing).rejects.toThrow("npm run db:generate");
});
