import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type Database, openDatabase } from "#db/client";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Flush, writeFlush } from "#durable-objects/channel/write-flush";
import { timedOut, within } from "#lib/within";
import { type DatabaseFault, type DatabaseProxy, startDatabaseProxy } from "#test/faults/database-proxy";

/** The house's limit is 31 s; here nobody waits so long for a line that swallows everything. */
const patienceMs = 300;
const faultMs = 700;
const flushes = 6;
const messages = 5;

let database: TestDatabase;
let proxy: DatabaseProxy;
let db: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await startDatabaseProxy(database.endpoint);
  // Another spelling of the same server, so that only these calls go through the proxy.
  const address = new URL(database.url);
  address.hostname = "database.proxied";
  db = openDatabase({ DATABASE_URL: address.href, DATABASE_HTTP_ENDPOINT: proxy.url });
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'g', 'g'), (2, 'a', 'a')`,
  );
});
afterAll(async () => {
  await proxy?.close();
  await database?.close();
});

const total = z.tuple([z.object({ messages: z.coerce.number() })]);

async function messagesNow(): Promise<number> {
  const { rows } = await database.db.execute(
    sql`SELECT coalesce(sum(messages), 0) AS messages FROM community_activity WHERE community_id = 2`,
  );
  return total.parse(rows)[0].messages;
}

function aFlush(id: string): Flush {
  const row = { userKey: "twitch:7", userName: "Bob", messages, points: 0, lastAt: 1_800_000_000_000 };
  return {
    id,
    communityId: 2,
    activity: [row],
    executions: [],
    ruleHits: [],
    entityId: "twitch:1",
    events: [],
    activities: [],
  };
}

/** As a channel does it: the same flush under the same key until Postgres has it. */
async function flushUntilTaken(flush: Flush): Promise<number> {
  for (let tries = 1; ; tries++) {
    const isTaken = await within(
      writeFlush(db, flush).then(
        () => true,
        () => false,
      ),
      patienceMs,
    );
    if (isTaken === true) return tries;
    if (tries > 200) throw new Error("Postgres never took it");
    if (isTaken !== timedOut) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const faults: Record<string, DatabaseFault> = {
  "refuses connections": { kind: "refuse" },
  "does what it is told and loses one answer of two": { kind: "resetAfterSend", oneIn: 2 },
  "is shut down (57P01)": { kind: "shutdown" },
  "is slow": { kind: "slow", ms: 200 },
  "stands still and goes on, long after nobody waits": { kind: "freeze" },
  "swallows what it is told": { kind: "blackHole" },
};

test.each(Object.entries(faults))(
  "P7 T7 a database that %s has every flush once",
  async (name, fault) => {
    const [before, hit] = [await messagesNow(), proxy.hit()];
    proxy.set(fault);
    const mended = new Promise<void>((resolve) =>
      setTimeout(() => {
        proxy.set({ kind: "none" });
        resolve();
      }, faultMs),
    );
    const tries: number[] = [];
    for (let number = 0; number < flushes; number++)
      tries.push(await flushUntilTaken(aFlush(`${name} ${number}`)));
    await mended;
    // What stood still may come through now, under keys that are known.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(proxy.hit()).toBeGreaterThan(hit);
    expect((await messagesNow()) - before).toBe(flushes * messages);
    if (fault.kind !== "slow") expect(Math.max(...tries)).toBeGreaterThan(1);
  },
  60_000,
);
