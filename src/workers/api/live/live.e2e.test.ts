import { sql } from "drizzle-orm";
import { sign } from "hono/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { demoChannels, demoIds } from "#simulators/demo";
import { type ApiCall, type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { type Frame, openSocket } from "#test/e2e/page-socket";

const home = 2;
const elsewhere = 50;
const jwtSecret = "0123456789abcdef0123456789abcdef";

let stack: ApiStack;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: jwtSecret, CORS_ORIGIN: "https://hub.example" });
  const { db } = stack.database;
  await db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (${elsewhere}, 'elsewhere', 'Elsewhere')`,
  );
  await db.execute(sql`
    INSERT INTO hub_users (username, display_name) VALUES ('ann', 'Ann'), ('mia', 'Mia'), ('max', 'Max'), ('sam', 'Sam')`);
  await db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  await db.execute(sql`INSERT INTO community_memberships (community_id, user_key)
    VALUES (${home}, 'twitch:mia'), (${home}, 'twitch:max'), (${home}, 'twitch:ann')`);
  await db.execute(sql`INSERT INTO community_rbac (community_id, user_key, role)
    VALUES (${home}, 'twitch:ann', 'admin'), (${home}, 'twitch:max', 'moderator'), (${elsewhere}, 'twitch:sam', 'owner')`);
  for (const name of ["ann", "mia", "max", "sam"]) tokens[name] = await tokenOf(name);
});
afterAll(() => stack?.close());

async function tokenOf(username: string): Promise<string> {
  const { rows } = await stack.database.db.execute(
    sql`SELECT id FROM hub_users WHERE username = ${username}`,
  );
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: String(rows[0]?.["id"]), username, email: "x@example.org", roles: ["user"] };
  return sign({ ...claims, iat, exp: iat + 600, type: "access" }, jwtSecret, "HS256");
}

const bearer = (who: string) => ({ authorization: `Bearer ${tokens[who] ?? ""}` });
const socket = (path: string, headers: Record<string, string>) =>
  openSocket(new URL(`/api/v1/communities/${path}`, stack.url), headers);
const as = (who: string, path: string, call: ApiCall = {}) =>
  stack.call(path, { headers: bearer(who), ...call });
const asService = (path: string, call: ApiCall = {}) =>
  stack.call(path, { key: stack.serviceApiKey, ...call });
const statusOf = async (opening: Promise<unknown>) =>
  opening.then(
    () => 101,
    (error: unknown) => Number(/\d+/.exec(String(error))?.[0]),
  );
const notes = (frame: Frame) =>
  z.object({ notes: z.array(z.looseObject({ kind: z.string() })) }).safeParse(frame).data?.notes ?? [];
const dataOf = ({ body }: { body: unknown }) =>
  z.object({ data: z.record(z.string(), z.unknown()) }).parse(body).data;

test("HUB-8 two members chat, the history is kept, and whoever is no member is refused", async () => {
  const [mia, max] = [
    await socket(`${home}/chat`, bearer("mia")),
    await socket(`${home}/chat`, bearer("max")),
  ];
  mia.say({ type: "chat:message", content: "Waddle on!" });
  const heard = await max.hears(({ type }) => type === "chat:message");
  expect(heard).toMatchObject({ message: { user: { name: "Mia" }, content: "Waddle on!" } });
  mia.close();
  const later = await socket(`${home}/chat`, bearer("ann"));
  later.say({ type: "chat:history" });
  const history = await later.hears(({ type }) => type === "chat:history");
  expect(history).toMatchObject({ messages: [{ content: "Waddle on!" }] });
  expect(await statusOf(socket(`${home}/chat`, bearer("sam")))).toBe(404);
  expect(await statusOf(socket(`${home}/chat`, {}))).toBe(401);
  expect(await statusOf(socket(`${home}/chat`, { "x-api-key": stack.serviceApiKey }))).toBe(403);
  for (const page of [max, later]) page.close();
});

test("HBR-6 a member who is removed cannot open the chat again", async () => {
  const leaver = "twitch:mia";
  await stack.database.db.execute(
    sql`UPDATE community_memberships SET is_active = false WHERE user_key = ${leaver}`,
  );
  expect(await statusOf(socket(`${home}/chat`, bearer("mia")))).toBe(404);
  await stack.database.db.execute(
    sql`UPDATE community_memberships SET is_active = true WHERE user_key = ${leaver}`,
  );
  const page = await socket(`${home}/chat`, bearer("mia"));
  page.close();
});

test("a moderator sees what comes in and what was decided; a member is refused, a stranger finds nothing", async () => {
  const page = await socket(`${home}/feed`, bearer("max"));
  await page.hears(({ type }) => type === "hello");
  const event = {
    platform: "twitch",
    server_id: demoIds.twitchBroadcasterId,
    user_id: "77",
    user_name: "Pingu",
  };
  const said = await asService("/api/v1/router/events", {
    json: { ...event, message: "!help", message_type: "chatMessage" },
  });
  expect([said.status, dataOf(said)["success"]], said.text).toEqual([200, true]);
  const frame = await page.hears((one) => notes(one).some(({ kind }) => kind === "decision"));
  expect(notes(frame).find(({ kind }) => kind === "decision")).toMatchObject({ trigger: "!help" });
  expect(await statusOf(socket(`${home}/feed`, bearer("mia")))).toBe(403);
  expect(await statusOf(socket(`${home}/feed`, bearer("sam")))).toBe(404);
  expect(await statusOf(socket("999999/feed", bearer("max")))).toBe(404);
  page.close();
});

test("a socket another site's page asks for is refused, with a session as without (cross-site WebSocket hijack)", async () => {
  const origins = [
    "https://evil.example",
    "null",
    "http://localhost:1",
    `http://${stack.url.host}.evil.example`,
  ];
  for (const path of [`${home}/feed`, `${home}/chat`]) {
    for (const origin of origins)
      expect(await statusOf(socket(path, { ...bearer("max"), origin })), origin).toBe(403);
    for (const origin of [stack.url.origin, "https://hub.example"]) {
      const page = await socket(path, { ...bearer("max"), origin });
      page.close();
    }
  }
  const plain = await as("max", `/api/v1/communities/${home}/feed`);
  expect(plain.status).toBe(426);
});

test("an admin makes a key for the community, sees it once, and stops it; others may not", async () => {
  const base = `/api/v1/communities/${home}/keys`;
  const json = { name: "bot", roles: ["admin"], scopes: ["events"] };
  expect((await as("max", base, { json })).status).toBe(403);
  expect((await as("sam", base, { json })).status).toBe(404);
  const bad = await as("ann", base, { json: { ...json, roles: [], name: "", expires_at: "yesterday" } });
  expect(bad.status).toBe(400);
  const { error } = z
    .object({ error: z.object({ details: z.array(z.object({ field: z.string() })) }) })
    .parse(bad.body);
  expect([...new Set(error.details.map(({ field }) => field))].sort()).toEqual([
    "expires_at",
    "name",
    "roles",
  ]);
  expect((await as("ann", base, { json: { ...json, roles: ["core"] } })).status).toBe(400);
  const made = await as("ann", base, { json });
  expect([made.status, dataOf(made)["community_id"]]).toEqual([201, home]);
  const { key, id } = z.object({ key: z.string(), id: z.string() }).parse(dataOf(made));
  const listed = await as("ann", base);
  expect(listed.text).toContain(id);
  expect(listed.text).not.toContain(key);
  const own = `/api/v1/router/dead-letters?entity_id=${encodeURIComponent(demoChannels[0]?.entityId ?? "")}`;
  expect((await stack.call(own, { key })).status).toBe(200);
  const stopped = await as("ann", `${base}/${id}/disable`, { method: "POST" });
  expect(dataOf(stopped)).toMatchObject({ id, is_active: false });
  expect((await stack.call(own, { key })).status).toBe(401);
  expect(
    (await as("sam", `/api/v1/communities/${elsewhere}/keys/${id}/disable`, { method: "POST" })).status,
  ).toBe(404);
});

test("the audit log is read by admins, filtered and page by page, and its chain is whole", async () => {
  const base = `/api/v1/communities/${home}/audit`;
  expect((await as("max", base)).status).toBe(403);
  expect((await as("sam", base)).status).toBe(404);
  const page = z.object({
    entries: z.array(z.object({ id: z.string(), action: z.string(), actor_name: z.string().nullable() })),
    next_cursor: z.string().nullable(),
  });
  const first = page.parse(dataOf(await as("ann", `${base}?action=api_key&limit=1`)));
  expect(first.entries).toMatchObject([{ action: "api_key.disable", actor_name: "Ann" }]);
  const second = page.parse(
    dataOf(await as("ann", `${base}?action=api_key&limit=1&cursor=${first.next_cursor}`)),
  );
  expect(second.entries).toMatchObject([{ action: "api_key.create" }]);
  expect(page.parse(dataOf(await as("ann", `${base}?actor=nobody`))).entries).toEqual([]);
  expect(dataOf(await as("ann", `${base}/chain`))).toMatchObject({ is_whole: true, first_broken_id: null });
  expect((await as("ann", "/api/v1/superadmin/audit")).status).toBe(403);
  expect((await asService("/api/v1/superadmin/audit/chain")).status).toBe(200);
});

test("HBR-1 the super admin's routes are closed to admins of a community", async () => {
  for (const path of ["communities", "users", "platforms", "services", "broker", "audit"])
    expect((await as("ann", `/api/v1/superadmin/${path}`)).status, path).toBe(403);
});

test("whoever runs the house sees it whole: communities, users, platforms, services", async () => {
  const communities = await asService("/api/v1/superadmin/communities?search=ELSE");
  expect(dataOf(communities)).toMatchObject({ communities: [{ id: elsewhere, owners: ["twitch:sam"] }] });
  const users = await asService("/api/v1/superadmin/users?search=mia");
  expect(dataOf(users)).toMatchObject({ users: [{ display_name: "Mia", accounts: ["twitch:mia"] }] });
  const services = z
    .object({ services: z.array(z.object({ name: z.string(), is_ok: z.boolean() })) })
    .parse(dataOf(await asService("/api/v1/superadmin/services")));
  expect(services.services.filter(({ is_ok }) => !is_ok)).toEqual([]);
  const platforms = await asService("/api/v1/superadmin/platforms");
  expect(platforms.text).toContain("TWITCH_CLIENT_ID");
  expect(platforms.text).not.toContain(stack.serviceApiKey);
  const tested = await asService("/api/v1/superadmin/platforms/twitch/test", { method: "POST" });
  expect(dataOf(tested)).toMatchObject({ platform: "twitch", is_ok: false, problem: expect.any(String) });
  expect((await asService("/api/v1/superadmin/platforms/myspace/test", { method: "POST" })).status).toBe(404);
  expect((await asService("/api/v1/superadmin/broker")).status).toBe(200);
});

test("a community is given to somebody else, its former owner stays as admin, and the log says so", async () => {
  const path = `/api/v1/superadmin/communities/${elsewhere}/owner`;
  const unknown = await asService(path, { method: "PUT", json: { user_key: "twitch:nobody" } });
  expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('"field":"user_key"')]);
  const given = await asService(path, { method: "PUT", json: { user_key: "twitch:mia" } });
  expect(dataOf(given)).toEqual({ community_id: elsewhere, owner: "twitch:mia", former: ["twitch:sam"] });
  const { rows } = await stack.database.db.execute(sql`
    SELECT user_key, role FROM community_rbac WHERE community_id = ${elsewhere} ORDER BY user_key`);
  expect(rows).toEqual([
    { user_key: "twitch:mia", role: "owner" },
    { user_key: "twitch:sam", role: "admin" },
  ]);
  const audit = await asService(`/api/v1/superadmin/audit?community_id=${elsewhere}&action=role.assign`);
  expect(z.object({ entries: z.array(z.unknown()) }).parse(dataOf(audit)).entries).toHaveLength(2);
});

test("somebody locked out is let in again, each with one row in the log", async () => {
  const { rows } = await stack.database.db.execute(sql`SELECT id FROM hub_users WHERE username = 'max'`);
  const path = `/api/v1/superadmin/users/${rows[0]?.["id"]}/active`;
  const set = async (is_active: boolean) =>
    dataOf(await asService(path, { method: "PUT", json: { is_active } }))["changed"];
  expect([await set(false), await set(false), await set(true)]).toEqual([true, false, true]);
  const audit = await asService("/api/v1/superadmin/audit?action=user.");
  expect(z.object({ entries: z.array(z.unknown()) }).parse(dataOf(audit)).entries).toHaveLength(2);
});
