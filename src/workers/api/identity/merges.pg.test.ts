import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { openCommunityDatabase } from "#db/client";
import { type Browser, dataOf, makeBrowser, signInAs } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";
import { findStanding, listByPoints, listByScore } from "#workers/api/reputation/standing-store";

type Person = Browser & { csrf: string; userId: number };

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

const base = "/api/v1/identity";
const offer = z.object({ code: z.string() });
const merge = z.object({ id: z.int(), user_id: z.int(), display_name: z.string() });
const accounts = z.object({
  identities: z.array(z.object({ id: z.int(), platform: z.string(), is_primary: z.boolean() })),
});

const change = (person: Person, method: string, path: string, body?: unknown) =>
  person.send(method, `${base}${path}`, body, { "x-csrf-token": person.csrf });
const offerOf = async (person: Person) =>
  (await dataOf(await change(person, "POST", "/merge-codes"), offer)).code;
const platformsOf = async (person: Person) =>
  (await dataOf(await person.get(`${base}/mine`), accounts)).identities.map(
    ({ platform, is_primary }) => `${platform}${is_primary ? "*" : ""}`,
  );

async function join(into: Person, joined: Person): Promise<number> {
  const answer = await change(into, "POST", "/merges", { code: await offerOf(joined) });
  expect(answer.status).toBe(201);
  return (await dataOf(answer, merge)).id;
}

test("two people become one and two again, each with what they had; every step leaves one audit row", async () => {
  const [ada, other] = [await signInAs(api, "ada"), await signInAs(api, "ada", "discord")];
  expect(other.userId).not.toBe(ada.userId);
  const code = await offerOf(other);
  const seen = await ada.get(`${base}/merges/offer`, { "x-merge-code": code });
  expect(await dataOf(seen, z.unknown())).toMatchObject({
    user_id: other.userId,
    identities: [{ platform: "discord" }],
  });
  const joined = await change(ada, "POST", "/merges", { code });
  const { id } = await dataOf(joined, merge);
  expect(await platformsOf(ada)).toEqual(["twitch*", "discord"]);
  expect((await other.get("/api/v1/auth/me")).status).toBe(401);
  const again = await signInAs(api, "ada", "discord");
  expect(again.userId).toBe(ada.userId);
  expect(await dataOf(await ada.get(`${base}/user/${other.userId}`), z.unknown())).toMatchObject({
    id: ada.userId,
  });

  expect((await change(ada, "DELETE", `/merges/${id}`)).status).toBe(200);
  expect(await platformsOf(ada)).toEqual(["twitch*"]);
  // Nobody knows who of both began the other sessions.
  expect((await again.get("/api/v1/auth/me")).status).toBe(401);
  const back = await signInAs(api, "ada", "discord");
  expect([back.userId, await platformsOf(back)]).toEqual([other.userId, ["discord*"]]);
  expect((await change(ada, "DELETE", `/merges/${id}`)).status).toBe(404);
  expect(await dataOf(await ada.get(`${base}/merges`), z.unknown())).toMatchObject({
    merges: [{ id, user_id: other.userId, undone_at: expect.any(String) }],
  });
  const { rows } = await api.database.db.execute(sql`
    SELECT action FROM audit_log WHERE action LIKE 'identity.%merge%' ORDER BY id`);
  expect(rows.map((row) => row["action"])).toEqual([
    "identity.merge_code",
    "identity.merge",
    "identity.unmerge",
  ]);
});

test("threat 5: a code is good once, for ten minutes, for nobody's own account, and stands nowhere as it is", async () => {
  const [bob, mo] = [await signInAs(api, "bob"), await signInAs(api, "mo")];
  const own = await offerOf(bob);
  expect((await change(bob, "POST", "/merges", { code: own })).status).toBe(409);
  const replaced = await offerOf(mo);
  const late = await offerOf(mo);
  expect((await change(bob, "POST", "/merges", { code: replaced })).status).toBe(404);
  await api.database.db.execute(
    sql`UPDATE hub_merge_codes SET expires_at = now() WHERE hub_user_id = ${mo.userId}`,
  );
  expect((await change(bob, "POST", "/merges", { code: late })).status).toBe(404);
  expect((await change(bob, "POST", "/merges", { code: "short" })).status).toBe(400);
  const code = await offerOf(mo);
  expect((await change(bob, "POST", "/merges", { code })).status).toBe(201);
  expect((await change(bob, "POST", "/merges", { code })).status).toBe(404);
  const { rows } = await api.database.db.execute(sql`
    SELECT (SELECT jsonb_agg(m) FROM hub_merge_codes m)::text || (SELECT jsonb_agg(a) FROM audit_log a)::text AS text`);
  for (const secret of [own, replaced, late, code]) expect(String(rows[0]?.["text"])).not.toContain(secret);
});

test("without a session of both nobody is joined, and a key joins nobody", async () => {
  const zoe = await signInAs(api, "zoe");
  const made = await change(zoe, "POST", "/api-keys", { name: "k" });
  const { key } = await dataOf(made, z.object({ key: z.string() }));
  const bearer = makeBrowser(api);
  expect((await bearer.post(`${base}/merge-codes`, {}, { "x-api-key": key })).status).toBe(403);
  expect(
    (await bearer.post(`${base}/merges`, { code: await offerOf(zoe) }, { "x-api-key": key })).status,
  ).toBe(403);
  expect((await bearer.post(`${base}/merges`, { code: "x" })).status).toBe(401);
});

test("no chains: whoever is joined, or has others joined, is joined to nobody further", async () => {
  const [a, b, c] = [
    await signInAs(api, "pia", "slack"),
    await signInAs(api, "zoe", "slack"),
    await signInAs(api, "bob", "slack"),
  ];
  await join(a, b);
  const answer = await change(c, "POST", "/merges", { code: await offerOf(a) });
  expect(answer.status).toBe(409);
  await join(a, c);
  expect(await platformsOf(a)).toEqual(["slack*", "slack", "slack"]);
});

test("nobody is left without a way in: what both need to sign in is not given away", async () => {
  const [a, b] = [await signInAs(api, "mo", "slack"), await signInAs(api, "mo", "discord")];
  const id = await join(a, b);
  const { identities } = await dataOf(await a.get(`${base}/mine`), accounts);
  const own = identities.find(({ platform }) => platform === "slack");
  expect((await change(a, "DELETE", `/mine/${own?.id}`)).status).toBe(200);
  expect((await change(a, "DELETE", `/merges/${id}`)).status).toBe(409);
});

test("boards count somebody of several accounts once, with what all of them have, and two people again afterwards", async () => {
  const { db, url, endpoint } = api.database;
  const [a, b] = [await signInAs(api, "zoe"), await signInAs(api, "zoe", "discord")];
  const { rows } = await db.execute(sql`
    SELECT hub_user_id, platform || ':' || platform_user_id AS user_key FROM platform_identities WHERE hub_user_id IN (${a.userId}, ${b.userId})`);
  const keyOf = (person: Person) =>
    String(rows.find((row) => row["hub_user_id"] === person.userId)?.["user_key"]);
  const [one, two] = [keyOf(a), keyOf(b)];
  const people = [
    [one, 60, 700],
    [two, 50, 820],
    ["twitch:rival", 100, 845],
    ["twitch:late", 5, 310],
  ] as const;
  const made = await db.execute(
    sql`INSERT INTO communities (slug, name) VALUES ('board', 'Board') RETURNING id`,
  );
  const id = Number(made.rows[0]?.["id"]);
  for (const [userKey, points, score] of people) {
    await db.execute(
      sql`INSERT INTO community_activity (community_id, user_key, user_name, points) VALUES (${id}, ${userKey}, ${userKey}, ${points})`,
    );
    await db.execute(
      sql`INSERT INTO reputation_scores (community_id, user_key, score, previous_score, total_events) VALUES (${id}, ${userKey}, ${score}, 600, 2)`,
    );
  }
  const own = openCommunityDatabase({ DATABASE_URL: url, DATABASE_HTTP_ENDPOINT: endpoint }, id);
  const page = { after: undefined, limit: 2 };
  const boards = async () => ({
    points: (await listByPoints(own, id, page)).map(({ user_key, points }) => `${user_key} ${points}`),
    score: (await listByScore(own, id, page)).map(({ user_key, score }) => `${user_key} ${score}`),
    risk: (await listByScore(own, id, { ...page, below: 700 })).map(({ user_key }) => user_key),
  });
  const apart = await boards();
  expect(apart).toEqual({
    points: ["twitch:rival 100", `${one} 60`],
    score: ["twitch:rival 845", `${two} 820`],
    risk: ["twitch:late"],
  });
  const merged = await join(a, b);
  expect(await boards()).toEqual({
    points: [`${one} 110`, "twitch:rival 100"],
    score: [`${one} 850`, "twitch:rival 845"],
    risk: ["twitch:late"],
  });
  const second = await listByPoints(own, id, { after: { value: "110", userKey: one, rank: 1 }, limit: 5 });
  expect(second.map(({ user_key }) => user_key)).toEqual(["twitch:rival", "twitch:late"]);
  for (const key of [one, two])
    expect(await findStanding(own, id, key)).toMatchObject({
      user_key: key,
      points: "110",
      score: 850,
      total_events: 4,
    });
  // An account that is hidden from everybody is not given away by a sum.
  const { identities } = await dataOf(await a.get(`${base}/mine`), accounts);
  const hidden = identities.find(({ platform }) => platform === "discord");
  await change(a, "PATCH", `/mine/${hidden?.id}`, { visibility: "nobody" });
  expect(await boards()).toEqual(apart);
  await change(a, "PATCH", `/mine/${hidden?.id}`, { visibility: "communities" });
  await change(a, "DELETE", `/merges/${merged}`);
  expect(await boards()).toEqual(apart);
});
