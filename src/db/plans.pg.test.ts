import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type Database, openCommunityDatabase } from "#db/client";
import { findMember, listMembers } from "#db/communities/member-store";
import { findAccounts, findRoles } from "#db/rbac";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makeCommunityStore } from "#modules/community/store";
import { listByPoints, listByScore } from "#workers/api/reputation/standing-store";

const members = 100_000;
const communityId = 7;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  const people = sql`generate_series(1, ${members}::int) n`;
  const steps = [
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'g'), (7, 'seven', 's')`,
    sql`INSERT INTO community_memberships (community_id, user_key) SELECT 7, 'twitch:' || n FROM ${people}`,
    sql`INSERT INTO community_memberships (community_id, user_key) SELECT 1, 'twitch:' || n FROM ${people}`,
    sql`INSERT INTO community_activity (community_id, user_key, user_name, points) SELECT 7, 'twitch:' || n, 'name' || n, n FROM ${people}`,
    sql`INSERT INTO reputation_scores (community_id, user_key, score, previous_score, total_events)
        SELECT 7, 'twitch:' || n, 300 + n % 550, 600, 1 FROM ${people}`,
    sql`INSERT INTO hub_users (username, display_name) SELECT 'p' || n, 'p' || n FROM ${people}`,
    sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
        SELECT id, 'twitch', id::text, username FROM hub_users`,
    sql`INSERT INTO community_rbac (community_id, user_key, role) SELECT 7, 'twitch:' || n, 'moderator' FROM generate_series(1, 500) n`,
  ];
  for (const step of steps) await database.db.execute(step);
  await database.db.execute(sql`ANALYZE`);
}, 240_000);
afterAll(() => database.close());

const explained = z.array(z.looseObject({ "QUERY PLAN": z.string() }));

/** The plans of all statements that `run` sends, beside their answers. */
async function plansOf(db: Database, run: (db: Database) => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  const watched = new Proxy(db, {
    get: (target, name) => {
      if (name !== "execute") return Reflect.get(target, name, target);
      return async (query: SQL) => {
        const { rows } = await target.execute(sql`EXPLAIN ${query}`);
        plans.push(...explained.parse(rows).map((row) => row["QUERY PLAN"]));
        return target.execute(query);
      };
    },
  });
  await run(watched);
  expect(plans.length).toBeGreaterThan(0);
  return plans.join("\n");
}

/** Reading all of one of the large tables. */
const wholeTable =
  /Seq Scan on (community_memberships|community_activity|reputation_scores|platform_identities|hub_users)/;

const page = { after: undefined, limit: 25 };
const questions: Record<string, (db: Database) => Promise<unknown>> = {
  "identity by platform and platform id": (db) =>
    makeCommunityStore({ everywhere: () => db, of: () => db }).accountsOf("twitch:4711"),
  "a person's accounts": (db) => findAccounts(db, 4711),
  "a person's roles": (db) => findRoles(db, [{ userKey: "twitch:4711", entityId: null, communityId }]),
  "one member": (db) => findMember(db, communityId, "twitch:4711"),
  "a page of active members": (db) => listMembers(db, { communityId, after: "twitch:5", limit: 50 }),
  "the leaderboard by points": (db) => listByPoints(db, communityId, page),
  "the leaderboard by score": (db) => listByScore(db, communityId, page),
  "who is at risk": (db) => listByScore(db, communityId, { ...page, below: 500 }),
};

test.each(Object.entries(questions))("DBP-2 %s uses an index among 100,000 members", async (_, run) => {
  expect(await plansOf(database.db, run)).not.toMatch(wholeTable);
});

test("DBP-2 row-level security costs no index", async () => {
  const address = { DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint };
  const db = openCommunityDatabase(address, communityId);
  for (const name of ["a page of active members", "the leaderboard by points", "the leaderboard by score"])
    expect(await plansOf(db, async (own) => questions[name]?.(own)), name).not.toMatch(wholeTable);
});
