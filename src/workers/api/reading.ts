import { sql } from "drizzle-orm";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";
import * as z from "zod";
import {
  type Database,
  openCommunityDatabase,
  openDatabase,
  openReadingDatabase,
  type ReplicaAddress,
} from "#db/client";
import { logPosition } from "#db/replica";

/** Where in the log of writes the caller's last one stands: answered after every change, and sent back with a question. */
export const writtenHeader = "x-written-at";
export const readAfterHeader = "x-read-after";
const cookieName = "waddlebot-written";
const cookie = { path: "/", secure: true, httpOnly: true, sameSite: "Lax", prefix: "host" } as const;
/** A replica that is an hour behind answers nobody, so nothing older has to be remembered. */
const rememberedSeconds = 3600;

/** As much of a request as the choice needs. */
export interface Reading {
  env: ReplicaAddress;
  req: { method: string; header(name: string): string | undefined };
}
interface Marked {
  Bindings: ReplicaAddress;
  /** There for a browser that is signed in. */
  Variables: { session?: object };
}

/**
 * What a GET shows, of one community, a few or (without one) all. From the replica only for whoever says what they wrote last;
 * everybody else, and every request that may change something, reads from the primary.
 */
export function readingDatabase(c: Reading, ...communityIds: number[]): Database {
  const after = lastWritten(c);
  if (c.env.REPLICA_DATABASE_URL && c.req.method === "GET" && after !== undefined)
    return openReadingDatabase(c.env, { after, communityIds });
  const [first, ...rest] = communityIds;
  return first === undefined ? openDatabase(c.env) : openCommunityDatabase(c.env, first, ...rest);
}

function lastWritten({ req }: Pick<Reading, "req">): string | undefined {
  const name = `__Host-${cookieName}`;
  const mark = req.header(readAfterHeader) ?? parse(req.header("cookie") ?? "", name)[name];
  return mark !== undefined && logPosition.test(mark) ? mark : undefined;
}

const position = z.tuple([z.object({ at: z.string().regex(logPosition) })]);

/**
 * After a change, says where it stands: programs get a header, browsers keep a cookie. A browser without one gets it with its
 * first answer. Nothing of this without a replica.
 */
export function withWrittenMark<E extends Marked>(): MiddlewareHandler<E> {
  return async function markWritten(c, next) {
    await next();
    // Of a socket's 101 nothing may be touched; what was refused changed nothing.
    if (!c.env.REPLICA_DATABASE_URL || c.res.status < 200 || c.res.status >= 400) return;
    const isBrowser = c.var.session !== undefined;
    const isChange = c.req.method !== "GET" && c.req.method !== "HEAD";
    if (!isChange && !(isBrowser && lastWritten(c) === undefined)) return;
    tell(c, await whereWritten(c.env), isBrowser);
  };
}

function tell(c: Context, at: string | undefined, isBrowser: boolean): void {
  // Without a mark the primary is asked: late is better than wrong.
  if (at === undefined && isBrowser) deleteCookie(c, cookieName, { path: "/", secure: true, prefix: "host" });
  if (at === undefined) return;
  c.header(writtenHeader, at);
  if (isBrowser) setCookie(c, cookieName, at, { ...cookie, maxAge: rememberedSeconds });
}

async function whereWritten(address: ReplicaAddress): Promise<string | undefined> {
  try {
    const { rows } = await openDatabase(address).execute(sql`SELECT pg_current_wal_insert_lsn()::text AS at`);
    return position.parse(rows)[0].at;
  } catch {
    // The change itself is done and answered.
    return undefined;
  }
}
