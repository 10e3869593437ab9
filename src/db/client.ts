import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { productVersion } from "#contracts/version";
import { withSlowLog } from "#db/slow-queries";
import { withinCommunities } from "#db/within-communities";
import { makeLog } from "#lib/log";

const log = makeLog({ module: "database", version: productVersion });

export interface DatabaseAddress {
  /** `postgres://…`: the only place credentials live. */
  DATABASE_URL: string;
  /** The Neon-compatible HTTP endpoint of a Postgres that is not Neon; empty for Neon itself. */
  DATABASE_HTTP_ENDPOINT?: string | undefined;
}

/**
 * The only place that opens a database connection. Every call is one HTTP round trip:
 * one statement, or one `batch([...])` as one transaction. There is no session.
 *
 * Sees every community: for signing in, for asking rights, and for what the whole house does. Where the community is
 * known, `openCommunityDatabase` is the one to take.
 */
export function openDatabase(address: DatabaseAddress) {
  return drizzle(connect(address));
}

export type Database = ReturnType<typeof openDatabase>;

/**
 * The same, for one community (or a few): every statement runs under row-level security and sees and changes the rows of
 * these alone, whatever its WHERE says. Still one round trip (docs/decisions/0035).
 */
export function openCommunityDatabase(
  address: DatabaseAddress,
  ...communityIds: [number, ...number[]]
): Database {
  return drizzle(withinCommunities(connect(address), communityIds));
}

/** For one community; null for all of them, where the caller may see all. */
export function openDatabaseFor(address: DatabaseAddress, communityId: number | null): Database {
  return communityId === null ? openDatabase(address) : openCommunityDatabase(address, communityId);
}

function connect({ DATABASE_URL, DATABASE_HTTP_ENDPOINT }: DatabaseAddress) {
  if (!DATABASE_URL) throw new Error("DATABASE_URL is not set");
  if (DATABASE_HTTP_ENDPOINT) neonConfig.fetchEndpoint = DATABASE_HTTP_ENDPOINT;
  return withSlowLog(neon(DATABASE_URL), { log, now: Date.now });
}
