import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";
import { eventually } from "#test/e2e/stack";
import { formatKey, makeKey } from "#workers/api/access/key-text";
import { makeUserToken } from "#workers/api/access/user-token";

const jwtSecret = "a-secret-of-the-test-and-of-nothing-else";
const executions = "/api/v1/router/executions?entity_id=irc%3Ahost";

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ JWT_SECRET: jwtSecret });
});
afterAll(async () => stack?.close());

const madeKey = z.object({ data: z.object({ id: z.string(), key: z.string() }) });

async function aKey(facts: Record<string, unknown> = {}): Promise<{ id: string; key: string }> {
  const json = { name: "test", roles: ["collectors"], ...facts };
  const answer = await stack.call("/api/v1/keys", { key: stack.serviceApiKey, json });
  expect(answer.status, answer.text).toBe(201);
  return madeKey.parse(answer.body).data;
}

const statusOf = async (...call: Parameters<ApiStack["call"]>) => (await stack.call(...call)).status;

describe("who gets in", () => {
  test("GW-1 open routes need no key, all others do", async () => {
    const open = ["/health", "/ai/health", "/broker/health", "/api/router/health", "/api/broker/v1/health"];
    for (const path of open) expect([path, await statusOf(path)]).toEqual([path, 200]);
    for (const path of [executions, "/api/v1/keys", "/api/v1/whatever", "/router/x", "/marketplace/x"])
      expect([path, await statusOf(path)]).toEqual([path, 401]);
  });

  test("GW-2 a collector's key opens the router and not the marketplace, nor the keys", async () => {
    const { key } = await aKey();
    expect(await statusOf(executions, { key })).toBe(200);
    expect(await statusOf(executions, { headers: { apikey: key } })).toBe(200);
    expect(await statusOf("/api/v1/marketplace/install", { key, json: {} })).toBe(403);
    expect(await statusOf("/api/v1/keys", { key })).toBe(403);
  });

  test("HRD-2 an empty key is no key", async () => {
    for (const headers of [{ "x-api-key": "" }, { apikey: "" }, { authorization: "Bearer " }])
      expect(await statusOf(executions, { headers })).toBe(401);
  });

  test("threat 17: a key in the address is refused, even a right one, and the answer says why", async () => {
    const { key } = await aKey();
    for (const query of [`apikey=${key}`, `api_key=x`, `anything=${key}`]) {
      const answer = await stack.call(`${executions}&${query}`, { key });
      expect(answer.status).toBe(401);
      expect(answer.text).toContain("X-API-Key header, never in the address");
    }
  });

  test("an expired key is refused", async () => {
    const { key } = await aKey({ expires_at: new Date(Date.now() + 1500).toISOString() });
    expect(await statusOf(executions, { key })).toBe(200);
    await eventually(
      () => statusOf(executions, { key }),
      (status) => status === 401,
    );
  });

  test("threat 17: after five wrong keys in a minute an address has to wait; others do not, nor does a known key", async () => {
    const { key } = await aKey();
    const from = "203.0.113.50";
    expect(await statusOf(executions, { key, from })).toBe(200);
    const wrong = async () => stack.call(executions, { key: formatKey(makeKey("live")), from });
    for (let attempt = 0; attempt < 5; attempt++) expect((await wrong()).status).toBe(401);
    const refused = await wrong();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await statusOf(executions, { key: "no key at all", from })).toBe(429);
    expect(await statusOf(executions, { key, from })).toBe(200);
    expect(await statusOf(executions, { key: "no key at all", from: "203.0.113.51" })).toBe(401);
  });
});

describe("people's tokens", () => {
  const owner = { userId: "7", username: "pia", email: "pia@example.org", roles: ["user"] };
  const asked = async (token: string, path = executions) =>
    statusOf(path, { headers: { authorization: `Bearer ${token}` } });

  test("a valid one opens what a user may see; the role admin opens more", async () => {
    expect(await asked(await makeUserToken(owner, jwtSecret))).toBe(200);
    expect(await asked(await makeUserToken(owner, jwtSecret), "/api/v1/keys")).toBe(403);
    const admin = await makeUserToken({ ...owner, roles: ["admin"] }, jwtSecret);
    expect(await asked(admin, "/api/v1/keys")).toBe(200);
  });

  test("GW-5 expired and tampered ones are refused", async () => {
    const expired = await makeUserToken(owner, jwtSecret, { now: Date.now() - 120_000, lifeSeconds: 60 });
    expect(await asked(expired)).toBe(401);
    const [header, payload, signature = ""] = (await makeUserToken(owner, jwtSecret)).split(".");
    const flipped = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    expect(await asked([header, payload, flipped].join("."))).toBe(401);
  });

  test("LIB-5 one of another secret, and one without any, are refused", async () => {
    const token = await makeUserToken(owner, `${jwtSecret}x`);
    expect(await asked(token)).toBe(401);
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    expect(await asked(`${none}.${token.split(".")[1]}.`)).toBe(401);
  });
});

describe("the life of a key", () => {
  test("made, seen without its secret, disabled: one audit row each", async () => {
    const { id, key } = await aKey({ name: "collector", scopes: ["events:write"] });
    const seen = await stack.call(`/api/v1/keys/${id}`, { key: stack.serviceApiKey });
    expect(seen.body).toMatchObject({ data: { id, name: "collector", roles: ["trigger"], is_active: true } });
    expect(seen.text).not.toContain(key.slice(-43));
    const listed = await stack.call("/api/v1/keys", { key: stack.serviceApiKey });
    expect(listed.text).toContain(id);
    expect(listed.text).not.toMatch(/hash/i);
    const disable = () =>
      stack.call(`/api/v1/keys/${id}/disable`, { key: stack.serviceApiKey, method: "POST" });
    expect((await disable()).body).toMatchObject({ data: { changed: true } });
    expect((await disable()).body).toMatchObject({ data: { changed: false } });
    const { rows } = await stack.database.db.execute(
      sql`SELECT action, actor, request_id FROM audit_log WHERE resource_id = ${id} ORDER BY id`,
    );
    expect(rows).toEqual([
      { action: "api_key.create", actor: "service", request_id: expect.stringMatching(/-/) },
      { action: "api_key.disable", actor: "service", request_id: expect.stringMatching(/-/) },
    ]);
  });

  test("GW-6 a disabled key is refused within the cache's time", async () => {
    const { id, key } = await aKey();
    expect(await statusOf(executions, { key })).toBe(200);
    await stack.call(`/api/v1/keys/${id}/disable`, { key: stack.serviceApiKey, method: "POST" });
    await eventually(
      () => statusOf(executions, { key }),
      (status) => status === 401,
      60_000,
    );
  });

  test("a rotated key works and its old secret does not; a disabled one cannot be rotated", async () => {
    const { id, key: old } = await aKey();
    const path = `/api/v1/keys/${id}/rotate`;
    const rotated = await stack.call(path, { key: stack.serviceApiKey, method: "POST" });
    const { key } = madeKey.parse(rotated.body).data;
    expect(key.startsWith(`${id}_`)).toBe(true);
    expect(await statusOf(executions, { key })).toBe(200);
    expect(await statusOf(executions, { key: old })).toBe(401);
    await stack.call(`/api/v1/keys/${id}/disable`, { key: stack.serviceApiKey, method: "POST" });
    expect(await statusOf(path, { key: stack.serviceApiKey, method: "POST" })).toBe(409);
  });

  test("threat 4: an admin of one community can neither see, stop nor make keys of another", async () => {
    await stack.database.db.execute(
      sql`INSERT INTO communities (id, slug, name) VALUES (501, 'ours', 'Ours'), (502, 'theirs', 'Theirs')`,
    );
    const { key } = await aKey({ roles: ["admins"], community_id: 501, scopes: ["a:read"] });
    const theirs = await aKey({ community_id: 502 });
    expect(await statusOf(`/api/v1/keys/${theirs.id}`, { key })).toBe(404);
    expect(await statusOf(`/api/v1/keys/${theirs.id}/disable`, { key, method: "POST" })).toBe(404);
    const base = { name: "x", roles: ["user"] };
    const make = (json: object) => statusOf("/api/v1/keys", { key, json: { ...base, ...json } });
    expect(await make({ community_id: 502 })).toBe(403);
    expect(await make({ roles: ["services"] })).toBe(403);
    expect(await make({ scopes: ["b:write"] })).toBe(403);
    expect(await make({ roles: ["super-admins"] })).toBe(400);
    const own = await stack.call("/api/v1/keys", { key, json: { ...base, scopes: ["a:read"] } });
    expect(own.body).toMatchObject({ data: { community_id: 501 } });
  });
});
