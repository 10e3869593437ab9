import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";

const brokerKey = "the-brokers-own-key-for-this-test-only";
const from = "203.0.113.9";
const base = "/api/broker/v1";

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ BROKER_API_KEY: brokerKey });
});
afterAll(async () => stack?.close());

const ask = (path: string, json?: unknown, method?: string) =>
  stack.call(base + path, {
    headers: { "x-broker-key": brokerKey },
    from,
    ...(json === undefined ? {} : { json }),
    ...(method ? { method } : {}),
  });

const madeAdmin = z.object({ user_id: z.number(), api_key: z.string(), groups: z.array(z.string()) });
const person = (username: string) => ({
  username,
  email: `${username}@example.org`,
  full_name: `${username} P.`,
});
const create = async (username: string) => {
  const answer = await ask("/super-admins", person(username));
  expect(answer.status, answer.text).toBe(201);
  return madeAdmin.parse(answer.body);
};
/** Whether a key opens what a super admin may see. */
const opens = async (key: string) => (await stack.call("/api/v1/keys", { key })).status;

async function actionsOn(username: string): Promise<string[]> {
  const { body } = await ask(`/audit-log?username=${username}`);
  const rows = z.object({ audit_log: z.array(z.object({ action: z.string() })) }).parse(body);
  return rows.audit_log.map(({ action }) => action);
}

test("BRK-1 no key, a wrong key, the right key", async () => {
  const list = (headers: Record<string, string>) => stack.call(`${base}/super-admins`, { headers });
  expect((await list({})).status).toBe(401);
  expect((await list({ "x-broker-key": "wrong" })).status).toBe(403);
  expect((await list({ "x-api-key": stack.serviceApiKey })).status).toBe(401);
  const right = await list({ "x-broker-key": brokerKey });
  expect([right.status, right.body]).toEqual([200, { success: true, super_admins: [], count: 0 }]);
  expect((await stack.call(`${base}/health`)).status).toBe(200);
});

describe("making super admins", () => {
  test("BRK-2 the key is shown once, works, and its making is noted with the address", async () => {
    const answer = await ask("/super-admins", { ...person("ada"), created_by: "root", notes: "first" });
    expect(answer.body).toMatchObject({
      success: true,
      username: "ada",
      email: "ada@example.org",
      kong_consumer_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      api_key: expect.stringMatching(/^wbot_.{59}$/),
      permissions: expect.arrayContaining(["kong:admin:read", "waddlebot:services:manage"]),
      groups: ["super-admins", "admins", "services", "api-users"],
      message: expect.any(String),
    });
    const { api_key } = madeAdmin.parse(answer.body);
    expect(await opens(api_key)).toBe(200);
    const seen = await ask("/super-admins/ada");
    expect(seen.body).toMatchObject({ super_admin: { username: "ada", api_key: "***REDACTED***" } });
    const { body } = await ask("/audit-log?username=ada&action=create_super_admin");
    expect(body).toMatchObject({
      count: 1,
      audit_log: [{ performed_by: "root", ip_address: from, status: "success", resource_id: "ada" }],
    });
    const { rows } = await stack.database.db.execute(
      sql`SELECT to_jsonb(k)::text || to_jsonb(u)::text AS dump FROM api_keys k, kong_admin_users u`,
    );
    expect(JSON.stringify(rows)).not.toContain(api_key.slice(-43));
  });

  test("BRK-3 a taken name or email is 409, a bad email or no full name 400", async () => {
    await create("bob");
    const status = async (json: object) => (await ask("/super-admins", json)).status;
    expect(await status({ ...person("bob"), email: "other@example.org" })).toBe(409);
    expect(await status({ ...person("BOB"), email: "third@example.org" })).toBe(409);
    expect(await status({ ...person("bob2"), email: "Bob@Example.org" })).toBe(409);
    expect(await status({ ...person("bob3"), email: "no email" })).toBe(400);
    expect(await status({ username: "bob4", email: "bob4@example.org" })).toBe(400);
    const { rows } = await stack.database.db.execute(
      sql`SELECT count(*) FROM api_keys WHERE name ILIKE 'bob%'`,
    );
    expect(rows).toEqual([{ count: "1" }]);
  });

  test("two equal requests at once make one super admin", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask("/super-admins", person("twin"))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});

test("BRK-4 a regenerated key works, the old one stops at once, and it is noted", async () => {
  const { api_key: old } = await create("cleo");
  expect(await opens(old)).toBe(200);
  const answer = await ask("/super-admins/cleo/regenerate-key", { regenerated_by: "root" });
  const { api_key } = z.object({ api_key: z.string() }).parse(answer.body);
  expect(await opens(old)).toBe(401);
  expect(await opens(api_key)).toBe(200);
  expect(await actionsOn("cleo")).toEqual(["regenerate_api_key", "create_super_admin"]);
});

test("BRK-5 deactivated twice: done, then already inactive; the key stops and the name is hidden", async () => {
  const { api_key } = await create("dora");
  const deactivate = () => ask("/super-admins/dora/deactivate", { deactivated_by: "root", reason: "left" });
  expect((await deactivate()).body).toMatchObject({ success: true, message: "Super admin deactivated" });
  const again = await deactivate();
  expect([again.status, again.body]).toEqual([
    200,
    expect.objectContaining({ success: true, message: expect.stringContaining("already inactive") }),
  ]);
  expect(await opens(api_key)).toBe(401);
  expect((await ask("/super-admins")).text).not.toContain('"dora"');
  const all = await ask("/super-admins?include_inactive=true");
  const { super_admins } = z
    .object({ super_admins: z.array(z.looseObject({ username: z.string() })) })
    .parse(all.body);
  expect(super_admins.find(({ username }) => username === "dora")).toMatchObject({
    is_active: false,
    groups_count: 0,
    notes: expect.stringMatching(/deactivated by root: left$/),
  });
  expect((await ask("/super-admins/dora")).status).toBe(404);
  expect((await ask("/super-admins/nobody/deactivate", {})).status).toBe(404);
  expect(await actionsOn("dora")).toEqual(["deactivate_super_admin", "create_super_admin"]);
});

test("BRK-6 name and key in a change are ignored, the rest is changed and told old and new", async () => {
  const { api_key } = await create("eve");
  const change = {
    username: "mallory",
    api_key: "wbot_x",
    email: "eve@new.example.org",
    permissions: ["a:b"],
  };
  const answer = await ask("/super-admins/eve", change, "PUT");
  expect(answer.body).toMatchObject({
    success: true,
    username: "eve",
    changes: {
      email: { old: "eve@example.org", new: "eve@new.example.org" },
      permissions: { new: ["a:b"] },
    },
  });
  expect(
    Object.keys(z.object({ changes: z.record(z.string(), z.unknown()) }).parse(answer.body).changes),
  ).toHaveLength(2);
  expect(await opens(api_key)).toBe(200);
  expect((await ask("/super-admins/mallory")).status).toBe(404);
  const ignored = await ask("/super-admins/eve", { username: "x", api_key: "y" }, "PUT");
  expect(ignored.body).toMatchObject({ success: true, changes: {}, message: "No changes to apply" });
  expect((await ask("/super-admins/eve", { email: "ada@example.org" }, "PUT")).status).toBe(409);
  expect((await ask("/super-admins/eve", { bogus: 1 }, "PUT")).status).toBe(400);
  expect((await ask("/super-admins/nobody", { notes: "x" }, "PUT")).status).toBe(404);
  expect(await actionsOn("eve")).toEqual(["update_super_admin", "create_super_admin"]);
});

test("made active again, a super admin has the groups and the key back", async () => {
  const { api_key, groups } = await create("fay");
  await ask("/super-admins/fay", { is_active: false }, "PUT");
  expect(await opens(api_key)).toBe(401);
  await ask("/super-admins/fay", { is_active: true }, "PUT");
  expect(await opens(api_key)).toBe(200);
  expect((await ask("/super-admins/fay")).body).toMatchObject({ super_admin: { groups } });
});

describe("backups", () => {
  test("BRK-7 every active super admin is written down and can be brought back, groups and key", async () => {
    const { db } = stack.database;
    await db.execute(sql`UPDATE kong_admin_users SET is_active = false`);
    const made = [await create("gus"), await create("hal"), await create("ivy")];
    const backup = await ask("/backup", { backup_type: "scheduled", created_by: "clock" });
    expect(backup.body).toMatchObject({
      success: true,
      backup_type: "scheduled",
      total: 3,
      successful: 3,
      failed: 0,
    });
    await ask("/super-admins/gus/regenerate-key", {});
    await ask("/super-admins/hal/deactivate", {});
    await db.execute(sql`DELETE FROM kong_admin_users WHERE username = 'ivy'`);
    await db.execute(sql`DELETE FROM api_keys WHERE name = 'ivy'`);
    for (const [index, username] of ["gus", "hal", "ivy"].entries()) {
      expect(await opens(made[index]?.api_key ?? "")).toBe(401);
      expect((await ask(`/kong/consumers/${username}/restore`, {})).status).toBe(200);
      expect(await opens(made[index]?.api_key ?? "")).toBe(200);
      expect((await ask(`/super-admins/${username}`)).body).toMatchObject({
        super_admin: { groups: made[index]?.groups, is_active: true },
      });
    }
    const { rows } = await db.execute(sql`SELECT count(*) FROM api_keys WHERE name = 'gus' AND is_active`);
    expect(rows).toEqual([{ count: "1" }]);
  });

  test("one alone can be written down; without a record nothing is restored", async () => {
    await create("jan");
    expect((await ask("/kong/consumers/jan/restore", {})).status).toBe(404);
    expect((await ask("/kong/consumers/jan/backup", {})).body).toMatchObject({
      total: 1,
      backup_type: "manual",
    });
    expect((await ask("/kong/consumers/nobody/backup", {})).status).toBe(404);
  });
});

test("BRK-8 of the audit log at most 1000 rows are given, newest first", async () => {
  await stack.database.db.execute(sql`
    INSERT INTO kong_admin_audit_log (username, action, resource_type, resource_id, performed_by)
    SELECT 'load', 'test', 'test', n::text, 'test' FROM generate_series(1, 1200) AS n`);
  const { status, body } = await ask("/audit-log?limit=5000");
  const { audit_log } = z.object({ audit_log: z.array(z.object({ id: z.number() })) }).parse(body);
  expect([status, audit_log.length]).toEqual([200, 1000]);
  const ids = audit_log.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  expect((await ask("/audit-log?limit=-1")).status).toBe(400);
});

test("the gateway's own figures under the older names", async () => {
  expect((await ask("/kong/info")).body).toMatchObject({ success: true, kong_info: { reachable: true } });
  const { body } = await ask("/kong/consumers?size=5000");
  expect(body).toMatchObject({ success: true, size: 1000 });
  const { consumers } = z
    .object({ consumers: z.array(z.looseObject({ custom_id: z.string() })) })
    .parse(body);
  expect(consumers.find(({ custom_id }) => custom_id === "wbot_admin_gus")).toMatchObject({
    username: "gus",
    tags: ["super-admin", "waddlebot", "created-by-broker"],
    groups: ["super-admins", "admins", "services", "api-users"],
  });
  expect((await ask("/statistics")).body).toMatchObject({
    statistics: {
      total_super_admins: expect.any(Number),
      actions: { create_super_admin: expect.any(Number) },
    },
  });
});

test("the broker stops at 100 calls a minute, with headers", async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask("/kong/info")));
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get("x-ratelimit-limit")).toBe("100");
  expect((await stack.call(`${base}/health`)).status).toBe(200);
});
