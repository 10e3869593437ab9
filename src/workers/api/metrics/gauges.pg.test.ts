import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { metricFamilies, secondsBuckets } from "#contracts/metrics";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { prometheusText } from "#lib/prometheus-text";
import { alertsOf, canJudgeAlerts, parseFigures, sumOf } from "#test/faults/alerts";
import { readGauges } from "#workers/api/metrics/gauges";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (1, 'g', 'g')`);
});
afterAll(() => database?.close());

const families = Object.entries(metricFamilies).map(([name, facts]) => ({ name, ...facts }));

async function figuresNow() {
  return parseFigures(prometheusText(families, await readGauges(database.db), secondsBuckets));
}

test("T16 an account that must be connected again is a figure by platform, and its alert fires", async () => {
  const good = await figuresNow();
  expect(sumOf(good, /connected_accounts/)).toBe(0);
  await database.db.execute(sql`
    INSERT INTO oauth_tokens (community_id, provider, role, account_id, access_token_enc, kid, status)
    VALUES (1, 'twitch', 'bot', '1', 'x', 'k', 'active'), (1, 'twitch', 'bot', '2', 'x', 'k', 'reauth_required')`);
  const bad = await figuresNow();
  expect(bad.get('waddlebot_connected_accounts{platform="twitch",status="reauth_required"}')).toBe(1);
  if (!canJudgeAlerts) return;
  expect(alertsOf(good, good, 60)).toEqual([]);
  expect(alertsOf(bad, bad, 60)).toEqual(["TokensDead"]);
});
