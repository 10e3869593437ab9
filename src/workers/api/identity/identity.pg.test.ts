import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { answerConsent, type Browser, dataOf, makeBrowser, signInAs } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";

type Person = Browser & { csrf: string; userId: number };

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

const mine = "/api/v1/identity/mine";
const keysPath = "/api/v1/identity/api-keys";

const accounts = z.object({
  identities: z.array(z.object({ id: z.int(), platform: z.string(), is_primary: z.boolean() })),
});
const newKey = z.object({ id: z.int(), key: z.string() });
const places = z.object({ communities: z.array(z.object({ id: z.int(), role: z.string().optional() })) });
const consent = z.object({ authorize_url: z.string() });

const addressIn = async (answer: Response) => (await dataOf(answer, consent)).authorize_url;

async function link(person: Person, provider: string, as: string): Promise<number> {
  const answer = await change(person, "POST", `/api/v1/identity/oauth/${provider}`, { return_to: "/me" });
  return (await person.get(await answerConsent(await addressIn(answer), as))).status;
}

function change(person: Person, method: string, path: string, body?: unknown): Promise<Response> {
  return person.send(method, path, body, { "x-csrf-token": person.csrf });
}

async function identitiesOf(person: Person): Promise<z.infer<typeof accounts>["identities"]> {
  return (await dataOf(await person.get(mine), accounts)).identities;
}

const byKey = (key: string) => makeBrowser(api).get(mine, { "x-api-key": key });

async function makeKey(person: Person, name = "mine"): Promise<{ status: number; id: number; key: string }> {
  const answer = await change(person, "POST", keysPath, { name });
  const made = answer.ok ? await dataOf(answer, newKey) : { id: 0, key: "" };
  return { status: answer.status, ...made };
}

describe("linked accounts", () => {
  test("IDN-1 an account is linked by signing in with it, and the lookup by its platform's id finds the person", async () => {
    const ada = await signInAs(api, "ada");
    expect(await link(ada, "discord", "ada")).toBe(302);
    expect((await identitiesOf(ada)).map(({ platform, is_primary }) => [platform, is_primary])).toEqual([
      ["twitch", true],
      ["discord", false],
    ]);
    const found = await ada.get("/api/v1/identity/platform/discord/710000000000000003");
    expect(await dataOf(found, z.unknown())).toMatchObject({
      id: ada.userId,
      identities: [{ platform: "twitch" }, { platform: "discord" }],
    });
    expect((await signInAs(api, "ada", "discord")).userId).toBe(ada.userId);
  });

  test("IDN-4 an account of somebody else is not moved, however well it is proven", async () => {
    const [mo, bob] = [await signInAs(api, "mo", "slack"), await signInAs(api, "bob")];
    expect(await link(bob, "slack", "mo")).toBe(409);
    expect((await identitiesOf(mo)).map(({ platform }) => platform)).toEqual(["slack"]);
    expect((await identitiesOf(bob)).map(({ platform }) => platform)).toEqual(["twitch"]);
  });

  test("threat 5: a link that somebody else began ends in nobody's account", async () => {
    const [victim, attacker] = [await signInAs(api, "zoe"), await signInAs(api, "bob")];
    const began = await change(attacker, "POST", "/api/v1/identity/oauth/discord", { return_to: "/" });
    const back = await answerConsent(await addressIn(began), "bob");
    expect((await victim.get(back)).status).toBe(400);
    expect(await identitiesOf(victim)).toHaveLength(1);
  });

  test("an answer that comes after signing out links nothing", async () => {
    const pia = await signInAs(api, "pia", "slack");
    const began = await change(pia, "POST", "/api/v1/identity/oauth/discord", { return_to: "/" });
    const back = await answerConsent(await addressIn(began), "pia");
    await change(pia, "POST", "/api/v1/auth/logout");
    expect((await pia.get(back)).status).toBe(403);
  });

  test("the last way to sign in is not unlinked; another one is, and counts for nothing from then on", async () => {
    const mo = await signInAs(api, "mo");
    const [only] = await identitiesOf(mo);
    expect((await change(mo, "DELETE", `${mine}/${only?.id}`)).status).toBe(409);
    expect(await link(mo, "discord", "mo")).toBe(302);
    expect((await change(mo, "DELETE", `${mine}/${only?.id}`)).status).toBe(200);
    const { communities } = await dataOf(await mo.get("/api/v1/auth/me"), places);
    expect(communities).toMatchObject([{ role: "moderator" }]);
    expect((await change(mo, "DELETE", `${mine}/${only?.id}`)).status).toBe(404);
  });

  test("one account is the primary one, and hidden ones are found by nobody else", async () => {
    const [zoe, bob] = [await signInAs(api, "zoe", "discord"), await signInAs(api, "bob", "discord")];
    const [account] = await identitiesOf(zoe);
    const path = "/api/v1/identity/platform/discord/710000000000000005";
    const set = (visibility: string) => change(zoe, "PATCH", `${mine}/${account?.id}`, { visibility });
    await set("everyone");
    expect((await bob.get(path)).status).toBe(200);
    for (const hidden of ["nobody", "communities"]) {
      expect((await set(hidden)).status).toBe(200);
      expect((await bob.get(path)).status).toBe(404);
      expect((await zoe.get(path)).status).toBe(200);
    }
    expect((await change(bob, "PATCH", `${mine}/${account?.id}`, { visibility: "everyone" })).status).toBe(
      404,
    );
  });

  test("threat 30: a renamed user stays, and whoever gets the old login inherits nothing", async () => {
    const ada = await signInAs(api, "ada", "slack");
    await api.database.db.execute(
      sql`UPDATE platform_identities SET platform_username = 'bob_the_builder' WHERE hub_user_id = ${ada.userId}`,
    );
    const bob = await signInAs(api, "bob", "slack");
    expect(bob.userId).not.toBe(ada.userId);
    expect((await signInAs(api, "ada", "slack")).userId).toBe(ada.userId);
  });
});

describe("personal keys", () => {
  test("IDN-5 five are made, also at once, the sixth is not, and the database holds none of them", async () => {
    const pia = await signInAs(api, "pia");
    const made = await Promise.all(Array.from({ length: 8 }, (_, index) => makeKey(pia, `key ${index}`)));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 400, 400, 400]);
    const sixth = await change(pia, "POST", keysPath, { name: "one more" });
    expect(await sixth.json()).toMatchObject({ error: { message: expect.stringMatching(/^Maximum 5/) } });
    const { rows } = await api.database.db.execute(sql`
      SELECT (SELECT jsonb_agg(k) FROM user_api_keys k)::text || (SELECT jsonb_agg(a) FROM audit_log a)::text AS text`);
    for (const { key } of made.filter(({ status }) => status === 201)) {
      expect(key).toMatch(/^wbot_user_[\w-]{43}$/);
      expect(String(rows[0]?.["text"])).not.toContain(key.slice("wbot_user_".length));
    }
  });

  test("IDN-6 after a new secret the old key opens nothing and the new one does; a stopped one and an expired one do not", async () => {
    const bob = await signInAs(api, "bob");
    const first = await makeKey(bob);
    expect((await byKey(first.key)).status).toBe(200);
    const renewed = await change(bob, "POST", `${keysPath}/${first.id}/regenerate`);
    const { key } = await dataOf(renewed, newKey);
    expect([(await byKey(first.key)).status, (await byKey(key)).status]).toEqual([401, 200]);
    await api.database.db.execute(sql`UPDATE user_api_keys SET expires_at = now() WHERE id = ${first.id}`);
    expect((await byKey(key)).status).toBe(401);
    const second = await makeKey(bob);
    expect((await change(bob, "DELETE", `${keysPath}/${second.id}`)).status).toBe(200);
    expect((await byKey(second.key)).status).toBe(401);
  });

  test("a key may what its person may, no more: it makes no keys, links nothing, and runs no house", async () => {
    const mo = await signInAs(api, "mo", "discord");
    const { key } = await makeKey(mo);
    const [own] = (await dataOf(await mo.get("/api/v1/auth/me"), places)).communities;
    const bearer = makeBrowser(api);
    const headers = { "x-api-key": key };
    const list = await bearer.get("/api/v1/communities", headers);
    expect((await dataOf(list, places)).communities.map(({ id }) => id)).toContain(own?.id);
    expect((await bearer.post(keysPath, { name: "child" }, headers)).status).toBe(403);
    expect((await bearer.post("/api/v1/identity/oauth/slack", {}, headers)).status).toBe(403);
    expect((await bearer.get("/api/v1/keys", headers)).status).toBe(403);
    expect((await bearer.get(`${mine}?x=${key}`)).status).toBe(401);
  });

  test("each change leaves one audit row", async () => {
    const zoe = await signInAs(api, "zoe", "slack");
    const { id } = await makeKey(zoe);
    await change(zoe, "POST", `${keysPath}/${id}/regenerate`);
    await change(zoe, "DELETE", `${keysPath}/${id}`);
    const { rows } = await api.database.db.execute(
      sql`SELECT action FROM audit_log WHERE resource_type = 'user_key' AND actor = ${String(zoe.userId)} ORDER BY id`,
    );
    expect(rows.map((row) => row["action"])).toEqual([
      "user_key.create",
      "user_key.regenerate",
      "user_key.disable",
    ]);
  });
});

test("60 calls a minute for each person, and for each of them apart", async () => {
  const [busy, calm] = [await signInAs(api, "ada"), await signInAs(api, "zoe")];
  const answers = await Promise.all(Array.from({ length: 70 }, () => busy.get(mine)));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(60);
  expect((await calm.get(mine)).status).toBe(200);
});
