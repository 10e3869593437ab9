import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { toActivity, toRawEvent } from "#durable-objects/channel/event-records";
import { type Flush, writeFlush } from "#durable-objects/channel/write-flush";

let database: TestDatabase;
const entityId = "twitch:123";

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'g', 'g'), (2, 'a', 'a')`,
  );
  await database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES (${entityId}, 2, 'twitch', '123')`);
});
beforeEach(async () => {
  await database.db.execute(
    sql`TRUNCATE platform_events, platform_activities, command_executions, execution_totals`,
  );
});
afterAll(async () => database.close());

const at = Date.UTC(2026, 4, 1, 12);

function aCheer(id: string, bits: number): PlatformEvent {
  return {
    type: "cheer",
    id,
    platform: "twitch",
    entityId,
    user: { id: "77", login: "bob", name: "Bob\0", badges: [] },
    receivedAt: at,
    occurredAt: at,
    correlationId: "c",
    origin: "platform",
    hops: 0,
    bits,
    isAnonymous: false,
    replyTo: { kind: "chat", platform: "twitch", channel: "123" },
  };
}

function aFlush(id: string, events: PlatformEvent[], executions: Execution[] = []): Flush {
  return {
    id,
    communityId: 2,
    entityId,
    activity: [{ userKey: "twitch:77", userName: "Bob", messages: 0, points: 5, lastAt: at }],
    executions,
    ruleHits: [],
    events: events.flatMap((event) => toRawEvent(event, true) ?? []),
    activities: events.flatMap((event) => toActivity(event) ?? []),
  };
}

function anExecution(id: string, facts: Partial<Execution>): Execution {
  return {
    id,
    eventId: id,
    entityId,
    communityId: 2,
    sessionId: "s",
    correlationId: "c",
    messageType: "chatMessage",
    user: { id: "twitch:77", name: "Bob", role: "member" },
    trigger: { kind: "command", text: "!ping" },
    rights: null,
    module: "core",
    handler: "ping",
    status: "success",
    code: null,
    message: null,
    steps: [],
    responses: [],
    calls: [],
    retryCount: 0,
    rules: [],
    chain: [],
    startedAt: at,
    finishedAt: at + 10,
    ...facts,
  };
}

test("RCV-3 an event that comes in two flushes, and a flush that comes twice, are each in the log once", async () => {
  await writeFlush(database.db, aFlush("f1", [aCheer("twitch:e1", 150)]));
  await writeFlush(database.db, aFlush("f1", [aCheer("twitch:e1", 150)]));
  await writeFlush(database.db, aFlush("f2", [aCheer("twitch:e1", 150), aCheer("twitch:e2", 1)]));
  const { rows } = await database.db.execute(sql`
    SELECT event_id, type, platform_ids, event_data, processed FROM platform_events ORDER BY event_id`);
  expect(rows.map((row) => row["event_id"])).toEqual(["twitch:e1", "twitch:e2"]);
  expect(rows[0]).toMatchObject({
    type: "cheer",
    processed: true,
    platform_ids: { user: "77", channel: "123" },
  });
  // Where a reply goes is no part of it, and NUL is nothing Postgres takes.
  expect(rows[0]?.["event_data"]).not.toHaveProperty("replyTo");
  expect(rows[0]?.["event_data"]).toMatchObject({ bits: 150, user: { name: "Bob\ufffd" } });
  const activities = await database.db.execute(sql`
    SELECT activity_type, user_key, amount::int, context_sent FROM platform_activities ORDER BY event_id`);
  expect(activities.rows).toEqual([
    { activity_type: "cheer", user_key: "twitch:77", amount: 150, context_sent: true },
    { activity_type: "cheer", user_key: "twitch:77", amount: 1, context_sent: true },
  ]);
  const points = await database.db.execute(
    sql`SELECT community_id, points::int FROM community_activity ORDER BY community_id`,
  );
  expect(points.rows).toEqual([
    { community_id: 1, points: 151 },
    { community_id: 2, points: 151 },
  ]);
  const server = await database.db.execute(sql`SELECT last_activity FROM servers`);
  expect(new Date(String(server.rows[0]?.["last_activity"])).getTime()).toBe(at);
});

test("ids as long as they may be do not hold a flush back", async () => {
  const id = `twitch:${"€".repeat(500)}`;
  await writeFlush(database.db, aFlush("f3", [aCheer(id, 3)]));
  const { rows } = await database.db.execute(sql`SELECT event_id FROM platform_events`);
  expect(rows).toEqual([{ event_id: id }]);
});

test("the log's sums are those of the log, also when a flush comes twice", async () => {
  const flush = aFlush(
    "f4",
    [],
    [
      anExecution("x1", {}),
      anExecution("x2", { status: "refused", code: "rate_limited" }),
      anExecution("x3", { status: "failed", code: "timeout" }),
      anExecution("x4", { trigger: { kind: "event", text: "follow" } }),
    ],
  );
  await writeFlush(database.db, flush);
  await writeFlush(database.db, flush);
  await writeFlush(database.db, { ...flush, id: "f5", executions: [anExecution("x5", {})] });
  const { rows } = await database.db.execute(sql`
    SELECT executions::int, commands::int, commands_successful::int AS good, commands_failed::int AS bad,
      rate_limited::int, command_ms::int FROM execution_totals WHERE community_id = 2`);
  expect(rows).toEqual([{ executions: 5, commands: 4, good: 2, bad: 2, rate_limited: 1, command_ms: 40 }]);
});

describe("P7 a flush whose answer was lost comes again", () => {
  const total = z.tuple([z.object({ messages: z.coerce.number() })]);
  const messagesNow = async (on: TestDatabase) => {
    const { rows } = await on.db.execute(
      sql`SELECT coalesce(sum(messages), 0) AS messages FROM community_activity WHERE community_id = 2`,
    );
    return total.parse(rows)[0].messages;
  };
  const twice = async (on: TestDatabase, id: string) => {
    const before = await messagesNow(on);
    const activity = [{ userKey: "twitch:77", userName: "Bob", messages: 5, points: 0, lastAt: at }];
    for (let time = 0; time < 2; time++) await writeFlush(on.db, { ...aFlush(id, []), activity });
    return (await messagesNow(on)) - before;
  };

  test("P7 and adds nothing", async () => {
    expect(await twice(database, "p7-once")).toBe(5);
  });

  test("P7 the repetition is not blind: without the memory of keys it counts twice", async () => {
    const broken = await openTestDatabase();
    await broken.db.execute(
      sql`INSERT INTO communities (id, slug, name) VALUES (1, 'g', 'g'), (2, 'a', 'a')`,
    );
    await broken.db.execute(sql`ALTER TABLE activity_flushes DROP CONSTRAINT activity_flushes_pkey`);
    expect(await twice(broken, "p7-twice")).toBe(10);
    await broken.close();
  });
});
