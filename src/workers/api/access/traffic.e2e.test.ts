import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type ApiStack, startApiStack } from "#test/e2e/api-stack";

const origin = "https://hub.example.org";
const executions = "/api/v1/router/executions?entity_id=irc%3Ahost";

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ CORS_ORIGIN: `${origin}, https://other.example.org` });
});
afterAll(async () => stack?.close());

const madeKey = z.object({ data: z.object({ key: z.string() }) });

async function aKey(facts: Record<string, unknown> = {}): Promise<{ key: string }> {
  const json = { name: "test", roles: ["collectors"], ...facts };
  const answer = await stack.call("/api/v1/keys", { key: stack.serviceApiKey, json });
  expect(answer.status, answer.text).toBe(201);
  return madeKey.parse(answer.body).data;
}

const statusOf = async (...call: Parameters<ApiStack["call"]>) => (await stack.call(...call)).status;

describe("limits", () => {
  test("GW-3 the 201st call of a collector within a minute is refused with headers; another key is not", async () => {
    const [{ key }, other] = await Promise.all([aKey(), aKey()]);
    const answers = [];
    for (let batch = 0; batch < 10; batch++)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => stack.call(executions, { key })))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    const remaining = answers.map(({ headers }) => Number(headers.get("x-ratelimit-remaining")));
    expect(new Set(remaining).size).toBe(200);
    expect(Math.min(...remaining)).toBe(0);
    const refused = await stack.call(executions, { key });
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ success: false, error: { code: "ERROR_429" } });
    expect(refused.headers.get("x-ratelimit-limit")).toBe("200");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(Number(refused.headers.get("x-ratelimit-reset")) * 1000).toBeGreaterThan(Date.now());
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await statusOf(executions, { key: other.key })).toBe(200);
  });

  test("a key's own limit goes before its role's", async () => {
    const { key } = await aKey({ limit_per_minute: 2 });
    const statuses = [];
    for (let call = 0; call < 3; call++) statuses.push(await statusOf(executions, { key }));
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe("the outer shield", () => {
  test("threat 26: a flood of one address is refused by the API before anything is looked up; others pass", async () => {
    const from = "203.0.113.77";
    const statuses: number[] = [];
    for (let batch = 0; batch < 14; batch++)
      statuses.push(
        ...(await Promise.all(Array.from({ length: 50 }, () => statusOf("/ai/health", { from })))),
      );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(600);
    expect(await statusOf("/ai/health", { from: "203.0.113.78" })).toBe(200);
  });

  test("the edge has its shields", async () => {
    const edge = await stack.workers.urlOf("waddlebot-edge");
    const headers = { "cf-connecting-ip": "203.0.113.79" };
    expect((await fetch(new URL("/webhooks/nowhere", edge), { method: "POST", headers })).status).toBe(404);
    expect(stack.logs.filter(({ message }) => message.includes("shield.ask"))).toEqual([]);
  });
});

describe("browsers", () => {
  const preflight = (path: string, from: string) =>
    stack.call(path, {
      method: "OPTIONS",
      headers: { origin: from, "access-control-request-method": "POST" },
    });

  test("GW-4 a preflight from an allowed origin is answered without a key", async () => {
    for (const group of ["router", "marketplace", "ai", "broker"]) {
      const { status, headers } = await preflight(`/api/v1/${group}/x`, origin);
      expect([group, status, headers.get("access-control-allow-origin")]).toEqual([group, 204, origin]);
      expect(headers.get("access-control-allow-headers")?.toLowerCase()).toContain("x-api-key");
    }
  });

  test("GW-4 another origin is told nothing", async () => {
    for (const from of ["https://evil.example", `${origin}.evil.example`, "null"]) {
      const { headers } = await preflight("/api/v1/router/x", from);
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
    const { headers } = await stack.call(executions, { key: stack.serviceApiKey, headers: { origin } });
    expect(headers.get("access-control-allow-origin")).toBe(origin);
  });
});

/** Says how much is coming and sends none of it: the answer must not wait for the body. */
function announce(bytes: number): Promise<number | undefined> {
  const headers = {
    "x-api-key": stack.serviceApiKey,
    "content-type": "application/json",
    "content-length": bytes,
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL("/api/v1/keys", stack.url), { method: "POST", headers }, (answer) => {
      resolve(answer.statusCode);
      sent.destroy();
    });
    sent.on("error", reject);
    sent.flushHeaders();
  });
}

describe("bodies", () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    stack.call("/api/v1/keys", {
      key: stack.serviceApiKey,
      body,
      headers: { "content-type": "application/json", ...headers },
    });

  test("LIB-4 every bad field is named", async () => {
    const json = { name: "", roles: ["emperor"], limit_per_minute: -1, community_id: "x", bogus: 1 };
    const { status, body } = await stack.call("/api/v1/keys", { key: stack.serviceApiKey, json });
    expect(status).toBe(400);
    const { details } = z
      .object({ error: z.object({ details: z.array(z.object({ field: z.string() })) }) })
      .parse(body).error;
    const fields = details.map(({ field }) => field).sort();
    expect(fields).toEqual(["bogus", "community_id", "limit_per_minute", "name", "roles.0"]);
  });

  test.each([
    ["no JSON", "{", "(body)"],
    ["nothing", "", "name"],
    ["NaN", '{"name":NaN}', "(body)"],
    ["__proto__", '{"name":"x","roles":["user"],"__proto__":{"isAdmin":true}}', "__proto__"],
    ["a lone surrogate", '{"name":"\\ud800","roles":["user"]}', "name"],
    ["a zero byte", '{"name":"a\\u0000","roles":["user"]}', "name"],
    ["constructor", '{"name":"x","roles":["user"],"constructor":{}}', "constructor"],
    ["too deep", `${"[".repeat(65)}${"]".repeat(65)}`, "(body)"],
  ])("%s is answered 400, naming the field", async (_, body, field) => {
    const answer = await send(body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`"field":"${field}`)]);
  });

  test("HRD-7 more than 10 MB is refused; what is not JSON is too", async () => {
    expect(await announce(11 << 20)).toBe(413);
    expect((await send("name=x", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
    expect((await send('{"name":"x"}', { "content-type": "text/plain" })).status).toBe(415);
  });

  test("who may not call is told so before the body is looked at", async () => {
    expect(await statusOf("/api/v1/keys", { body: "{", headers: { "content-type": "text/plain" } })).toBe(
      401,
    );
  });
});
