import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type ApiAnswer, type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { makeUserToken } from "#workers/api/access/user-token";

const jwtSecret = "a-secret-of-the-test-and-of-nothing-else";
const base = "/api/v1/communities";
const foreign = { status: 404, body: { error: { message: "There is no such community." } } };

let stack: ApiStack;
let tokens: Map<string, string>;
/** The community most tests are about: olga owns it, adam is an admin, meg a moderator, vic a member. */
let pond: number;

beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: jwtSecret });
  const people = ["olga", "adam", "meg", "vic", "eve", "joe", "ann"];
  await stack.database.db.execute(sql`
    INSERT INTO hub_users (username, display_name) SELECT p, p FROM jsonb_array_elements_text(${JSON.stringify([...people, "bare"])}::jsonb) p`);
  await stack.database.db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users WHERE username <> 'bare'`);
  const { rows } = await stack.database.db.execute(sql`SELECT id, username FROM hub_users`);
  tokens = new Map();
  for (const { id, username } of z.array(z.object({ id: z.int(), username: z.string() })).parse(rows)) {
    const owner = { userId: String(id), username, email: `${username}@example.org`, roles: [] };
    tokens.set(username, await makeUserToken(owner, jwtSecret));
  }
  pond = idOf(await as("olga", "", { json: { name: "Duck Pond" } }));
  for (const who of ["adam", "meg", "vic"])
    await as("olga", `/${pond}/members/twitch:${who}`, { method: "PUT" });
  await give("adam", "admin");
  await give("meg", "moderator");
});
afterAll(() => stack?.close());

interface Call {
  method?: string;
  json?: unknown;
  ifMatch?: string;
}
const as = (who: string, path: string, { ifMatch, ...call }: Call = {}) => {
  const headers = {
    authorization: `Bearer ${tokens.get(who)}`,
    ...(ifMatch ? { "if-match": ifMatch } : {}),
  };
  return stack.call(`${base}${path}`, { ...call, headers });
};
const asHouse = (path: string, call: Call = {}) =>
  stack.call(`${base}${path}`, { ...call, key: stack.serviceApiKey });
const give = (who: string, role: string, by = "olga", id = pond) =>
  as(by, `/${id}/members/twitch:${who}/role`, { method: "PUT", json: { role } });
const statusOf = async (answer: Promise<ApiAnswer>) => (await answer).status;

const made = z.object({ data: z.object({ community: z.object({ id: z.int() }) }) });
function idOf(answer: ApiAnswer): number {
  expect(answer.status, answer.text).toBe(201);
  return made.parse(answer.body).data.community.id;
}
const auditRows = async () =>
  Number((await stack.database.db.execute(sql`SELECT count(*) AS n FROM audit_log`)).rows[0]?.["n"]);

test("COM-1 a person makes a community and owns it; its slug comes of its name", async () => {
  const before = await auditRows();
  const answer = await as("eve", "", { json: { name: "Eve's  Lake" } });
  expect(answer).toMatchObject({
    status: 201,
    body: { data: { community: { slug: "eve-s-lake", type: "creator", version: 1 } } },
  });
  expect(answer.headers.get("etag")).toBe('"1"');
  expect(await auditRows()).toBe(before + 1);
  const lists = await Promise.all(["eve", "vic"].map((who) => as(who, "")));
  expect(lists.map(({ text }) => [text.includes("eve-s-lake"), text.includes("duck-pond")])).toEqual([
    [true, false],
    [false, true],
  ]);
  expect(await statusOf(as("bare", "", { json: { name: "Bare" } }))).toBe(403);
  expect(await statusOf(as("eve", "", { json: { name: "Framed", owner: "twitch:vic" } }))).toBe(403);
});

test("COM-6 update: 409 for a duplicate name, 403 for others than admins, 412 for an older version", async () => {
  const put = (who: string, json: unknown, ifMatch?: string) =>
    as(who, `/${pond}`, { method: "PUT", json, ...(ifMatch ? { ifMatch } : {}) });
  expect(await statusOf(as("ann", "", { json: { name: "DUCK\u200b pond" } }))).toBe(409);
  expect(await statusOf(put("vic", { description: "x" }))).toBe(403);
  expect(await statusOf(put("meg", { description: "x" }))).toBe(403);
  const theme = { logo_url: "https://example.org/duck.png", colors: { primary: "#00ff00" } };
  const done = await put("adam", { theme }, '"1"');
  expect(done).toMatchObject({ status: 200, body: { data: { community: { version: 2, theme } } } });
  expect(await statusOf(put("adam", { description: "old" }, '"1"'))).toBe(412);
  expect(await statusOf(put("adam", { description: "odd" }, "2"))).toBe(412);
});

test("COM-6 hostile names, slugs and themes are answered 400 with the field's name", async () => {
  const wrong: [object, string][] = [
    [{ name: "Fine", slug: "waddleb0t-global" }, "slug"],
    [{ name: "Fine", slug: "p\u043end" }, "slug"],
    [{ name: "Fine", slug: "12" }, "slug"],
    [{ name: "W\u0430ddleB\u03bft Official" }, "name"],
    [{ name: "\u202edab" }, "name"],
    [{ name: "\u200b\u200b" }, "name"],
    [{ name: "Fine", theme: { logo_url: "http://example.org/x.png" } }, "theme.logo_url"],
    [{ name: "Fine", theme: { logo_url: "https://127.0.0.1/x.png" } }, "theme.logo_url"],
    [{ name: "Fine", theme: { logo_url: "javascript:alert(1)" } }, "theme.logo_url"],
    [{ name: "Fine", theme: { colors: { primary: "red;} body{}" } } }, "theme.colors.primary"],
    [{ name: "Fine", type: "cult" }, "type"],
    [{ name: "Fine", id: 1 }, "id"],
  ];
  for (const [json, field] of wrong) {
    const answer = await as("ann", "", { json });
    expect(answer, JSON.stringify(json)).toMatchObject({
      status: 400,
      body: { error: { details: expect.arrayContaining([expect.objectContaining({ field })]) } },
    });
  }
});

test("COM-3 a member adds nobody, a moderator does", async () => {
  const add = (who: string) => as(who, `/${pond}/members/twitch:newbie`, { method: "PUT" });
  expect(await statusOf(add("vic"))).toBe(403);
  expect(await add("meg")).toMatchObject({ status: 200, body: { data: { joined: true } } });
  const found = await as("vic", `/${pond}/members?search=NEWB`);
  expect(found).toMatchObject({ body: { data: { count: 1, members: [{ role: "member" }] } } });
  expect(await statusOf(as("meg", `/${pond}/members/twitch:newbie`, { method: "DELETE" }))).toBe(403);
  expect(await statusOf(as("adam", `/${pond}/members/twitch:newbie`, { method: "DELETE" }))).toBe(200);
  const page = await as("vic", `/${pond}/members?limit=2`);
  expect(page).toMatchObject({ body: { data: { count: 2, next_cursor: "twitch:meg" } } });
});

test("CMY-2 a moderator changes no role, an admin none above their own; each change is audited once", async () => {
  expect(await statusOf(give("vic", "moderator", "meg"))).toBe(403);
  const before = await auditRows();
  expect(await statusOf(give("vic", "streamer", "adam"))).toBe(200);
  expect(await auditRows()).toBe(before + 1);
  expect(await statusOf(give("vic", "owner", "adam"))).toBe(403);
  expect(await statusOf(give("adam", "owner", "adam"))).toBe(403);
  expect(await statusOf(give("olga", "member", "adam"))).toBe(403);
  expect(await statusOf(give("nobody", "moderator", "adam"))).toBe(404);
});

test("the last owner neither leaves nor steps down; one of two does, and not both at once", async () => {
  const id = idOf(await as("joe", "", { json: { name: "Joe's Puddle" } }));
  const leave = (who: string) => as(who, `/${id}/members/twitch:${who}`, { method: "DELETE" });
  expect(await statusOf(leave("joe"))).toBe(409);
  expect(await statusOf(give("joe", "member", "joe", id))).toBe(409);
  const byHouse = asHouse(`/${id}/members/twitch:joe/role`, { method: "PUT", json: { role: "member" } });
  expect(await statusOf(byHouse)).toBe(409);
  const byRbac = (path: string, json: unknown) =>
    statusOf(stack.call(`/api/v1/rbac${path}`, { json, key: stack.serviceApiKey }));
  const person = { user_key: "twitch:joe", community_id: id };
  expect(await byRbac("/roles/assign", { assignments: [{ ...person, role: "admin" }] })).toBe(409);
  expect(await byRbac(`/communities/${id}/leave`, { user_key: "twitch:joe" })).toBe(409);
  await as("joe", `/${id}/members/twitch:ann`, { method: "PUT" });
  expect(await statusOf(give("ann", "owner", "joe", id))).toBe(200);
  const both = await Promise.all([statusOf(leave("joe")), statusOf(leave("ann"))]);
  expect(both.sort()).toEqual([200, 409]);
});

describe("COM-2 the global community", () => {
  test("COM-2 nobody leaves it, is removed from it, deletes or renames it", async () => {
    const global = `${base}/1`;
    const house = { key: stack.serviceApiKey };
    expect(await statusOf(as("vic", "/1/members/twitch:vic", { method: "DELETE" }))).toBe(409);
    expect(await statusOf(stack.call(`${global}/members/twitch:vic`, { ...house, method: "DELETE" }))).toBe(
      409,
    );
    expect(await statusOf(stack.call(global, { ...house, method: "DELETE" }))).toBe(409);
    const renamed = stack.call(global, { ...house, method: "PUT", json: { name: "Mine" } });
    expect(await statusOf(renamed)).toBe(409);
    expect(await as("vic", "/1")).toMatchObject({
      body: { data: { community: { slug: "waddlebot-global" } } },
    });
  });

  test("COM-2 its members are not everybody's to list", async () => {
    expect(await statusOf(as("vic", "/1/members"))).toBe(403);
  });
});

test("threat 4 a foreign, a deleted and an absent community look the same on every route", async () => {
  const gone = idOf(await as("olga", "", { json: { name: "Gone Pond" } }));
  expect(await statusOf(as("olga", `/${gone}`, { method: "DELETE" }))).toBe(200);
  const tries: [string, Call][] = [
    ["", {}],
    ["", { method: "PUT", json: { description: "x" } }],
    ["", { method: "DELETE" }],
    ["/members", {}],
    ["/members/twitch:eve", { method: "PUT" }],
    ["/members/twitch:vic", { method: "DELETE" }],
    ["/members/twitch:eve/role", { method: "PUT", json: { role: "owner" } }],
    ["/platforms", {}],
    ["/platforms/twitch", {}],
    ["/platforms/twitch", { json: { server_id: "eve" } }],
    ["/platforms/twitch/twitch:1001", { method: "DELETE" }],
    ["/invitations", {}],
    ["/invitations", { json: {} }],
    ["/invitations/1", { method: "DELETE" }],
    ["/join-requests", {}],
    ["/join-requests/1", { method: "PUT", json: { status: "approved" } }],
  ];
  const before = await auditRows();
  for (const [path, call] of tries)
    for (const [who, id] of [
      ["eve", pond],
      ["eve", 999_999],
      ["olga", gone],
    ] as const)
      expect(await as(who, `/${id}${path}`, call), `${who} ${path}`).toMatchObject(foreign);
  expect(await auditRows()).toBe(before);
});

describe("ways in", () => {
  test("CMY-1 open makes a member, approval a request, invite is refused", async () => {
    const mode = async (join_mode: string) => {
      expect(await statusOf(as("olga", `/${pond}`, { method: "PUT", json: { join_mode } }))).toBe(200);
      return as("eve", `/${pond}/join`, { json: { message: "hi" } });
    };
    expect(await statusOf(mode("invite"))).toBe(403);
    expect(await mode("approval")).toMatchObject({ body: { data: { status: "pending" } } });
    expect(await statusOf(as("eve", `/${pond}/join`, { json: {} }))).toBe(409);
    expect(await statusOf(as("eve", `/${pond}`))).toBe(404);
    const waiting = z
      .object({ data: z.object({ requests: z.array(z.object({ id: z.int() })) }) })
      .parse((await as("meg", `/${pond}/join-requests`)).body);
    const [request] = waiting.data.requests;
    const decided = as("meg", `/${pond}/join-requests/${request?.id}`, {
      method: "PUT",
      json: { status: "approved" },
    });
    expect(await statusOf(decided)).toBe(200);
    expect(await statusOf(as("eve", `/${pond}`))).toBe(200);
    expect(await statusOf(as("eve", `/${pond}/members/twitch:eve`, { method: "DELETE" }))).toBe(200);
    expect(await mode("open")).toMatchObject({ body: { data: { status: "member" } } });
    expect(await statusOf(as("ann", `/${pond}/join`, { json: { user_key: "twitch:vic" } }))).toBe(403);
    await as("eve", `/${pond}/members/twitch:eve`, { method: "DELETE" });
  });

  test("threat 2 an invitation's code is shown once, used once, and nowhere in the database", async () => {
    expect(await statusOf(as("vic", `/${pond}/invitations`, { json: {} }))).toBe(403);
    const invited = await as("meg", `/${pond}/invitations`, { json: {} });
    const { code } = z.object({ data: z.object({ code: z.string() }) }).parse(invited.body).data;
    const accept = (who: string) => as(who, "/invitations/accept", { json: { code } });
    expect(await statusOf(accept("vic"))).toBe(409);
    expect(await statusOf(accept("ann"))).toBe(200);
    expect([await statusOf(accept("joe")), await statusOf(accept("ann"))]).toEqual([404, 404]);
    const shown = await as("meg", `/${pond}/invitations`);
    expect(shown).toMatchObject({ body: { data: { invitations: [{ uses: 1, max_uses: 1 }] } } });
    const { rows } = await stack.database.db.execute(sql`
      SELECT i::text AS t FROM community_invitations i UNION ALL SELECT a::text FROM audit_log a`);
    expect(JSON.stringify([rows, shown.text, stack.logs])).not.toContain(code.slice(4));
  });
});

test("several platforms: a person brings their own channel, the house any, and neither a foreign one", async () => {
  const attach = (who: string, server_id: string, platform = "twitch") =>
    as(who, `/${pond}/platforms/${platform}`, { json: { server_id } });
  expect(await statusOf(attach("vic", "vic"))).toBe(403);
  expect(await statusOf(attach("meg", "eve"))).toBe(403);
  expect(await attach("meg", "meg")).toMatchObject({
    status: 201,
    body: { data: { channel: { entity_id: "twitch:meg", is_active: true } } },
  });
  const json = { server_id: "guild:1", channel: "general" };
  expect(await statusOf(asHouse(`/${pond}/platforms/discord`, { json }))).toBe(201);
  const list = await as("meg", `/${pond}/platforms`);
  expect(list).toMatchObject({
    body: { data: { channels: [{ entity_id: "discord:guild%3A1:general" }, { entity_id: "twitch:meg" }] } },
  });
  const path = `/${pond}/platforms/discord/${encodeURIComponent("discord:guild%3A1:general")}`;
  expect(await statusOf(as("meg", path, { method: "DELETE" }))).toBe(403);
  expect(await statusOf(as("adam", path, { method: "DELETE" }))).toBe(200);
  expect(await statusOf(as("adam", path, { method: "DELETE" }))).toBe(404);
});

test("COM-6 delete: owners only; hidden afterwards", async () => {
  const id = idOf(await as("eve", "", { json: { name: "Short Pond", slug: "short-pond" } }));
  await as("eve", `/${id}/members/twitch:adam`, { method: "PUT" });
  await give("adam", "admin", "eve", id);
  expect(await statusOf(as("adam", `/${id}`, { method: "DELETE" }))).toBe(403);
  expect(await statusOf(as("eve", `/${id}`, { method: "DELETE", ifMatch: '"7"' }))).toBe(412);
  expect(await statusOf(as("eve", `/${id}`, { method: "DELETE", ifMatch: '"1"' }))).toBe(200);
  expect((await as("eve", "")).text).not.toContain("short-pond");
  expect(await statusOf(as("eve", `/${id}`))).toBe(404);
  expect(await statusOf(as("eve", `/${id}/timers`))).toBe(404);
  expect(await statusOf(as("ann", "", { json: { name: "Other", slug: "short-pond" } }))).toBe(409);
});
