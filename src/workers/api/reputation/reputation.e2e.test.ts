import { sql } from "drizzle-orm";
import { sign } from "hono/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type ApiCall, type ApiStack, startApiStack } from "#test/e2e/api-stack";

const base = "/api/v1/reputation";
const home = 2;
const jwtSecret = "0123456789abcdef0123456789abcdef";

let stack: ApiStack;
let stranger: string;
let member: string;
let admin: string;
let boundKey: string;

beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: jwtSecret });
  const { db } = stack.database;
  await db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (50, 'elsewhere', 'Elsewhere')`);
  await db.execute(sql`
    INSERT INTO hub_users (username, display_name) VALUES ('ann', 'Ann'), ('mia', 'Mia'), ('sam', 'Sam')`);
  await db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  await db.execute(
    sql`INSERT INTO community_memberships (community_id, user_key) VALUES (${home}, 'twitch:mia')`,
  );
  await db.execute(sql`
    INSERT INTO community_rbac (community_id, user_key, role) VALUES (${home}, 'twitch:ann', 'admin'), (50, 'twitch:sam', 'admin')`);
  admin = await tokenOf("ann");
  member = await tokenOf("mia");
  stranger = await tokenOf("sam");
  const made = await asService("/api/v1/keys", {
    json: { name: "bound", roles: ["core"], community_id: home },
  });
  boundKey = z.object({ data: z.object({ key: z.string() }) }).parse(made.body).data.key;
});
afterAll(() => stack?.close());

async function tokenOf(username: string): Promise<string> {
  const { rows } = await stack.database.db.execute(
    sql`SELECT id FROM hub_users WHERE username = ${username}`,
  );
  const iat = Math.floor(Date.now() / 1000);
  const sub = String(rows[0]?.["id"]);
  const claims = {
    sub,
    username,
    email: "x@example.org",
    roles: ["user"],
    iat,
    exp: iat + 600,
    type: "access",
  };
  return sign(claims, jwtSecret, "HS256");
}
const asService = (path: string, call: ApiCall = {}) =>
  stack.call(path, { key: stack.serviceApiKey, ...call });
const as = (token: string, path: string, call: ApiCall = {}) =>
  stack.call(path, { headers: { authorization: `Bearer ${token}` }, ...call });
const deed = (facts: Record<string, unknown> = {}) => {
  const idempotency_key = crypto.randomUUID();
  return { idempotency_key, community_id: home, user_key: "twitch:mia", event_name: "follow", ...facts };
};
const report = (events: unknown, call: ApiCall = {}) =>
  asService(`${base}/internal/events`, { json: { events }, ...call });
const dataOf = ({ body }: { body: unknown }) =>
  z.object({ data: z.record(z.string(), z.unknown()) }).parse(body).data;
const rowsWritten = async () => {
  const { rows } = await stack.database.db.execute(sql`
    SELECT (SELECT count(*) FROM reputation_events)::int AS events, (SELECT count(*) FROM activity_flushes)::int AS claims,
      (SELECT coalesce(sum(version), 0) FROM reputation_config)::int AS configs`);
  return rows;
};

test("REP-6 without a key, and with a wrong one, services report nothing; people may not at all", async () => {
  const before = await rowsWritten();
  const json = { events: [deed()] };
  const path = `${base}/internal/events`;
  expect((await stack.call(path, { json })).status).toBe(401);
  expect((await stack.call(path, { json, key: `${stack.serviceApiKey}x` })).status).toBe(401);
  expect((await stack.call(path, { json, headers: { "x-service-key": "x" } })).status).toBe(401);
  expect((await as(admin, path, { json })).status).toBe(403);
  expect(await rowsWritten()).toEqual(before);
});

test("REP-1 a replayed batch counts once; what came of it everybody of the community may see", async () => {
  const events = [deed(), deed({ event_name: "bits", amount: 100 })];
  expect(dataOf(await report(events))).toMatchObject({ counted: 2 });
  expect(dataOf(await report(events))).toMatchObject({ counted: 0 });
  const path = `${base}/${home}/user/twitch:mia`;
  const seen = { points: "110", score: 602, tier: "fair", total_events: 2 };
  expect(dataOf(await as(member, path))).toMatchObject({ reputation: seen });
  expect(dataOf(await as(member, `${base}/global/twitch:mia`))).toMatchObject({
    reputation: { ...seen, community_id: 1 },
  });
  const page = dataOf(await as(member, `${path}/history?limit=1`));
  expect(page).toMatchObject({ events: [{ event_name: "cheer", points: "100" }], count: 1 });
  const next = dataOf(await as(member, `${path}/history?limit=1&cursor=${page["next_cursor"]}`));
  expect(next).toMatchObject({ events: [{ event_name: "follow", new_points: "10" }] });
  const board = dataOf(await as(member, `${base}/${home}/leaderboard?by=points&limit=1`));
  expect(board).toMatchObject({ people: [{ user_key: "twitch:mia", rank: 1, points: "110" }] });
  const cursor = encodeURIComponent(String(board["next_cursor"]));
  const rest = await as(member, `${base}/${home}/leaderboard?by=points&cursor=${cursor}`);
  expect(rest.text).not.toContain("twitch:mia");
});

test("REP-4 a reported ban takes 200 and puts somebody on the list of those at risk, which is the moderators'", async () => {
  const json = {
    idempotency_key: "mod-1",
    community_id: home,
    user_key: "twitch:bad",
    action: "ban",
  };
  const answer = await asService(`${base}/internal/moderation`, { json });
  expect(dataOf(answer)).toMatchObject({ outcome: "counted", score: 400, tier: "poor" });
  expect(dataOf(await as(admin, `${base}/${home}/at-risk`))).toMatchObject({
    people: [{ user_key: "twitch:bad", score: 400 }],
    count: 1,
  });
  expect((await as(member, `${base}/${home}/at-risk`)).status).toBe(403);
  const checked = await asService(`${base}/internal/check/${home}/twitch:bad`);
  expect(dataOf(checked)).toMatchObject({ is_known: true, is_below_threshold: true });
});

test("REP-7 weights are for those with the licence, which an admin cannot give themselves", async () => {
  const path = `${base}/${home}/weights`;
  const json = { weights: { follow: 2.5, chat: 0.0001 } };
  const before = await as(admin, `${base}/${home}/config`);
  expect((await as(admin, path, { method: "PUT", json })).status).toBe(403);
  const licence = { method: "PUT", json: { is_premium: true } };
  expect((await as(admin, `${base}/${home}/licence`, licence)).status).toBe(403);
  expect((await stack.call(`${base}/${home}/licence`, { ...licence, key: boundKey })).status).toBe(403);
  expect((await as(admin, `${base}/${home}/config`)).body).toMatchObject({
    data: dataOf(before),
  });
  expect((await asService(`${base}/${home}/licence`, licence)).status).toBe(200);
  const changed = await as(admin, path, { method: "PUT", json });
  expect(dataOf(changed)).toMatchObject({ config: { weights: json.weights, auto_ban: false } });
  const headers = { authorization: `Bearer ${admin}`, "if-match": '"1"' };
  expect((await stack.call(path, { method: "PUT", json, headers })).status).toBe(412);
  expect((await as(member, path, { method: "PUT", json })).status).toBe(403);
});

test("numbers that are none, too large or of a wrong kind are refused whole, and nothing is written", async () => {
  const before = await rowsWritten();
  const bad = [
    deed({ amount: -1 }),
    deed({ amount: 1.5 }),
    deed({ amount: 1e300 }),
    deed({ amount: "100" }),
    deed({ amount: null }),
    deed({ event_name: "__proto__" }),
    deed({ user_key: "nobody" }),
    deed({ user_name: "a\u0000b" }),
    deed({ idempotency_key: "" }),
    deed({ points: 5 }),
  ];
  for (const one of bad) expect((await report([deed(), one])).status).toBe(400);
  const text = JSON.stringify({ events: [deed({ amount: 7 })] }).replace('"amount":7', '"amount":1e999');
  const headers = { "content-type": "application/json" };
  const infinite = await asService(`${base}/internal/events`, { method: "POST", body: text, headers });
  expect(infinite.status).toBe(400);
  expect((await report([])).status).toBe(400);
  expect((await report(Array.from({ length: 1001 }, () => deed()))).status).toBe(400);
  const put = (part: string, json: unknown) =>
    asService(`${base}/${home}/${part}`, { method: "PUT", json }).then(({ status }) => status);
  expect(await put("scoring", { rules: { message: 10_001 } })).toBe(400);
  expect(await put("weights", { weights: { ban: 1e9 } })).toBe(400);
  expect(await put("weights", { weights: { nothing: 1 } })).toBe(400);
  expect(await put("config", { auto_ban: true, ban_threshold: 9000, risk_buffer: 50 })).toBe(400);
  expect(await put("user/twitch:mia", { score_change: 551, reason: "x" })).toBe(400);
  expect((await asService(`${base}/${home}/leaderboard?cursor=1_x';--_twitch:1`)).status).toBe(400);
  expect(await rowsWritten()).toEqual(before);
});

test("a foreign community and one that does not exist look alike, to people and to a bound key, and stay as they are", async () => {
  const before = await rowsWritten();
  const settings = { auto_ban: true, ban_threshold: 850, risk_buffer: 0 };
  const calls: [string, ApiCall][] = [
    ["user/twitch:mia", {}],
    ["user/twitch:mia/history", {}],
    ["leaderboard", {}],
    ["at-risk", {}],
    ["config", {}],
    ["config", { method: "PUT", json: settings }],
    ["scoring", { method: "PUT", json: { rules: { follow: 1 } } }],
    ["weights", { method: "PUT", json: { weights: { follow: 1 } } }],
    ["user/twitch:mia", { method: "PUT", json: { points_change: 5, reason: "mine" } }],
  ];
  for (const [path, call] of calls) {
    expect((await as(stranger, `${base}/${home}/${path}`, call)).status, path).toBe(404);
    expect((await as(admin, `${base}/50/${path}`, call)).status, path).toBe(404);
    expect((await stack.call(`${base}/50/${path}`, { key: boundKey, ...call })).status, path).toBe(404);
    expect((await asService(`${base}/999/${path}`, call)).status, path).toBe(404);
  }
  const mixed = await report([deed(), deed({ community_id: 50 })], { key: boundKey });
  expect(mixed.status).toBe(404);
  expect(dataOf(await report([deed({ community_id: 999 })]))).toMatchObject({
    results: [{ outcome: "unknown_community" }],
  });
  expect((await asService(`${base}/1/config`, { method: "PUT", json: settings })).status).toBe(409);
  expect(await rowsWritten()).toEqual(before);
});

test("REP-6 with no key set on the server nobody is a service", async () => {
  const unset = await startApiStack({ SERVICE_API_KEY: "" });
  try {
    for (const key of ["", " ", "undefined", stack.serviceApiKey]) {
      const answer = await unset.call(`${base}/internal/events`, {
        key,
        headers: { "x-api-key": key },
        json: { events: [deed()] },
      });
      expect(answer.status).toBe(401);
    }
  } finally {
    await unset.close();
  }
});
