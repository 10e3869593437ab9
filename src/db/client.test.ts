import { neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "#db/client";

afterEach(() => {
  neonConfig.fetchFunction = undefined;
});

test("each server is asked at its own endpoint, and Neon at Neon's, whoever was opened last", async () => {
  const asked: string[] = [];
  neonConfig.fetchFunction = async (url: string) => {
    asked.push(url);
    return Response.json({ command: "SELECT", rowCount: 0, fields: [], rows: [], rowAsArray: true });
  };
  const neons = openDatabase({ DATABASE_URL: "postgres://u:p@ep-quiet-pond.eu-central-1.aws.neon.tech/db" });
  const local = openDatabase({
    DATABASE_URL: "postgres://u:p@127.0.0.1:5433/db",
    DATABASE_HTTP_ENDPOINT: "http://127.0.0.1:9/first",
  });
  const other = openDatabase({
    DATABASE_URL: "postgres://u:p@127.0.0.1:5434/db",
    DATABASE_HTTP_ENDPOINT: "http://127.0.0.1:9/second",
  });
  const plain = openDatabase({
    DATABASE_URL: "postgres://u:p@db.example/db",
    DATABASE_HTTP_ENDPOINT: "http://127.0.0.1:9/third",
  });
  for (const db of [neons, local, other, plain]) await db.execute(sql`SELECT 1`);
  expect(asked).toEqual([
    "https://api.eu-central-1.aws.neon.tech/sql",
    "http://127.0.0.1:9/first",
    "http://127.0.0.1:9/second",
    "http://127.0.0.1:9/third",
  ]);
});
