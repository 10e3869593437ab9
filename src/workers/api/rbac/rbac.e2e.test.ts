import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { demoChannels } from "#simulators/demo";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { makeUserToken } from "#workers/api/access/user-token";

const jwtSecret = "a-secret-of-the-test-and-of-nothing-else";
const [twitchDemo] = demoChannels;
const entityId = twitchDemo?.entityId ?? "";
const server = twitchDemo?.server ?? "";

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: jwtSecret });
  await stack.database.db.execute(sql`
    INSERT INTO communities (id, slug, name) VALUES (50, 'elsewhere', 'Elsewhere')`);
  await stack.database.db.execute(sql`
    INSERT INTO commands (community_id, prefix, name, module, handler, description, usage, permission_level)
    VALUES (2, '!', 'modping', 'core', 'ping', 'x', '!modping', 'moderator')`);
  await stack.database.db.execute(sql`
    INSERT INTO hub_users (username, display_name) VALUES ('adam', 'Adam'), ('olga', 'Olga'), ('meg', 'Meg')`);
  await stack.database.db.execute(sql`
    INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
    SELECT id, 'twitch', username, username FROM hub_users`);
  await assign([
    { user_key: "twitch:adam", community_id: 2, role: "admin" },
    { user_key: "twitch:olga", community_id: 2, role: "owner" },
    { user_key: "twitch:meg", community_id: 2, role: "moderator" },
  ]);
});
afterAll(() => stack?.close());

const post = (path: string, json: unknown, headers?: Record<string, string>) =>
  stack.call(`/api/v1/rbac${path}`, headers ? { json, headers } : { json, key: stack.serviceApiKey });
const assign = (assignments: unknown[], headers?: Record<string, string>) =>
  post("/roles/assign", { assignments }, headers);

async function tokenOf(username: string): Promise<Record<string, string>> {
  const { rows } = await stack.database.db.execute(
    sql`SELECT id FROM hub_users WHERE username = ${username}`,
  );
  const owner = { userId: String(rows[0]?.["id"]), username, email: `${username}@example.org`, roles: [] };
  return { authorization: `Bearer ${await makeUserToken(owner, jwtSecret)}` };
}

let said = 0;

/** What the channel made of a line somebody said. */
async function say(userId: string, text: string): Promise<unknown> {
  const facts = { platform: "twitch", server_id: server, user_id: userId, user_name: userId };
  const json = { ...facts, message_type: "chatMessage", message_content: text, message_id: `m${++said}` };
  const answer = await stack.call("/api/v1/router/events", { key: stack.serviceApiKey, json });
  expect(answer.status, answer.text).toBe(200);
  return z.object({ data: z.unknown() }).parse(answer.body).data;
}

test("RBAC-2 RBAC a demotion acts within a second", async () => {
  const person = { user_key: "twitch:mona", community_id: 2 };
  expect(await say("mona", "!modping")).toMatchObject({ status_code: 403 });
  expect((await assign([{ ...person, role: "moderator" }])).status).toBe(200);
  expect(await say("mona", "!modping")).toMatchObject({ success: true, status_code: 200 });
  const demotedAt = performance.now();
  expect((await assign([{ ...person, role: "user" }])).body).toMatchObject({ data: { assigned: 1 } });
  expect(await say("mona", "!modping")).toMatchObject({ status_code: 403 });
  expect(performance.now() - demotedAt).toBeLessThan(1000);
});

test("LOG-2 a role change is one AUDIT line with actor, target, community and result", async () => {
  await assign([{ user_key: "twitch:lena", community_id: 2, role: "moderator" }]);
  const lines = stack.logs.flatMap(({ message }) =>
    message.includes("twitch:lena") ? [JSON.parse(message)] : [],
  );
  expect(lines).toEqual([
    expect.objectContaining({
      category: "AUDIT",
      action: "role.assign",
      result: "SUCCESS",
      community: 2,
      user: "service",
      details: { target: "twitch:lena", entityId: null, role: "moderator" },
    }),
  ]);
});

test("RBAC-3 a moderator of one channel is one in that channel only", async () => {
  expect((await assign([{ user_key: "twitch:erin", entity_id: entityId, role: "moderator" }])).status).toBe(
    200,
  );
  expect(await say("erin", "!modping")).toMatchObject({ status_code: 200 });
  const permission = "users.timeout";
  const other = demoChannels[1]?.entityId;
  const checks = [entityId, other].map((entity_id) => ({ user_key: "twitch:erin", entity_id, permission }));
  expect((await post("/permissions/check", { checks })).body).toMatchObject({
    data: {
      results: [
        { allowed: true, role: "moderator", because: "role in this channel" },
        { allowed: false, role: "member" },
      ],
    },
  });
});

test("RBAC-4 1,000 pairs give 1,000 results, one a pair, in their order", async () => {
  const checks = Array.from({ length: 1000 }, (_, n) => ({
    user_key: n % 2 === 0 ? "twitch:meg" : `twitch:x${n}`,
    community_id: 2,
    permission: n % 4 === 0 ? "users.ban" : "users.timeout",
  }));
  const { status, body } = await post("/permissions/check", { checks });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: {
      results: checks.map(({ user_key, permission }) => ({
        user_key,
        permission,
        allowed: user_key === "twitch:meg" && permission === "users.timeout",
      })),
    },
  });
  const tooMany = await post("/permissions/check", { checks: [...checks, checks[0]] });
  expect(tooMany.status).toBe(400);
});

describe("threat 5: who may give what", () => {
  const give = async (giver: string, user_key: string, role: string | null, community_id = 2) =>
    (await assign([{ user_key, community_id, role }], await tokenOf(giver))).status;

  test("an admin gives up to their own rank, and touches nobody of it or above", async () => {
    expect(await give("adam", "twitch:ivy", "moderator")).toBe(200);
    expect(await give("adam", "twitch:ivy", "owner")).toBe(403);
    expect(await give("adam", "twitch:olga", "member")).toBe(403);
    expect(await give("adam", "twitch:adam", "owner")).toBe(403);
    expect(await give("olga", "twitch:adam", "moderator")).toBe(200);
    expect(await give("adam", "twitch:ivy", "member")).toBe(403);
    expect(await give("olga", "twitch:adam", "admin")).toBe(200);
  });

  test("a moderator gives none, and promotes not even themselves", async () => {
    expect(await give("meg", "twitch:ivy", "member")).toBe(403);
    expect(await give("meg", "twitch:meg", "admin")).toBe(403);
  });

  test("one refused assignment of many: none is made", async () => {
    const two = [
      { user_key: "twitch:kim", community_id: 2, role: "moderator" },
      { user_key: "twitch:kim2", community_id: 2, role: "owner" },
    ];
    const answer = await assign(two, await tokenOf("adam"));
    expect(answer).toMatchObject({
      status: 403,
      body: { error: { details: [{ field: "assignments.1.role" }] } },
    });
    const { rows } = await stack.database.db.execute(
      sql`SELECT 1 FROM community_rbac WHERE user_key LIKE 'twitch:kim%'`,
    );
    expect(rows).toEqual([]);
  });

  test("a community that is not one's own and one that does not exist look the same", async () => {
    const { body } = await stack.call("/api/v1/keys", {
      key: stack.serviceApiKey,
      json: { name: "bound", roles: ["admin"], community_id: 50 },
    });
    const key = /wb_live_[\w-]+/.exec(JSON.stringify(body).split('"key":')[1] ?? "")?.[0] ?? "";
    const tries = [2, 9999].map((community_id) =>
      stack.call("/api/v1/rbac/permissions/check", {
        key,
        json: { checks: [{ user_key: "twitch:meg", community_id, permission: "users.ban" }] },
      }),
    );
    const [foreign, missing] = await Promise.all(tries);
    expect([foreign?.status, missing?.status]).toEqual([404, 404]);
    const own = { user_key: "twitch:x", community_id: 50, role: "moderator" };
    expect(
      (await stack.call("/api/v1/rbac/roles/assign", { key, json: { assignments: [own] } })).status,
    ).toBe(200);
  });
});

test("the global community is joined in bulk and left by nobody", async () => {
  const user_keys = Array.from({ length: 500 }, (_, n) => `twitch:bulk${n}`);
  expect((await post("/global-members", { user_keys })).body).toMatchObject({ data: { joined: 500 } });
  expect((await post("/global-members", { user_keys })).body).toMatchObject({
    data: { joined: 0, already_members: 500 },
  });
  expect((await post("/roles/list", { user_keys: user_keys.slice(0, 2) })).body).toMatchObject({
    data: { users: [{ roles: [{ community_id: 1, entity_id: null, role: "member" }] }, {}] },
  });
  expect((await post("/communities/1/leave", { user_key: "twitch:bulk0" })).status).toBe(409);
});

test("bad input is answered 400 with the field's name", async () => {
  const check = { user_key: "twitch:meg", community_id: 2, permission: "users.ban" };
  const wrong = [
    { ...check, permission: "__proto__" },
    { ...check, community_id: -1 },
    { ...check, user_key: "nobody" },
    { ...check, extra: 1 },
    { user_key: "twitch:meg", permission: "users.ban" },
  ];
  for (const one of wrong) {
    const answer = await post("/permissions/check", { checks: [one] });
    expect(answer, JSON.stringify(one)).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: expect.stringMatching(/^checks\.0/) }] } },
    });
  }
});
