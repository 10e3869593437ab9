import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { startNeonEndpoint } from "#tools/neon-endpoint";

const things = pgTable("things", {
  id: bigint({ mode: "bigint" }).primaryKey(),
  name: text().unique("things_name_once"),
  facts: jsonb(),
  tags: text().array(),
  at: timestamp({ withTimezone: true, mode: "date" }),
});
const makeThings = sql`CREATE TABLE things (id bigint PRIMARY KEY, name text, facts jsonb, tags text[],
  at timestamptz, CONSTRAINT things_name_once UNIQUE (name))`;

describe("the Neon-compatible endpoint through the real driver", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
    await database.db.execute(makeThings);
  });
  afterAll(() => database.close());

  test("bigint, jsonb, null, arrays and timestamptz come back as they went in", async () => {
    const row = {
      id: 9_007_199_254_740_993n,
      name: null,
      facts: { "a'b": [1, null, "ü"] },
      tags: ['x,"y', "{z}", "\\"],
      at: new Date("2026-05-01T12:34:56.789Z"),
    };
    await database.db.insert(things).values(row);
    const rows = await database.db.select().from(things).where(sql`id = 9007199254740993`);
    expect(rows).toEqual([row]);
  });

  test("a plain statement gives rows as objects, with command and count", async () => {
    const result = await database.db.execute(sql`SELECT 1 AS one, 'x' AS letter`);
    expect(result).toMatchObject({ rows: [{ one: 1, letter: "x" }], command: "SELECT", rowCount: 1 });
  });

  test("a unique violation names its code and constraint", async () => {
    await database.db.insert(things).values({ id: 1n, name: "ada" });
    const second = database.db.insert(things).values({ id: 2n, name: "ada" });
    await expect(second).rejects.toMatchObject({
      cause: { code: "23505", constraint: "things_name_once", detail: expect.stringContaining("ada") },
    });
  });

  test("a batch is one transaction: one failure leaves nothing of it", async () => {
    const { db } = database;
    const failing = db.batch([
      db.insert(things).values({ id: 10n, name: "first" }),
      db.insert(things).values({ id: 10n, name: "again" }),
    ]);
    await expect(failing).rejects.toMatchObject({ code: "23505", constraint: "things_pkey" });
    expect(await db.select().from(things).where(sql`id = 10`)).toEqual([]);
    const [written, read] = await db.batch([
      db.insert(things).values({ id: 11n, name: "kept" }).returning({ id: things.id }),
      db.select({ name: things.name }).from(things).where(sql`id = 11`),
    ]);
    expect([written, read]).toEqual([[{ id: 11n }], [{ name: "kept" }]]);
  });

  test("16 at once all answer", async () => {
    const asked = Array.from({ length: 16 }, (_, n) => database.db.execute(sql`SELECT ${n}::int AS n`));
    const answers = await Promise.all(asked);
    expect(answers.map(({ rows }) => rows[0])).toEqual(Array.from({ length: 16 }, (_, n) => ({ n })));
  });
});

describe("the Neon-compatible endpoint as plain HTTP", () => {
  test("without the server's password: 401 and no statement", async () => {
    const database = await openTestDatabase();
    const endpoint = await startNeonEndpoint({ databaseUrl: database.url });
    const ask = async (connection: string, headers: Record<string, string> = {}) => {
      const init = { method: "POST", body: JSON.stringify({ query: "SELECT 1 AS one" }) };
      const response = await fetch(endpoint.url, {
        ...init,
        headers: { "neon-connection-string": connection, ...headers },
      });
      return { status: response.status, body: await response.json() };
    };
    const wrong = new URL(database.url);
    wrong.password = "guess";
    expect((await ask(wrong.href)).status).toBe(401);
    expect((await ask("")).status).toBe(401);
    expect(endpoint.statements()).toBe(0);
    expect(await ask(database.url)).toMatchObject({ status: 200, body: { rows: [{ one: 1 }] } });
    const raw = await ask(database.url, { "neon-raw-text-output": "true", "neon-array-mode": "true" });
    expect(raw.body).toMatchObject({ rows: [["1"]], rowAsArray: true });
    expect(endpoint.statements(new URL(database.url).pathname.slice(1))).toBe(2);
    await endpoint.close();
    await database.close();
  });

  test("isolation and access mode of a batch reach the transaction", async () => {
    const database = await openTestDatabase();
    const endpoint = await startNeonEndpoint({ databaseUrl: database.url });
    const query =
      "SELECT current_setting('transaction_isolation') AS level, current_setting('transaction_read_only') AS ro";
    const response = await fetch(endpoint.url, {
      method: "POST",
      body: JSON.stringify({ queries: [{ query, params: [] }] }),
      headers: {
        "neon-connection-string": database.url,
        "neon-batch-isolation-level": "Serializable",
        "neon-batch-read-only": "true",
      },
    });
    expect(await response.json()).toMatchObject({
      results: [{ rows: [{ level: "serializable", ro: "on" }] }],
    });
    await endpoint.close();
    await database.close();
  });
});
