import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { makeUserToken } from "#workers/api/access/user-token";
import { loadNetworks } from "#workers/edge/gateway-networks";
import { loadWishes } from "#workers/edge/gateway-wishes";

const jwtSecret = "a-secret-of-the-test-and-of-nothing-else";
const keyring = JSON.stringify({ n1: Buffer.alloc(32, 7).toString("base64") });
const secrets = { password: "the-other-secret", sasl: { account: "waddle", password: "the-secret-one" } };

let stack: ApiStack;
const tokens = new Map<string, string>();
/** olga's and eve's. */
let pond: number;
let lake: number;

beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: jwtSecret }, { GATEWAY_ENCRYPTION_KEYS: keyring });
  const { db } = stack.database;
  await db.execute(
    sql`INSERT INTO hub_users (username, display_name) VALUES ('olga', 'o'), ('meg', 'm'), ('eve', 'e')`,
  );
  await db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  const { rows } = await db.execute(sql`SELECT id, username FROM hub_users`);
  for (const { id, username } of z.array(z.object({ id: z.int(), username: z.string() })).parse(rows)) {
    const owner = { userId: String(id), username, email: `${username}@example.org`, roles: [] };
    tokens.set(username, await makeUserToken(owner, jwtSecret));
  }
  pond = await community("olga", "Duck Pond");
  lake = await community("eve", "Eve's Lake");
  await as("olga", `/${pond}/members/twitch:meg`, { method: "PUT" });
  await as("olga", `/${pond}/members/twitch:meg/role`, { method: "PUT", json: { role: "moderator" } });
});
afterAll(() => stack?.close());

interface Call {
  method?: string;
  json?: unknown;
  ifMatch?: string;
}
const as = (who: string, path: string, { ifMatch, ...call }: Call = {}) => {
  const headers = { authorization: `Bearer ${tokens.get(who)}`, ...(ifMatch && { "if-match": ifMatch }) };
  return stack.call(`/api/v1/communities${path}`, { ...call, headers });
};
async function community(who: string, name: string): Promise<number> {
  const { body } = await as(who, "", { json: { name } });
  return z.object({ data: z.object({ community: z.object({ id: z.int() }) }) }).parse(body).data.community.id;
}
const address = () => ({
  DATABASE_URL: stack.database.url,
  DATABASE_HTTP_ENDPOINT: stack.database.endpoint,
  GATEWAY_ENCRYPTION_KEYS: keyring,
});
const kept = (keys = address()) => loadNetworks(keys, () => undefined);
const base = () => `/${pond}/irc-networks`;

test("a network is added, shown without its passwords, changed under If-Match and removed, each noted once", async () => {
  const made = await as("olga", base(), {
    json: { host: "irc.example.net", nick: "waddle", poll_seconds: 600, ...secrets },
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      data: {
        network: {
          ...{ host: "irc.example.net", port: 6697, tls: true, sasl_account: "waddle", has_password: true },
          ...{ poll_seconds: 600, public_only: true, enabled: true, channels: [], version: 1 },
        },
      },
    },
  });
  expect(made.headers.get("etag")).toBe('"1"');
  const whole = { host: "irc.example.net", ...secrets, pollSeconds: 600, isPublicOnly: true };
  expect(await kept()).toMatchObject([whole]);
  const put = (json: unknown, ifMatch?: string) =>
    as("olga", `${base()}/irc.example.net`, { method: "PUT", json, ...(ifMatch && { ifMatch }) });
  expect(await put({ nick: "quack", poll_seconds: null }, '"1"')).toMatchObject({
    status: 200,
    body: { data: { network: { nick: "quack", poll_seconds: null, version: 2 } } },
  });
  const { pollSeconds: _, ...steady } = whole;
  expect(await kept()).toMatchObject([{ ...steady, nick: "quack" }]);
  expect(await put({ nick: "late" }, '"1"')).toMatchObject({ status: 412 });
  expect(await put({ port: 7000 })).toMatchObject({
    status: 400,
    body: { error: { details: [{ field: "password" }, { field: "sasl.password" }] } },
  });
  expect((await put({ password: null, enabled: false })).status).toBe(200);
  const list = await as("olga", base());
  expect(list).toMatchObject({
    body: { data: { count: 1, networks: [{ has_password: false, enabled: false }] } },
  });
  const gone = await as("olga", `${base()}/irc.example.net`, { method: "DELETE", ifMatch: '"2"' });
  expect(gone.status).toBe(412);
  expect((await as("olga", `${base()}/irc.example.net`, { method: "DELETE", ifMatch: '"3"' })).status).toBe(
    200,
  );
  expect(await kept()).toEqual([]);
  const { rows } = await stack.database.db.execute(sql`
    SELECT action, before::text AS before, after::text AS after FROM audit_log WHERE resource_type = 'irc_network' ORDER BY id`);
  expect(rows.map(({ action }) => action)).toEqual([
    "irc_network.create",
    "irc_network.update",
    "irc_network.update",
    "irc_network.delete",
  ]);
  const all = JSON.stringify([made.text, list.text, rows, stack.logs]);
  expect(all).not.toMatch(/the-secret-one|the-other-secret|v1\.n1\./);
});

test("threat 4 only admins of the community see and keep its networks; another's look like none", async () => {
  expect((await as("olga", base(), { json: { host: "own.example.net", nick: "waddle" } })).status).toBe(201);
  const tries: [string, Call][] = [
    ["", {}],
    ["", { json: { host: "x.example.net", nick: "w" } }],
    ["/own.example.net", {}],
    ["/own.example.net", { method: "PUT", json: { nick: "w" } }],
    ["/own.example.net", { method: "DELETE" }],
    ["/own.example.net/test", { method: "POST" }],
  ];
  for (const [path, call] of tries) {
    expect((await as("meg", base() + path, call)).status, path).toBe(403);
    expect((await as("eve", base() + path, call)).status, path).toBe(404);
  }
  expect((await as("eve", `/${lake}/irc-networks/own.example.net`)).status).toBe(404);
  expect((await as("eve", `/${lake}/irc-networks/own.example.net`, { method: "DELETE" })).status).toBe(404);
  const taken = await as("eve", `/${lake}/irc-networks`, { json: { host: "OWN.example.net", nick: "w" } });
  expect(taken.status).toBe(409);
  expect(await kept()).toMatchObject([{ host: "own.example.net", nick: "waddle" }]);
});

test("threat 7 a community's network is on the public internet, the house's may be anywhere", async () => {
  for (const host of ["127.0.0.1", "localhost", "box.internal"])
    expect(await as("olga", base(), { json: { host, nick: "w" } })).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: "host" }] } },
    });
  const json = { host: "irc.internal", nick: "w" };
  const byHouse = await stack.call(`/api/v1/communities${base()}`, { key: stack.serviceApiKey, json });
  expect(byHouse).toMatchObject({ status: 201, body: { data: { network: { public_only: false } } } });
  expect((await as("olga", `${base()}/irc.internal`, { method: "PUT", json: { nick: "x" } })).status).toBe(
    400,
  );
});

test("channels are brought onto the community's own network by its moderators, and no other's are heard there", async () => {
  const bring = (who: string, id: number, channel: string) =>
    as(who, `/${id}/platforms/irc`, { json: { server_id: "own.example.net", channel } });
  expect((await bring("meg", pond, "#ducks")).status).toBe(201);
  expect((await bring("eve", lake, "#spies")).status).toBe(403);
  await stack.database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id, channel)
    VALUES ('irc:own.example.net:#spies', ${lake}, 'irc', 'own.example.net', '#spies')`);
  expect(await as("olga", `${base()}/own.example.net`)).toMatchObject({
    body: { data: { network: { channels: ["#ducks"] } } },
  });
  const wishes = await loadWishes(address(), () => undefined);
  expect(wishes.connections["irc"]).toContainEqual({ connection: "own.example.net", channels: ["#ducks"] });
});

test("IRC-1 a test says how the bot stands on a network, without a password and without connecting anew", async () => {
  const look = async (host: string) => {
    const { status, body } = await as("olga", `${base()}/${host}/test`, { method: "POST" });
    return [status, z.object({ data: z.object({ test: z.unknown() }) }).safeParse(body).data?.data.test];
  };
  const nothing = { assigned: 0, joined: 0, failed_attempts: 0, reason: null, at: null };
  expect(await look("own.example.net")).toEqual([200, { ...nothing, state: "no_gateway" }]);
  expect(await look("irc.internal")).toEqual([200, { ...nothing, state: "unused" }]);
  const off = { method: "PUT", json: { enabled: false } };
  expect((await as("olga", `${base()}/own.example.net`, off)).status).toBe(200);
  expect(await look("own.example.net")).toEqual([200, { ...nothing, state: "off" }]);
  expect((await look("nowhere.example.net"))[0]).toBe(404);
});

test("the eleventh network is refused, and without a key no password is", async () => {
  const results = [];
  for (let n = 0; n < 10; n++)
    results.push((await as("olga", base(), { json: { host: `n${n}.example.net`, nick: "w" } })).status);
  expect(results.filter((status) => status === 201)).toHaveLength(8);
  expect(results.at(-1)).toBe(409);
});
