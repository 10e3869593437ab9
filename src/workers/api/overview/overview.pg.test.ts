import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestDatabase } from "#db/testing";
import { aCommunity, openCommunities } from "#workers/api/communities/testing";
import { readOverview } from "#workers/api/overview/overview-store";
import { sumQueues } from "#workers/api/overview/sum-queues";

let database: TestDatabase;
beforeAll(async () => {
  database = await openCommunities();
});
afterAll(async () => database?.close());

let count = 0;

const execute = (communityId: number, facts: { status: string; code?: string; hoursAgo: number }) =>
  database.db.execute(sql`
    INSERT INTO command_executions (id, community_id, entity_id, user_key, module, command, status, code, execution_time_ms, executed_at)
    VALUES (${`x${++count}`}, ${communityId}, 'twitch:1', 'twitch:9', 'quotes', '!quote', ${facts.status}, ${facts.code ?? null}, 3,
      now() - make_interval(hours => ${facts.hoursAgo}))`);

const offline = (communityId: number, hoursAgo: number) =>
  database.db.execute(sql`
    INSERT INTO platform_events (id, entity_id, event_id, community_id, platform, type, platform_ids, event_data, processed, occurred_at)
    VALUES (${`e${++count}`}, 'twitch:1', ${`e${count}`}, ${communityId}, 'twitch', 'stream_offline', '{}', '{}', true,
      now() - make_interval(hours => ${hoursAgo}))`);

const act = (communityId: number, type: string, hoursAgo: number) =>
  database.db.execute(sql`
    INSERT INTO platform_activities (id, entity_id, event_id, community_id, platform, activity_type, user_key, user_name, context_sent, occurred_at)
    VALUES (${`a${++count}`}, 'twitch:1', ${`a${count}`}, ${communityId}, 'twitch', ${type}, 'twitch:9', 'Nine', true,
      now() - make_interval(hours => ${hoursAgo}))`);

test("an empty community has an overview, reaching back seven days", async () => {
  const { id } = await aCommunity(database.db);
  const overview = await readOverview(database.db, id);
  expect(overview).toMatchObject({
    channels: [],
    subscriptions: { enabled: 0, waiting: 0, needs_owner: 0 },
    is_since_stream: false,
    activities: [],
    executions: [],
    throttled: 0,
    refusals: [],
  });
  const days = (Date.now() - Date.parse(overview.since)) / 86_400_000;
  expect(Math.round(days)).toBe(7);
});

test("what happened is counted from the end of the last stream, and of this community alone", async () => {
  const [mine, other] = [(await aCommunity(database.db)).id, (await aCommunity(database.db)).id];
  await offline(mine, 30);
  await offline(mine, 5);
  await act(mine, "follow", 6);
  await act(mine, "follow", 1);
  await act(mine, "raid", 1);
  await act(other, "raid", 1);
  await execute(mine, { status: "success", hoursAgo: 1 });
  await execute(mine, { status: "refused", code: "cooldown", hoursAgo: 40 });
  await execute(mine, { status: "refused", code: "rate_limited", hoursAgo: 0 });
  await execute(other, { status: "failed", code: "timeout", hoursAgo: 1 });
  const overview = await readOverview(database.db, mine);
  expect(overview.is_since_stream).toBe(true);
  expect(overview.activities).toEqual([
    { type: "follow", count: 1 },
    { type: "raid", count: 1 },
  ]);
  expect(overview.executions).toEqual([
    { type: "refused", count: 1 },
    { type: "success", count: 1 },
  ]);
  expect(overview.throttled).toBe(1);
  expect(overview.refusals.map(({ code }) => code)).toEqual(["rate_limited", "cooldown"]);
});

test("channels say when they were last heard, the liveliest first, and their subscriptions are told apart", async () => {
  const { id } = await aCommunity(database.db);
  await database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id, last_activity, is_active) VALUES
      ('twitch:901', ${id}, 'twitch', '901', NULL, true), ('discord:902', ${id}, 'discord', '902', now(), true),
      ('slack:903', ${id}, 'slack', '903', now(), false)`);
  await database.db.execute(sql`
    INSERT INTO twitch_subscriptions (type, version, broadcaster_user_id, status, needs_owner) VALUES
      ('channel.follow', '2', '901', 'enabled', false), ('channel.raid', '1', '901', 'pending', false),
      ('channel.cheer', '1', '901', 'authorization_revoked', true), ('channel.cheer', '1', '999', 'enabled', false)`);
  const overview = await readOverview(database.db, id);
  expect(overview.channels).toMatchObject([
    { entity_id: "discord:902", last_event_at: expect.any(String) },
    { entity_id: "twitch:901", last_event_at: null },
  ]);
  expect(overview.subscriptions).toEqual({ enabled: 1, waiting: 1, needs_owner: 1 });
});

test("a channel's two streams are one queue to people", () => {
  const stream = (facts: object) => ({
    stream: "events:inbound" as const,
    depth: 0,
    pending: 0,
    dead: 0,
    oldestAgeMs: 0,
    ...facts,
  });
  expect(sumQueues([stream({ depth: 2, dead: 1 }), stream({ depth: 1, oldestAgeMs: 90 })])).toEqual({
    waiting: 3,
    dead: 1,
    oldest_age_ms: 90,
  });
});
