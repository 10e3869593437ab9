import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { platforms } from "#platforms/registry";
import { removeOldRows } from "#workers/edge/scheduled/old-rows";
import { beatReceivers, configuredReceivers } from "#workers/edge/scheduled/receivers";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => database.close());

const secrets = {
  TWITCH_EVENTSUB_SECRET: "x",
  SLACK_SIGNING_SECRET: "x",
  KICK_PUBLIC_KEY: "x",
  GATEWAY_KEY: "x",
};

async function registered() {
  const { rows } = await database.db.execute(sql`
    SELECT module_name, platform, status, last_heartbeat::text AS beat FROM collector_modules ORDER BY module_name`);
  return rows;
}

test("RCV-1 one row for each receiver that has its secrets; each heartbeat moves last_heartbeat on", async () => {
  const receivers = configuredReceivers(platforms.values(), secrets, new Set(["irc"]));
  expect(receivers.map(({ moduleName, status }) => [moduleName, status])).toEqual([
    ["edge-irc", "active"],
    ["edge-kick", "active"],
    ["edge-slack", "active"],
    ["edge-twitch", "active"],
  ]);
  await beatReceivers(database.db, receivers);
  const first = await registered();
  expect(first.map((row) => row["module_name"])).toEqual(receivers.map(({ moduleName }) => moduleName));
  expect(first.every((row) => row["beat"] !== null)).toBe(true);
  await beatReceivers(database.db, receivers);
  const second = await registered();
  expect(second).toHaveLength(first.length);
  for (const [index, row] of second.entries())
    expect(String(row["beat"]) > String(first[index]?.["beat"])).toBe(true);
});

test("RCV-1 a gateway that is away beats no more, and a receiver without its secret is inactive; collectors are left alone", async () => {
  await database.db.execute(sql`
    INSERT INTO collector_modules (module_name, module_version, platform, endpoint_url, health_check_url)
    VALUES ('somebody', '1', 'twitch', 'https://a.example/', 'https://a.example/')`);
  const before = await registered();
  const { SLACK_SIGNING_SECRET: _gone, ...left } = secrets;
  await beatReceivers(database.db, configuredReceivers(platforms.values(), left, new Set(["discord"])));
  const after = await registered();
  const of = (rows: typeof after, name: string) => rows.find((row) => row["module_name"] === name);
  expect(of(after, "edge-irc")).toMatchObject({ status: "offline", beat: of(before, "edge-irc")?.["beat"] });
  expect(of(after, "edge-slack")).toMatchObject({
    status: "inactive",
    beat: of(before, "edge-slack")?.["beat"],
  });
  expect(of(after, "edge-twitch")).toMatchObject({ status: "active" });
  expect(of(after, "somebody")).toEqual(of(before, "somebody"));
});

test("no gateway key, no secret: no receiver", () => {
  expect(configuredReceivers(platforms.values(), {}, new Set())).toEqual([]);
  expect(configuredReceivers(platforms.values(), { TWITCH_EVENTSUB_SECRET: "" }, new Set())).toEqual([]);
});

test("RCV-2 old rows go, oldest first and in bounded bites; younger ones stay", async () => {
  const now = Date.UTC(2026, 4, 31);
  await database.db.execute(sql`
    INSERT INTO platform_events (id, entity_id, event_id, community_id, platform, type, platform_ids, event_data, processed, occurred_at, created_at)
    SELECT n::text, 'a:b', n::text, 1, 'a', 'follow', '{}', '{}', true, now(), to_timestamp(${now} / 1000.0) - n * interval '1 day'
    FROM generate_series(1, 40) n`);
  await database.db.execute(sql`
    INSERT INTO platform_activities (id, entity_id, event_id, community_id, platform, activity_type, user_key, user_name, context_sent, occurred_at, created_at)
    SELECT n::text, 'a:b', n::text, 1, 'a', 'follow', 'a:1', 'a', true, now(), to_timestamp(${now} / 1000.0) - n * interval '1 day'
    FROM generate_series(360, 370) n`);
  expect(await removeOldRows(database.db, now, { rows: 3, batches: 2 })).toEqual({
    platform_events: 6,
    platform_activities: 5,
  });
  const left = await database.db.execute(
    sql`SELECT max(event_id::int) AS oldest, count(*)::int FROM platform_events`,
  );
  expect(left.rows).toEqual([{ oldest: 34, count: 34 }]);
  await removeOldRows(database.db, now);
  const rest = await database.db.execute(sql`SELECT max(event_id::int) AS oldest FROM platform_events`);
  expect(rest.rows).toEqual([{ oldest: 30 }]);
});
