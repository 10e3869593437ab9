import { neon } from "@neondatabase/serverless";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nameStatement, withSlowLog } from "#db/slow-queries";
import type { LogEntry } from "#lib/log";

let clock = 0;
let logged: LogEntry[] = [];
let takesMs = 0;
const realFetch = globalThis.fetch;

beforeEach(() => {
  [clock, logged, takesMs] = [0, [], 0];
  globalThis.fetch = async (_, init) => {
    clock += takesMs;
    const isBatch = String(init?.body).includes('"queries"');
    const one = { command: "SELECT", rowCount: 0, fields: [], rows: [] };
    return Response.json(isBatch ? { results: [one, one] } : one);
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

function aClient() {
  const client = neon("postgres://u:p@db.example.neon.tech/d");
  return withSlowLog(client, { log: (entry) => void logged.push(entry), now: () => clock });
}

test.each([
  [1200, "WARNING"],
  [150, "DEBUG"],
] as const)("DBP-3 a statement of %i ms is one %s line with its name and no value", async (ms, level) => {
  takesMs = ms;
  await aClient().query("SELECT name FROM people WHERE key = $1 AND kind = 'secret kind'", ["my secret"]);
  expect(logged).toEqual([
    {
      level,
      category: "SYSTEM",
      action: "database.query",
      result: "SUCCESS",
      durationMs: ms,
      details: { statements: ["SELECT name FROM people WHERE key = $1 AND kind = ?"] },
    },
  ]);
});

test("DBP-3 a batch is one line with all its statements, a fast one none", async () => {
  const client = aClient();
  await client.query("SELECT 1");
  expect(logged).toEqual([]);
  takesMs = 101;
  await client.transaction([client.query("SELECT a", ["x"]), client.query("SELECT b")]);
  expect(logged).toMatchObject([{ level: "DEBUG", details: { statements: ["SELECT a", "SELECT b"] } }]);
});

test("DBP-3 one that failed is told of too, and fails as before", async () => {
  takesMs = 2000;
  globalThis.fetch = async () => {
    clock += takesMs;
    throw new Error("cut");
  };
  await expect(aClient().query("SELECT 1")).rejects.toThrow();
  expect(logged).toMatchObject([{ level: "WARNING", result: "FAILURE" }]);
});

test("a statement's name is cut and holds no literal", () => {
  expect(nameStatement("SELECT 'it''s',\n  42, $12 FROM t2")).toBe("SELECT ?, ?, $12 FROM t2");
  expect(nameStatement("x ".repeat(500))).toHaveLength(160);
});
