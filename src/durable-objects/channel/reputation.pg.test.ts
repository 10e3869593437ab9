import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { checkAuditChain } from "#db/audit";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { toActivity, toRawEvent } from "#durable-objects/channel/event-records";
import { type Flush, writeFlush } from "#durable-objects/channel/write-flush";

let database: TestDatabase;
const at = Date.UTC(2026, 4, 1, 12);

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'g', 'g'), (2, 'a', 'a'), (3, 'b', 'b')`,
  );
  await database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES
      ('twitch:1', 2, 'twitch', '1'), ('discord:9:1', 2, 'discord', '9'), ('discord:9:2', 2, 'discord', '9'),
      ('discord:8:1', 3, 'discord', '8')`);
});
beforeEach(async () => {
  await database.db.execute(sql`
    TRUNCATE community_activity, reputation_scores, reputation_events, reputation_config, reputation_bans, community_rbac`);
});
afterAll(async () => database?.close());

let count = 0;
function anEvent(type: string, facts: Record<string, unknown> = {}): PlatformEvent {
  const { platform = "discord", user = "77", ...rest } = facts;
  return platformEvent.parse({
    id: `${platform}:e${++count}`,
    platform,
    entityId: platform === "twitch" ? "twitch:1" : "discord:9:1",
    user: { id: user, login: "bob", name: "Bob" },
    receivedAt: at,
    occurredAt: at + count,
    correlationId: "c",
    type,
    ...rest,
  });
}

/** One row a person, as the channel sums them up; what they earned the statement itself works out. */
function writtenBy(events: PlatformEvent[]): Flush["activity"] {
  return [...new Set(events.map(({ platform, user }) => `${platform}:${user.id}`))].map((userKey) => {
    const own = events.filter(({ platform, user }) => `${platform}:${user.id}` === userKey);
    const messages = own.filter(({ type }) => type === "chatMessage" || type === "slashCommand").length;
    return { userKey, userName: "Bob", messages, points: 0, lastAt: at };
  });
}

/** As the channel makes it, without executions. */
function aFlush(events: PlatformEvent[], facts: Partial<Flush> = {}): Flush {
  return {
    id: `f${++count}`,
    communityId: 2,
    entityId: events[0]?.entityId ?? "discord:9:1",
    activity: writtenBy(events),
    executions: [],
    ruleHits: [],
    events: events.flatMap((event) => toRawEvent(event, true) ?? []),
    activities: events.flatMap((event) => toActivity(event) ?? []),
    ...facts,
  };
}

function anExecution(event: PlatformEvent): Execution {
  return {
    id: event.id,
    eventId: event.id,
    entityId: event.entityId,
    communityId: 2,
    sessionId: "s",
    correlationId: "c",
    messageType: event.type,
    user: { id: "discord:77", name: "Bob", role: "member" },
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
    finishedAt: at,
  };
}

const flush = (events: PlatformEvent[], facts?: Partial<Flush>) =>
  writeFlush(database.db, aFlush(events, facts));
async function standings(): Promise<unknown[]> {
  const { rows } = await database.db.execute(sql`
    SELECT s.community_id AS id, s.user_key AS key, a.points::int, s.score::float8 AS score
    FROM reputation_scores s JOIN community_activity a USING (community_id, user_key) ORDER BY 1, 2`);
  return rows;
}
async function history(): Promise<unknown[]> {
  const { rows } = await database.db.execute(sql`
    SELECT community_id AS id, event_name AS name, previous_points::int AS before, new_points::int AS after,
      previous_score::float8 AS was, new_score::float8 AS is FROM reputation_events ORDER BY community_id, id`);
  return rows;
}
const setScore = (score: number) =>
  database.db.execute(sql`
    INSERT INTO reputation_scores (community_id, user_key, score, previous_score, total_events)
    VALUES (2, 'discord:77', ${score}, ${score}, 0)`);
const configure = (facts: Record<string, unknown>) =>
  database.db.execute(sql`
    INSERT INTO reputation_config (community_id, point_rules, weights, is_premium, auto_ban)
    SELECT 2, coalesce(r.point_rules, '{}'), coalesce(r.weights, '{}'), coalesce(r.is_premium, false), coalesce(r.auto_ban, false)
    FROM jsonb_to_record(${JSON.stringify(facts)}::jsonb)
      AS r(point_rules jsonb, weights jsonb, is_premium boolean, auto_ban boolean)`);

test("REP-1 a follow and 100 bits are +10 and +100 in two rows, here and once globally, however often the flush comes", async () => {
  const once = aFlush([
    anEvent("follow", { platform: "twitch" }),
    anEvent("cheer", { platform: "twitch", bits: 100 }),
  ]);
  await writeFlush(database.db, once);
  await writeFlush(database.db, once);
  // The same events in another flush are the same deeds.
  await writeFlush(database.db, { ...once, id: "again" });
  const both = { key: "twitch:77", points: 110, score: 602 };
  expect(await standings()).toEqual([
    { id: 1, ...both },
    { id: 2, ...both },
  ]);
  const two = [
    { name: "follow", before: 0, after: 10, was: 600, is: 601 },
    { name: "cheer", before: 10, after: 110, was: 601, is: 602 },
  ];
  expect(await history()).toEqual([1, 2].flatMap((id) => two.map((row) => ({ id, ...row }))));
});

test("REP-1 what happens in the global community itself is credited once", async () => {
  await flush([anEvent("reaction", { emoji: "wave" })], { communityId: 1 });
  expect(await standings()).toEqual([{ id: 1, key: "discord:77", points: 2, score: 600 }]);
});

test("REP-2 seven minutes in voice are +7", async () => {
  await flush([anEvent("voice_time", { minutes: 7 })]);
  expect(await standings()).toMatchObject([
    { id: 1, points: 7 },
    { id: 2, points: 7 },
  ]);
});

test("REP-3 a community's own rule counts there, the default globally; lines of a day are one row", async () => {
  await configure({ point_rules: { message: 1 } });
  await flush([anEvent("chatMessage", { text: "a" })]);
  await flush([anEvent("chatMessage", { text: "b" }), anEvent("chatMessage", { text: "c" })]);
  expect(await standings()).toEqual([
    { id: 1, key: "discord:77", points: 15, score: 600.03 },
    { id: 2, key: "discord:77", points: 3, score: 600.03 },
  ]);
  expect(await history()).toEqual([
    { id: 1, name: "message", before: 0, after: 15, was: 600, is: 600.03 },
    { id: 2, name: "message", before: 0, after: 3, was: 600, is: 600.03 },
  ]);
});

test("REP-4 a ban takes 200, and nobody is banned anywhere while auto-ban is off", async () => {
  await flush([anEvent("ban")]);
  expect(await standings()).toMatchObject([
    { id: 1, score: 400 },
    { id: 2, score: 400 },
  ]);
  expect((await database.db.execute(sql`SELECT 1 FROM reputation_bans`)).rows).toEqual([]);
});

test("REP-4 with auto-ban on whoever sinks below 450 is wished banned once a server and audited; who holds a role is not", async () => {
  await configure({ auto_ban: true });
  await database.db.execute(
    sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (2, 'discord:5', 'moderator')`,
  );
  await flush([anEvent("ban"), anEvent("ban", { user: "5" })]);
  await flush([anEvent("warn")]);
  const { rows } = await database.db.execute(
    sql`SELECT community_id, user_key, entity_id, revision, score::float8 FROM reputation_bans`,
  );
  expect(rows).toEqual([
    { community_id: 2, user_key: "discord:77", entity_id: "discord:9:1", revision: 1, score: 400 },
  ]);
  const audit = await database.db.execute(
    sql`SELECT actor, resource_id, community_id FROM audit_log WHERE action = 'reputation.auto_ban'`,
  );
  expect(audit.rows).toEqual([{ actor: "reputation", resource_id: "discord:77", community_id: 2 }]);
  expect((await checkAuditChain(database.db)).firstBrokenId).toBeNull();
});

test("REP-5 849 and a tier-3 subscription are 850, and each step is kept within the scale", async () => {
  await setScore(849);
  await flush([anEvent("subscription", { tier: "3" }), anEvent("warn")]);
  expect(await standings()).toMatchObject([{ id: 1 }, { id: 2, score: 825 }]);
  const rows = (await history()).slice(2);
  expect(rows).toMatchObject([
    { was: 849, is: 850 },
    { was: 850, is: 825 },
  ]);
});

test("REP-7 own weights count only with the licence", async () => {
  await configure({ weights: { follow: 40 } });
  await flush([anEvent("follow")]);
  expect(await standings()).toMatchObject([{ score: 601 }, { score: 601 }]);
  await database.db.execute(sql`UPDATE reputation_config SET is_premium = true`);
  await flush([anEvent("follow")]);
  expect(await standings()).toMatchObject([
    { id: 1, score: 602 },
    { id: 2, score: 641 },
  ]);
});

test("REP-1 flushes of several channels at once lose nothing of a person's global sum", async () => {
  const people = ["1", "2", "3", "4", "5"];
  const flushes = Array.from({ length: 12 }, (_, n) => {
    const order = n % 2 === 0 ? people : people.toReversed();
    return flush(
      order.map((user) => anEvent("follow", { user })),
      { communityId: n % 2 === 0 ? 2 : 3 },
    );
  });
  await Promise.all(flushes);
  const globally = (await standings()).slice(0, 5);
  expect(globally).toEqual(
    people.map((user) => ({ id: 1, key: `discord:${user}`, points: 120, score: 612 })),
  );
});

test("a command in chat has the points of a line and the score of a command; a slash command no points", async () => {
  const [line, command, slash] = [
    anEvent("chatMessage", { text: "hello" }),
    anEvent("chatMessage", { text: "!ping" }),
    anEvent("slashCommand", { text: "!ping" }),
  ];
  const ran = [command, slash].flatMap((event) => (event ? [anExecution(event)] : []));
  await flush(
    [line, command, slash].flatMap((event) => event ?? []),
    { executions: ran },
  );
  expect(await standings()).toMatchObject([{ id: 1 }, { id: 2, points: 10, score: 599.81 }]);
});

test("a hundred people's lines cost one statement, and absurd amounts do not hold a flush back", async () => {
  const bits = Number.MAX_SAFE_INTEGER;
  const crowd = Array.from({ length: 100 }, (_, n) => anEvent("chatMessage", { text: "x", user: `${n}` }));
  await flush([...crowd, anEvent("cheer", { platform: "twitch", bits })]);
  const { rows } = await database.db.execute(sql`SELECT max(score)::int AS most, max(points)::text AS points
    FROM reputation_scores JOIN community_activity USING (community_id, user_key)`);
  expect(rows).toEqual([{ most: 850, points: "1000000000" }]);
});
