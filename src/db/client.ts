import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";

export interface DatabaseAddress {
  /** `postgres://…`: the only place credentials live. */
  DATABASE_URL: string;
  /** The Neon-compatible HTTP endpoint of a Postgres that is not Neon; empty for Neon itself. */
  DATABASE_HTTP_ENDPOINT?: string | undefined;
}

/**
 * The only place that opens a database connection. Every call is one HTTP round trip:
 * one statement, or one `batch([...])` as one transaction. There is no session.
 */
export function openDatabase({ DATABASE_URL, DATABASE_HTTP_ENDPOINT }: DatabaseAddress) {
  if (!DATABASE_URL) throw new Error("DATABASE_URL is not set");
  if (DATABASE_HTTP_ENDPOINT) neonConfig.fetchEndpoint = DATABASE_HTTP_ENDPOINT;
  return drizzle(neon(DATABASE_URL));
}

export type Database = ReturnType<typeof openDatabase>;
