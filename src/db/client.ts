import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { productVersion } from "#contracts/version";
import { withReplica } from "#db/replica";
import { withSlowLog } from "#db/slow-queries";
import { withinCommunities } from "#db/within-communities";
import { makeLog } from "#lib/log";

/** The driver has one setting for all its connections, so which server has which endpoint is kept here. */
const endpoints = new Map<string, string>();
const serverOf = (url: string) => new URL(url).host;
const neonsOwn = neonConfig.fetchEndpoint;
neonConfig.fetchEndpoint = (host, port, options) => {
  const known = endpoints.get(`${host}:${port}`) ?? endpoints.get(host);
  if (known) return known;
  return typeof neonsOwn === "string" ? neonsOwn : neonsOwn(host, port, options);
};

/** Above Postgres' own limit of 30 s for a statement, so that its word comes first; for a line that nobody is at the end of. */
const callTimeMs = 31_000;
const fetchInTime: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: AbortSignal.timeout(callTimeMs) });
neonConfig.fetchFunction = fetchInTime;

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

export interface ReplicaAddress extends DatabaseAddress {
  /** A hot standby of the same database; empty: there is none, and everything is asked of the primary. */
  REPLICA_DATABASE_URL?: string | undefined;
  /** As DATABASE_HTTP_ENDPOINT. */
  REPLICA_HTTP_ENDPOINT?: string | undefined;
}

export interface ReadingWish {
  /** What the caller wrote last, as a place in the primary's log of writes. */
  after: string;
  /** None: all. */
  communityIds: readonly number[];
  /** How far behind the replica may be for what others wrote; 10 where nothing is said. */
  staleAfterSeconds?: number;
}

const rests = new Map<string, { until: number }>();

/**
 * For reading only, of these communities or of all: from the replica once it has what the caller wrote last, which is `after`
 * (docs/decisions/0040). Rights are never asked here: one that was taken away is gone at once.
 */
export function openReadingDatabase(
  address: ReplicaAddress,
  { after, communityIds, staleAfterSeconds }: ReadingWish,
): Database {
  const { REPLICA_DATABASE_URL: url = "", REPLICA_HTTP_ENDPOINT: endpoint } = address;
  const rest = rests.get(url) ?? { until: 0 };
  rests.set(url, rest);
  const primary = connect(address);
  const replica = URL.canParse(url)
    ? connect({ DATABASE_URL: url, DATABASE_HTTP_ENDPOINT: endpoint })
    : primary;
  const client = withReplica({ primary, replica }, { after, log, now: Date.now, rest, staleAfterSeconds });
  return drizzle(communityIds.length > 0 ? withinCommunities(client, communityIds) : client);
}

function connect({ DATABASE_URL, DATABASE_HTTP_ENDPOINT }: DatabaseAddress) {
  if (!DATABASE_URL) throw new Error("DATABASE_URL is not set");
  if (DATABASE_HTTP_ENDPOINT && URL.canParse(DATABASE_URL))
    endpoints.set(serverOf(DATABASE_URL), DATABASE_HTTP_ENDPOINT);
  return withSlowLog(neon(DATABASE_URL), { log, now: Date.now });
}
