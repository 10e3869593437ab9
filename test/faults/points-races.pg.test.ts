import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { type Database, openDatabase } from "#db/client";
import { type Spending, spendPoints } from "#db/spend-points";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { makeRandom } from "#simulators/random";
import { recordFigures } from "#test/faults/record";
import { type NeonEndpoint, startNeonEndpoint } from "#tools/neon-endpoint";

/** `npm run faults -- points` makes 10,000 rounds of it. */
const rounds = Number(process.env["POINT_ROUNDS"] ?? 12);
const seed = Number(process.env["WADDLEBOT_SEED"] ?? 20_260_501);
const width = 64;
const communityId = 7;
const start = 300;
const accounts = Array.from({ length: 6 }, (_, at) => `twitch:${at + 1}`);

let database: TestDatabase;
let endpoint: NeonEndpoint;
let db: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  endpoint = await startNeonEndpoint({ databaseUrl: inject("postgres").url, connections: width });
  db = openDatabase({ DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: endpoint.url });
});
afterAll(async () => {
  await endpoint?.close();
  await database?.close();
});

beforeEach(refill);

async function refill(): Promise<void> {
  await db.execute(
    sql`TRUNCATE communities, community_activity, reputation_events, activity_flushes CASCADE`,
  );
  await db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'g'), (7, 'seven', 's')`,
  );
  const rows = accounts.map((key) => sql`(${communityId}::int, ${key}, 'x', ${start}::bigint)`);
  await db.execute(
    sql`INSERT INTO community_activity (community_id, user_key, user_name, points) VALUES ${sql.join(rows, sql`, `)}`,
  );
}

type Spend = (db: Database, spending: Spending) => Promise<"paid" | "short">;

const ours: Spend = async (on, spending) => (await spendPoints(on, spending)).kind;

const problem = z.array(z.object({ problem: z.string() }));

/** N6, as statements: what may never be, whoever spent what at the same moment. */
async function brokenBooks(): Promise<string[]> {
  const { rows } = await db.execute(sql`
    SELECT 'below zero: ' || user_key AS problem FROM community_activity WHERE points < 0
    UNION ALL SELECT 'balance is not the sum of its ledger: ' || a.user_key FROM community_activity a
      WHERE a.points <> ${start} + coalesce((SELECT sum(e.points) FROM reputation_events e
        WHERE e.community_id = a.community_id AND e.user_key = a.user_key), 0)
    UNION ALL SELECT 'one key, two payments: ' || event_key FROM reputation_events
      GROUP BY event_key HAVING count(*) > 1`);
  return problem.parse(rows).map((row) => row.problem);
}

interface RaceResult {
  paid: number;
  short: number;
  /** Paid by their own word, beyond what there was. */
  overspent: string[];
  /** Calls that broke: under a variant that breaks a constraint they are part of the proof. */
  errors: number;
  books: string[];
}

/** 64 at once: six accounts, prices that do not all fit, and every fourth call is one that was made already. */
async function race(spend: Spend, round: number): Promise<RaceResult> {
  const random = makeRandom(seed).fork(`round ${round}`);
  const made: Spending[] = [];
  const all = Array.from({ length: width }, (_, at) => {
    const again = at % 4 === 3 ? made[random.int(made.length)] : undefined;
    if (again) return again;
    const userKey = accounts[random.int(accounts.length)] ?? "";
    const one = { communityId, userKey, points: 1 + random.int(90), reason: "race", key: `${round}/${at}` };
    made.push(one);
    return one;
  });
  const outcomes = await Promise.allSettled(all.map((one) => spend(db, one)));
  const paid = new Map<string, Spending>();
  for (const [at, outcome] of outcomes.entries()) {
    const one = all[at];
    if (one && outcome.status === "fulfilled" && outcome.value === "paid") paid.set(one.key, one);
  }
  const spentBy = Map.groupBy(paid.values(), ({ userKey }) => userKey);
  const overspent = [...spentBy].filter(
    ([, own]) => own.reduce((sum, { points }) => sum + points, 0) > start,
  );
  return {
    paid: paid.size,
    short: outcomes.filter((one) => one.status === "fulfilled" && one.value === "short").length,
    overspent: overspent.map(([userKey]) => userKey),
    errors: outcomes.filter(({ status }) => status === "rejected").length,
    books: await brokenBooks(),
  };
}

test(`P5 T4 N6: ${rounds} rounds of ${width} spendings at once leave every balance the sum of its ledger, and none below zero`, {
  timeout: 60_000 + rounds * 2000,
}, async () => {
  const sums = { paid: 0, short: 0, differences: 0 };
  for (let round = 0; round < rounds; round++) {
    await refill();
    const { paid, short, ...differences } = await race(ours, round);
    sums.differences += differences.overspent.length + differences.errors + differences.books.length;
    expect(differences, `round ${round}, seed ${seed}`).toEqual({ overspent: [], errors: 0, books: [] });
    sums.paid += paid;
    sums.short += short;
  }
  recordFigures("points", { rounds, width, ...sums });
  console.log(`${rounds} rounds: ${sums.paid} paid, ${sums.short} refused, no difference`);
  // Both happened, or the rounds prove nothing.
  expect(Math.min(sums.paid, sums.short)).toBeGreaterThan(rounds);
});

const held = z.array(z.object({ points: z.coerce.number() }));

const note = ({ communityId, userKey, points, key }: Spending): SQL => sql`
  INSERT INTO reputation_events (community_id, user_key, event_key, event_name, units, points, previous_points, new_points,
    score_change, previous_score, new_score, reason, occurred_at)
  SELECT ${communityId}::int, ${userKey}, ${`spend/${key}`}, 'spend', 1, -${points}::bigint, 0, 0, 0, 0, 0, 'race', now()`;

/** Spending as it is often written, each wrong in its own way. */
const broken: Record<string, Spend> = {
  "reads the balance and then writes it": async (on, one) => {
    const { rows } = await on.execute(
      sql`SELECT points FROM community_activity WHERE community_id = ${one.communityId} AND user_key = ${one.userKey}`,
    );
    const [{ points } = { points: 0 }] = held.parse(rows);
    if (points < one.points) return "short";
    await on.execute(note(one));
    await on.execute(sql`UPDATE community_activity SET points = ${points - one.points}
      WHERE community_id = ${one.communityId} AND user_key = ${one.userKey}`);
    return "paid";
  },
  "checks first and notes the payment before it is made": async (on, one) => {
    const { rows } = await on.execute(sql`
      WITH enough AS (SELECT 1 FROM community_activity WHERE community_id = ${one.communityId}
          AND user_key = ${one.userKey} AND points >= ${one.points}::bigint),
        noted AS (${note(one)} FROM enough ON CONFLICT DO NOTHING RETURNING 1),
        paid AS (UPDATE community_activity SET points = points - ${one.points}::bigint
          WHERE community_id = ${one.communityId} AND user_key = ${one.userKey} AND points >= ${one.points}::bigint
            AND EXISTS (SELECT 1 FROM noted))
      SELECT 1 AS points FROM noted`);
    return held.parse(rows).length > 0 ? "paid" : "short";
  },
  "forgets which calls it has seen": async (on, one) => ours(on, { ...one, key: crypto.randomUUID() }),
};

describe("T4 the race is not blind: it catches a spending that", () => {
  test.each(Object.entries(broken))(
    "%s",
    async (name, spend) => {
      const caught: string[] = [];
      // A race may be won by chance once; hardly a dozen times.
      for (let round = 0; round < 12 && caught.length === 0; round++) {
        await refill();
        const { overspent, books, paid } = await race(spend, round);
        caught.push(...overspent, ...books);
        // A call that comes twice is one purchase: its payments are in the ledger under other keys then.
        const { rows } = await db.execute(sql`SELECT count(*) AS points FROM reputation_events`);
        const [{ points: payments } = { points: 0 }] = held.parse(rows);
        if (payments !== paid) caught.push(`${payments} payments in the ledger for ${paid} purchases`);
      }
      console.log(`${name}: ${caught.slice(0, 3).join("; ")}`);
      expect(caught.length).toBeGreaterThan(0);
    },
    120_000,
  );
});
