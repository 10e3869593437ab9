import { request } from "node:http";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { badRequests, type Target, type WireRequest } from "#test/e2e/bad-requests";
import { aLine, demoId, type RouterStack, startRouter, twitchEntity } from "#test/e2e/router-client";

/** FUZZ_REQUESTS=10000 for the long run. */
const perGroup = Number(process.env["FUZZ_REQUESTS"] ?? 1000);
const abreast = 8;
const slowMs = 1000;

let router: RouterStack;
beforeAll(async () => {
  router = await startRouter();
});
afterAll(async () => router?.close());

async function send({
  method,
  path,
  body,
}: WireRequest): Promise<{ status: number; ms: number; text: string }> {
  const startedAt = performance.now();
  const response = await fetch(`${router.stack.url.origin}/api/v1/router/${path}`, {
    method,
    headers: { "x-api-key": router.stack.secrets.serviceApiKey, "content-type": "application/json" },
    body: body ?? null,
  });
  const text = await response.text();
  return { status: response.status, ms: performance.now() - startedAt, text };
}

/** Announces a body and sends none of it: it is refused by its length, before anything of it is read. */
function announce(path: string, bytes: number): Promise<[status: number | undefined, namesBound: boolean]> {
  return new Promise((resolve, reject) => {
    const headers = {
      "x-api-key": router.stack.secrets.serviceApiKey,
      "content-type": "application/json",
      "content-length": bytes,
    };
    const call = request(`${router.stack.url.origin}/api/v1/router/${path}`, { method: "POST", headers });
    call.once("error", reject);
    call.once("response", (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.once("end", () => {
        call.destroy();
        resolve([response.statusCode, text.includes("At most 10 MB")]);
      });
    });
    call.flushHeaders();
  });
}

/** Whatever was not answered as it must be. What was slow in a crowd is asked again alone before it counts as hanging. */
async function failuresAmong(requests: readonly WireRequest[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  const waiting = [...requests];
  const slow: WireRequest[] = [];
  const run = async () => {
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const { status, ms, text } = await send(one);
      if (status >= 500 || /\bat .*\.(ts|mjs):\d/.test(text)) failures.push({ request: one, status, text });
      if (ms > slowMs) slow.push(one);
    }
  };
  await Promise.all(Array.from({ length: abreast }, run));
  for (const one of slow) {
    const { ms } = await send(one);
    if (ms > slowMs) failures.push({ request: one, ms });
  }
  return failures;
}

const entity = { entity_id: twitchEntity };
const execution = `${Buffer.from(twitchEntity).toString("base64url")}.eA`;
const command = {
  community_id: demoId,
  prefix: "#",
  command: "fuzz",
  description: "d",
  target: { type: "webhook", url: "https://fuzz.example/" },
  role_cooldowns: { owner: 1 },
  event_types: ["follow"],
  priority: 5,
};
const rule = {
  community_id: demoId,
  string: "never said",
  action: "warn",
  match_type: "regex",
  enabled_entity_ids: [twitchEntity],
  priority: 3,
};
const response = {
  execution_id: execution,
  session_id: "sess_1",
  module_name: "m",
  success: true,
  response_action: "form",
  form_title: "t",
  form_fields: [{ name: "a", type: "text", label: "a" }],
  form_submit_url: "https://x.example/",
};

const groups: Record<string, Target[]> = {
  events: [
    { method: "POST", path: "events", body: aLine() },
    {
      method: "POST",
      path: "events",
      body: { ...aLine({ message_type: "cheer", bits: 5 }), tier: "1", metadata: { a: 1 } },
    },
    {
      method: "POST",
      path: "events",
      body: aLine({ message_type: "slashCommand", command_name: "ping", options: { a: "b" } }),
    },
    {
      method: "POST",
      path: "events",
      body: aLine({ message_type: "button_click", custom_id: "a:b:c", values: ["x"] }),
    },
  ],
  batch: [{ method: "POST", path: "events/batch", body: { events: [aLine(), { a: 1 }, null] } }],
  commands: [
    {
      method: "GET",
      path: "commands",
      query: { prefix: "!", community_id: "2", category: "x", enabled_only: "true", limit: "5", ...entity },
    },
    { method: "POST", path: "commands", body: command },
    { method: "PUT", path: "commands/{}", body: { priority: 1, description: "x" } },
    { method: "PUT", path: "commands/1/permissions", body: { ...entity, is_enabled: true } },
    { method: "DELETE", path: "commands/{}" },
  ],
  "string rules": [
    {
      method: "GET",
      path: "string-rules",
      query: { ...entity, community_id: "2", after: "0", limit: "5", is_active: "true" },
    },
    { method: "GET", path: "string-rules/stats", query: { community_id: "2" } },
    { method: "POST", path: "string-rules", body: rule },
    { method: "PUT", path: "string-rules/{}", body: { string: "x", priority: 1 } },
    { method: "DELETE", path: "string-rules/{}" },
  ],
  responses: [
    { method: "POST", path: "responses", body: response },
    {
      method: "POST",
      path: "responses",
      body: { ...response, response_action: "general", content: "c", style: { color: "red" } },
    },
    {
      method: "GET",
      path: "responses/recent",
      query: { module_name: "m", success_only: "true", limit: "5" },
    },
    { method: "GET", path: "responses/{}" },
    { method: "GET", path: "sessions/{}", query: entity },
  ],
  executions: [
    { method: "GET", path: "executions", query: { ...entity, event_id: "x", limit: "5" } },
    { method: "GET", path: "executions/{}" },
    { method: "POST", path: "executions/{}/replay", query: { dry: "1" } },
  ],
  queues: [
    { method: "GET", path: "queues", query: entity },
    {
      method: "GET",
      path: "dead-letters",
      query: { ...entity, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", limit: "5" },
    },
    {
      method: "POST",
      path: "dead-letters/replay",
      body: { ...entity, from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" },
    },
    { method: "POST", path: "dead-letters/{}/replay", query: entity },
  ],
  "entities and modules": [
    {
      method: "GET",
      path: "entities",
      query: { platform: "twitch", community_id: "2", after: "a:b", limit: "5" },
    },
    { method: "GET", path: "communities/{}/modules" },
    {
      method: "PUT",
      path: "communities/2/modules/alerts",
      body: { is_enabled: true, settings: { follow: "hi" } },
    },
    { method: "PUT", path: "communities/2/modules/{}", body: { is_enabled: true } },
  ],
};

describe("whatever is sent is answered, and never with a failure of ours", () => {
  for (const [name, targets] of Object.entries(groups)) {
    test(`${perGroup} bad requests to ${name}`, async () => {
      const requests = fc.sample(badRequests(targets), { numRuns: perGroup, seed: 20_261_121 });
      expect(await failuresAmong(requests)).toEqual([]);
    });
  }

  test("the house still works, and nobody became an admin on the way", async () => {
    expect(await router.say("!ping")).toMatchObject({ success: true });
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });

  test("a body of 10 MB and more is 413, nested too deep 400 naming the bound", async () => {
    for (const path of [
      "events",
      "events/batch",
      "commands",
      "string-rules",
      "responses",
      "dead-letters/replay",
    ])
      expect([path, ...(await announce(path, 11 << 20))]).toEqual([path, 413, true]);
    const deep = `{"a":${"[".repeat(100_000)}`;
    expect(await send({ method: "POST", path: "events", body: deep })).toMatchObject({ status: 400 });
  });

  test("every bad field of a request is named", async () => {
    const body = JSON.stringify({
      ...aLine(),
      user_id: 7,
      months: -1,
      amount: null,
      surprise: 1,
      message_content: "x".repeat(5001),
    });
    const { status, text } = await send({ method: "POST", path: "events", body });
    expect(status).toBe(400);
    for (const field of ["user_id", "months", "amount", "surprise", "message_content"])
      expect(text).toContain(`"${field}"`);
    const proto = `{"__proto__":{"a":1},${JSON.stringify(aLine()).slice(1)}`;
    expect(await send({ method: "POST", path: "events", body: proto })).toMatchObject({ status: 400 });
    const half = JSON.stringify(aLine()).replace("hello", "\\ud800");
    expect((await send({ method: "POST", path: "events", body: half })).text).toContain("message_content");
  });
});
