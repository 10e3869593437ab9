import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type Browser, dataOf, makeBrowser, signInAs } from "#test/fakes/api-browser";
import { type ApiInNode, startApiInNode } from "#test/fakes/api-in-node";

type Person = Browser & { csrf: string; userId: number };

let api: ApiInNode;
beforeAll(async () => {
  api = await startApiInNode();
});
afterAll(() => api?.close());

const base = "/api/v1/identity";
const change = (person: Person, method: string, path: string, body?: unknown) =>
  person.send(method, `${base}${path}`, body, { "x-csrf-token": person.csrf });
const anything = z.unknown();

test("a profile is changed by its own person; nonsense changes nothing and names the field", async () => {
  const ada = await signInAs(api, "ada");
  const done = await change(ada, "PATCH", "/profile", { display_name: "  Ada\u202e L ", bio: "Hello" });
  expect(await dataOf(done, anything)).toMatchObject({
    display_name: "Ada  L",
    bio: "Hello",
    visibility: "communities",
  });
  for (const [field, value] of [
    ["display_name", ""],
    ["display_name", "\u200b\u0007"],
    ["display_name", "x".repeat(65)],
    ["bio", "x".repeat(301)],
    ["visibility", "friends"],
    ["avatar", "https://elsewhere.example/x.svg"],
  ]) {
    const refused = await change(ada, "PATCH", "/profile", { [String(field)]: value });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { details: [{ field }] } });
  }
  expect((await change(ada, "PATCH", "/profile", {})).status).toBe(400);
  expect(await dataOf(await ada.get(`${base}/profile`), anything)).toMatchObject({ bio: "Hello" });
  const { rows } = await api.database.db.execute(
    sql`SELECT after FROM audit_log WHERE action = 'user.profile'`,
  );
  expect(rows).toEqual([{ after: { fields: ["display_name", "bio"] } }]);
});

test("somebody is looked up by their number only by whom they let: strangers hear what they hear of nobody", async () => {
  const [zoe, bob] = [await signInAs(api, "zoe"), await signInAs(api, "bob", "discord")];
  const look = async (who: Person) => (await who.get(`${base}/user/${zoe.userId}`)).status;
  const set = (visibility: string) => change(zoe, "PATCH", "/profile", { visibility });
  // Both belong to the community of everybody, and that is sharing nothing.
  expect([await look(zoe), await look(bob)]).toEqual([200, 404]);
  await set("everyone");
  expect(await look(bob)).toBe(200);
  await set("communities");
  expect(await look(bob)).toBe(404);
  await api.database.db.execute(sql`
    INSERT INTO communities (slug, name) VALUES ('shared', 'Shared')`);
  await api.database.db.execute(sql`
    INSERT INTO community_memberships (community_id, user_key)
    SELECT c.id, p.platform || ':' || p.platform_user_id FROM communities c, platform_identities p
    WHERE c.slug = 'shared' AND p.hub_user_id IN (${zoe.userId}, ${bob.userId})`);
  expect(await look(bob)).toBe(200);
  await set("nobody");
  expect([await look(zoe), await look(bob)]).toEqual([200, 404]);
});

test("an export needs a session, and a deletion the name; afterwards nobody gets in and the account makes somebody new", async () => {
  const mo = await signInAs(api, "mo", "slack");
  const made = await change(mo, "POST", "/api-keys", { name: "k" });
  const { key } = await dataOf(made, z.object({ key: z.string() }));
  const bearer = makeBrowser(api);
  expect((await bearer.get(`${base}/export`, { "x-api-key": key })).status).toBe(403);
  expect((await bearer.post(`${base}/deletion`, { display_name: "Mo" }, { "x-api-key": key })).status).toBe(
    403,
  );
  const copy = await mo.get(`${base}/export`);
  expect(copy.headers.get("cache-control")).toBe("no-store");
  expect(await dataOf(copy, anything)).toMatchObject({
    user: { id: mo.userId },
    tables: { platform_identities: [{ platform: "slack" }], user_api_keys: [{ name: "k" }] },
    cut: [],
  });
  expect((await change(mo, "POST", "/deletion", { display_name: "somebody" })).status).toBe(400);
  expect((await mo.get(`${base}/profile`)).status).toBe(200);
  const { display_name: name } = await dataOf(
    await mo.get(`${base}/profile`),
    z.object({ display_name: z.string() }),
  );
  const receipt = await change(mo, "POST", "/deletion", { display_name: name });
  expect(await dataOf(receipt, anything)).toMatchObject({
    finished_at: expect.any(String),
    steps: { platform_identities: 1, user_api_keys: 1, hub_users: 1 },
  });
  expect((await mo.get("/api/v1/auth/me")).status).toBe(401);
  expect((await bearer.get(`${base}/mine`, { "x-api-key": key })).status).toBe(401);
  const again = await signInAs(api, "mo", "slack");
  expect(again.userId).not.toBe(mo.userId);
  const { rows } = await api.database.db.execute(sql`
    SELECT action, resource_id FROM audit_log WHERE action = 'user.delete'`);
  expect(rows).toEqual([{ action: "user.delete", resource_id: String(mo.userId) }]);
});
