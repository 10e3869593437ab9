import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { type Database, openDatabase } from "#db/client";

declare module "vitest" {
  interface ProvidedContext {
    /** The server, its template database with every migration applied, and the HTTP endpoint before it. */
    postgres: { url: string; template: string; endpoint: string };
  }
}

export interface TestDatabase {
  db: Database;
  /** For DATABASE_URL. */
  url: string;
  /** For DATABASE_HTTP_ENDPOINT. */
  endpoint: string;
  close(): Promise<void>;
}

/** A database of its own, empty and migrated, in some 50 ms. Only in the vitest projects pg and e2e. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = inject("postgres");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await runSql(server.url, `CREATE DATABASE ${name} TEMPLATE ${server.template}`);
  const address = new URL(server.url);
  address.pathname = `/${name}`;
  const url = address.href;
  return {
    db: openDatabase({ DATABASE_URL: url, DATABASE_HTTP_ENDPOINT: server.endpoint }),
    url,
    endpoint: server.endpoint,
    close: () => runSql(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // A lost connection also rejects the query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
