import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { type Database, openDatabase } from "#db/client";
import { spendPoints } from "#db/spend-points";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { sha256Hex } from "#lib/sha256";
import { eventually } from "#test/e2e/stack";
import { type NeonEndpoint, startNeonEndpoint } from "#tools/neon-endpoint";
import { listMerges, mergePeople, offerMerge, undoMerge } from "#workers/api/identity/merge-store";

const by = { actor: "test", ipHash: null, userAgent: null, requestId: "r" };
const connections = 64;
const rounds = 6;
const start = 400;
const [adas, bobs] = ["twitch:1", "discord:2"];

let database: TestDatabase;
let endpoint: NeonEndpoint;
let db: Database;
let [ada, bob] = [0, 0];

beforeAll(async () => {
  database = await openTestDatabase();
  endpoint = await startNeonEndpoint({ databaseUrl: inject("postgres").url, connections });
  db = openDatabase({ DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: endpoint.url });
});
afterAll(async () => {
  await endpoint?.close();
  await database?.close();
});

beforeEach(async () => {
  await db.execute(
    sql`TRUNCATE hub_users, communities, community_activity, reputation_events, activity_flushes CASCADE`,
  );
  await db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'g'), (7, 'seven', 's')`,
  );
  ada = await aPerson("twitch", "1");
  bob = await aPerson("discord", "2");
});

const one = z.tuple([z.object({ id: z.int() })]);

async function aPerson(platform: string, id: string): Promise<number> {
  const { rows } = await db.execute(sql`
    WITH made AS (INSERT INTO hub_users (username, display_name) VALUES (${platform}, ${platform}) RETURNING id),
    linked AS (INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username, is_primary)
      SELECT id, ${platform}, ${id}, 'x', true FROM made),
    seen AS (INSERT INTO community_activity (community_id, user_key, user_name, points) VALUES (7, ${`${platform}:${id}`}, 'x', ${start}))
    SELECT id FROM made`);
  return one.parse(rows)[0].id;
}

async function join(on = db): Promise<string> {
  const codeHash = await sha256Hex(crypto.randomUUID());
  await offerMerge(on, { userId: bob, codeHash }, by);
  return (await mergePeople(on, { userId: ada, codeHash }, by)).kind;
}

async function part(on = db): Promise<string> {
  const standing = (await listMerges(on, ada)).find(({ undone_at }) => undone_at === null);
  return standing ? undoMerge(on, { userId: ada, id: standing.id, sessionId: "" }, by) : "missing";
}

const spend = (userKey: string, points: number, on = db) =>
  spendPoints(on, { communityId: 7, userKey, points, reason: "test", key: crypto.randomUUID() });

const found = z.array(z.object({ problem: z.string() }));

/** Everything that may not be, whatever was joined, undone and spent in which order. */
async function problems(): Promise<string[]> {
  const { rows } = await db.execute(sql`
    SELECT 'below zero: ' || user_key AS problem FROM community_activity WHERE points < 0
    UNION ALL SELECT 'books of ' || a.user_key FROM community_activity a WHERE a.points <> ${start} + coalesce((
      SELECT sum(e.points) FROM reputation_events e WHERE e.community_id = 7 AND e.user_key = a.user_key), 0)
    UNION ALL SELECT 'not the whole price: ' || event_key FROM reputation_events
      GROUP BY event_key HAVING sum(points) NOT IN (-7, -90)
    UNION ALL SELECT 'spent by a stranger: ' || e.event_key FROM reputation_events e
      JOIN spenders s ON s.event_key = e.event_key WHERE e.user_key <> s.user_key AND NOT EXISTS (
        SELECT 1 FROM hub_user_aliases j WHERE e.occurred_at BETWEEN j.merged_at AND coalesce(j.undone_at, 'infinity'))
    UNION ALL SELECT 'two joinings at once' FROM hub_user_aliases WHERE undone_at IS NULL HAVING count(*) > 1
    UNION ALL SELECT 'in the wrong place: ' || p.platform FROM platform_identities p
      WHERE p.hub_user_id <> CASE WHEN p.platform = 'twitch' OR EXISTS (SELECT 1 FROM hub_user_aliases WHERE undone_at IS NULL)
        THEN ${ada}::int ELSE ${bob}::int END
    UNION ALL SELECT 'wrong number of accounts: ' || p.platform FROM platform_identities p
      WHERE p.is_one_of_many <> EXISTS (SELECT 1 FROM hub_user_aliases WHERE undone_at IS NULL)
    UNION ALL SELECT 'spoken for by ' || count(*) FROM platform_identities WHERE is_primary
      HAVING count(*) <> 2 - (SELECT count(*) FROM hub_user_aliases WHERE undone_at IS NULL)`);
  return found.parse(rows).map(({ problem }) => problem);
}

/** Who spent is written down here, so that a stranger's spending can be told from one's own. */
async function spendAs(userKey: string, points: number): Promise<"paid" | "short"> {
  const key = crypto.randomUUID();
  await db.execute(sql`INSERT INTO spenders VALUES (${`spend/${key}`}, ${userKey})`);
  return (await spendPoints(db, { communityId: 7, userKey, points, reason: "test", key })).kind;
}

describe("points of somebody who is joined", () => {
  beforeEach(async () => {
    await db.execute(
      sql`CREATE TABLE IF NOT EXISTS spenders (event_key text PRIMARY KEY, user_key text NOT NULL)`,
    );
    await db.execute(sql`TRUNCATE spenders`);
  });

  test("are spent from whichever account has them, all or nothing, and a repeated call takes nothing more", async () => {
    expect(await spend(adas, 500)).toEqual({ kind: "short", held: 400n });
    await join();
    const once = { communityId: 7, userKey: adas, points: 500, reason: "test", key: "k" };
    expect([await spendPoints(db, once), await spendPoints(db, once)]).toEqual([
      { kind: "paid" },
      { kind: "paid" },
    ]);
    expect(await spend(bobs, 301)).toEqual({ kind: "short", held: 300n });
    expect(await part()).toBe("undone");
    expect([await spend(adas, 1), await spend(bobs, 300)]).toEqual([
      { kind: "short", held: 0n },
      { kind: "paid" },
    ]);
  });

  test("64 joinings, undoings and spendings of the same two people at once end with the books balanced", {
    timeout: 120_000,
  }, async () => {
    const kinds: Record<string, number> = {};
    for (let round = 0; round < rounds; round++) {
      const all = Array.from({ length: connections }, (_, index) => {
        if (index % 8 === 0) return join();
        if (index % 8 === 4) return part();
        return spendAs(index % 2 === 0 ? adas : bobs, round === rounds - 1 ? 90 : 7);
      });
      for (const kind of await Promise.all(all)) kinds[kind] = (kinds[kind] ?? 0) + 1;
      expect(await problems()).toEqual([]);
    }
    // Each of them happened, so the rounds were not empty.
    expect(Object.keys(kinds).sort()).toEqual(expect.arrayContaining(["merged", "paid", "short", "undone"]));
    const { rows } = await db.execute(
      sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()`,
    );
    expect(rows).toEqual([{ n: connections }]);
  });

  /** Ada's spending has looked whose the accounts are and waits for a row; meanwhile the joining is undone. */
  async function undoWhileSpending(on: Database): Promise<string[]> {
    // 40 are left, so that Bob's account must pay too.
    for (let count = 0; count < 4; count++) expect(await spendAs(adas, 90)).toBe("paid");
    await join();
    await db.execute(sql`INSERT INTO spenders VALUES ('spend/slow', ${adas})`);
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM community_activity FOR UPDATE");
    const spending = spendPoints(on, {
      communityId: 7,
      userKey: adas,
      points: 90,
      reason: "test",
      key: "slow",
    });
    await waiters(1);
    const undoing = part(on);
    await Promise.race([undoing, waiters(2)]);
    await holder.query("COMMIT");
    await holder.end();
    expect(await Promise.all([spending, undoing])).toEqual([{ kind: "paid" }, "undone"]);
    return problems();
  }

  async function waiters(count: number): Promise<void> {
    await eventually(
      async () =>
        (
          await db.execute(
            sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
        ).rows.length,
      (waiting) => waiting >= count,
    );
  }

  test("an undoing waits for a spending that is under way", async () => {
    expect(await undoWhileSpending(db)).toEqual([]);
  });

  test("without the lock the same is caught: somebody spent what was no longer theirs", async () => {
    const unlocked = new Proxy(db, {
      get: (target, name) => {
        const batch = (queries: readonly unknown[]) =>
          Reflect.apply(target.batch, target, [[target.execute(sql`SELECT 1`), ...queries.slice(1)]]);
        return name === "batch" ? batch : Reflect.get(target, name, target);
      },
    });
    expect(await undoWhileSpending(unlocked)).toEqual(["spent by a stranger: spend/slow"]);
  });
});
