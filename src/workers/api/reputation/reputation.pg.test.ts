import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refuse, succeed } from "#contracts/outcome";
import type { ActionRequest } from "#contracts/platform-action";
import type { ReportedDeed } from "#contracts/reputation";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { addReputation } from "#workers/api/legacy/reputation-store";
import { changeConfig, findConfig } from "#workers/api/reputation/config-store";
import { changeByHand, creditDeeds } from "#workers/api/reputation/credit-deeds";
import { settleBans } from "#workers/api/reputation/settle-bans";
import { findStanding, listByPoints, listByScore, listHistory } from "#workers/api/reputation/standing-store";

let database: TestDatabase;
const by = { actor: "service", ipHash: null, userAgent: null, requestId: "r" };
const now = Date.UTC(2026, 4, 1, 12);

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (1, 'g', 'g'), (2, 'a', 'a'), (3, 'b', 'b')`,
  );
  await database.db.execute(
    sql`INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES ('twitch:1', 2, 'twitch', '1')`,
  );
});
afterAll(async () => database?.close());

function aDeed(facts: Partial<ReportedDeed>): ReportedDeed {
  return {
    idempotency_key: crypto.randomUUID(),
    community_id: 2,
    user_key: "twitch:1",
    event_name: "follow",
    ...facts,
  };
}
const credit = (deeds: ReportedDeed[], caller = "service") =>
  creditDeeds(database.db, deeds, { caller, now });
const standing = (userKey: string, communityId = 2) => findStanding(database.db, communityId, userKey);

test("REP-1 a batch counts each key once, also within itself, twice at once and afterwards; another caller's key is another", async () => {
  const user_key = "twitch:100";
  const deeds = [
    aDeed({ idempotency_key: "k1", user_key }),
    aDeed({ idempotency_key: "k2", user_key, event_name: "bits", amount: 100 }),
    aDeed({ idempotency_key: "k1", user_key, event_name: "raid" }),
    aDeed({ idempotency_key: "k3", user_key, community_id: 999 }),
  ];
  const [first, second] = await Promise.all([credit(deeds), credit(deeds.toReversed())]);
  expect([...(first ?? []), ...(second ?? [])].filter((one) => one === "counted")).toHaveLength(2);
  expect(await credit(deeds)).toEqual(["duplicate", "duplicate", "duplicate", "unknown_community"]);
  const { points } = (await standing(user_key)) ?? {};
  expect(["110", "130"]).toContain(points);
  expect((await standing(user_key, 1))?.points).toBe(points);
  expect(await credit([aDeed({ idempotency_key: "k1", user_key })], "key-2")).toEqual(["counted"]);
});

test("REP-3 one batch of several communities credits each and, for all of them, the global one", async () => {
  const user_key = "discord:5";
  const facts = { user_key, event_name: "message" };
  await changeConfig(database.db, { rules: { message: 1 } }, { communityId: 3, by, version: undefined });
  await credit([
    aDeed(facts),
    aDeed({ ...facts, community_id: 3 }),
    aDeed({ ...facts, event_name: "constructor" }),
  ]);
  expect((await standing(user_key, 2))?.points).toBe("5");
  expect((await standing(user_key, 3))?.points).toBe("1");
  expect(await standing(user_key, 1)).toMatchObject({
    points: "10",
    score: 600.02,
    tier: "fair",
    total_events: 3,
  });
});

test("REP-1 what a collector of the 004 generation reports is credited here and once globally, whatever the community's rules", async () => {
  const event = { key: "old-1", communityId: 3, userKey: "twitch:600", activityType: "message", points: 7 };
  expect(await addReputation(database.db, event)).toEqual({ isCounted: true, points: 7n });
  expect(await addReputation(database.db, event)).toEqual({ isCounted: false, points: 7n });
  expect((await standing("twitch:600", 3))?.points).toBe("7");
  expect((await standing("twitch:600", 1))?.points).toBe("7");
});

test("a full batch of 1,000 deeds is credited as each of them would be", async () => {
  const deeds = Array.from({ length: 1000 }, (_, n) => aDeed({ user_key: `kick:9${n % 400}` }));
  expect(new Set(await credit(deeds))).toEqual(new Set(["counted"]));
  expect(await standing("kick:90")).toMatchObject({ points: "30", score: 603, total_events: 3 });
  expect(await standing("kick:9399", 1)).toMatchObject({ points: "20", score: 602, total_events: 2 });
});

test("REP-4 a ban takes 200; with auto-ban on the sender is asked once, and again only after a failure that may pass", async () => {
  const user_key = "twitch:200";
  const settings = { auto_ban: true, ban_threshold: 450, risk_buffer: 50 };
  await changeConfig(database.db, { settings }, { communityId: 2, by, version: undefined });
  await credit([aDeed({ user_key, event_name: "ban" })]);
  expect(await standing(user_key)).toMatchObject({ score: 400, tier: "poor", points: "-10" });
  const asked: ActionRequest[] = [];
  const sender = {
    act: async (request: ActionRequest) => {
      asked.push(request);
      return asked.length === 1 ? refuse("unavailable", { message: "away" }) : succeed({});
    },
  };
  await Promise.all([settleBans(database.db, sender), settleBans(database.db, sender)]);
  expect(asked).toHaveLength(1);
  await database.db.execute(sql`UPDATE reputation_bans SET next_try_at = now()`);
  for (let n = 0; n < 3; n++) await settleBans(database.db, sender);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatchObject({
    id: asked[0]?.id,
    communityId: 2,
    entityId: "twitch:1",
    action: "ban",
    params: { userId: "200" },
  });
  // Lower still is no second ban.
  await credit([aDeed({ user_key, event_name: "warn" })]);
  expect(await settleBans(database.db, sender)).toEqual({ told: 0, failed: 0 });
});

test("REP-4 a ban that waits is called off when auto-ban is switched off or the person got a role", async () => {
  const user_key = "twitch:300";
  await credit([aDeed({ user_key, event_name: "ban" })]);
  await database.db.execute(
    sql`INSERT INTO community_rbac (community_id, user_key, role) VALUES (2, ${user_key}, 'moderator')`,
  );
  const sender = { act: () => Promise.reject(new Error("must not be asked")) };
  expect(await settleBans(database.db, sender)).toEqual({ told: 0, failed: 0 });
  const { rows } = await database.db.execute(
    sql`SELECT is_settled FROM reputation_bans WHERE user_key = ${user_key}`,
  );
  expect(rows).toEqual([{ is_settled: true }]);
});

test("REP-5 by hand the score stays on its scale, here only, with its reason, noted", async () => {
  const user_key = "twitch:400";
  await credit([aDeed({ user_key })]);
  const change = { score_change: 550, points_change: -5, reason: "helped" };
  await changeByHand(database.db, change, { communityId: 2, userKey: user_key, by, now });
  expect(await standing(user_key)).toMatchObject({ score: 850, points: "5", tier: "exceptional" });
  expect(await standing(user_key, 1)).toMatchObject({ score: 601, points: "10" });
  const page = { communityId: 2, userKey: user_key, before: undefined, limit: 1 };
  const [newest] = await listHistory(database.db, page);
  expect(newest).toMatchObject({
    event_name: "adjustment",
    previous_score: 601,
    new_score: 850,
    reason: "helped",
  });
  const older = await listHistory(database.db, { ...page, before: newest?.id });
  expect(older).toMatchObject([{ event_name: "follow", previous_points: "0", new_points: "10" }]);
  const { rows } = await database.db.execute(
    sql`SELECT before, after FROM audit_log WHERE action = 'reputation.adjust' AND resource_id = ${user_key}`,
  );
  expect(rows).toEqual([
    { before: { score: 601, points: 10 }, after: { score: 850, points: 5, reason: "helped" } },
  ]);
});

test("REP-7 without the licence own weights are left alone, and nothing is noted; an old version changes nothing", async () => {
  const to = { communityId: 3, by, version: undefined };
  const before = await findConfig(database.db, 3);
  expect(await changeConfig(database.db, { weights: { follow: 9 } }, to)).toBeUndefined();
  expect(await findConfig(database.db, 3)).toEqual(before);
  await changeConfig(database.db, { isPremium: true }, to);
  const changed = await changeConfig(database.db, { weights: { follow: 9 } }, to);
  expect(changed?.config.weights).toEqual({ follow: 9 });
  const stale = { ...to, version: before.version };
  expect(await changeConfig(database.db, { weights: { follow: 8 } }, stale)).toBeUndefined();
  const { rows } = await database.db.execute(
    sql`SELECT count(*)::int AS n FROM audit_log WHERE action = 'reputation.weights'`,
  );
  expect(rows).toEqual([{ n: 1 }]);
});

test("boards go on where the page before ended, best first; those at risk worst first, of one community only", async () => {
  const people = ["1", "2", "3", "4"].map((n) => ({ user_key: `kick:${n}`, community_id: 3 }));
  const deeds = people.flatMap((who, n) =>
    Array.from({ length: n + 1 }, () => aDeed({ ...who, event_name: n === 3 ? "timeout" : "follow" })),
  );
  await credit(deeds);
  const firstTwo = await listByScore(database.db, 3, { after: undefined, limit: 2 });
  const last = firstTwo.at(-1);
  const after = { value: String(last?.score), userKey: last?.user_key ?? "", rank: 2 };
  const rest = await listByScore(database.db, 3, { after, limit: 10 });
  const all = [...firstTwo, ...rest].filter(({ user_key }) => user_key.startsWith("kick:"));
  expect(all.map(({ user_key }) => user_key)).toEqual(["kick:3", "kick:2", "kick:1", "kick:4"]);
  const risky = await listByScore(database.db, 3, { after: undefined, limit: 10, below: 500 });
  expect(risky.map(({ user_key, score }) => [user_key, score])).toEqual([["kick:4", 400]]);
  const byPoints = await listByPoints(database.db, 3, { after: undefined, limit: 1 });
  expect(byPoints[0]).toMatchObject({ user_key: "kick:3", points: "30" });
});
