import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Stack, startStack } from "#test/e2e/stack";
import { hostileBodies } from "#test/fakes/hostile-bodies";

let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint });
});

afterAll(async () => {
  await stack?.close();
  await database?.close();
});

const container = { container_id: "a", platform: "twitch" };
const report = { container_id: "a", entity_id: "twitch:1", fencing: 1 };
const routes: [path: string, good: Record<string, unknown>][] = [
  ["/router/coordination/claim", { ...container, max_claims: 1, prioritize_live: true }],
  ["/router/coordination/release", { ...container, entity_ids: ["twitch:1"] }],
  ["/router/coordination/checkin", container],
  ["/router/coordination/heartbeat", { ...container, extend_claims: true }],
  ["/router/coordination/status", { ...report, is_live: true, viewer_count: 1, metadata: { a: 1 } }],
  ["/router/coordination/error", { ...report, error_message: "x" }],
  ["/router/coordination/release-offline", container],
  ["/router/coordination/populate", { platform: "twitch", reset_errors: false }],
  [
    "/api/modules/register",
    {
      module_name: "m",
      module_version: "1",
      platform: "twitch",
      endpoint_url: "https://a.example/",
      health_check_url: "https://a.example/",
      config: { a: 1 },
    },
  ],
  ["/api/modules/heartbeat", { module_name: "m", status: "active" }],
  ["/api/context", { platform: "twitch", platform_user_id: "1", username: "u" }],
  ["/api/reputation", { user_id: "twitch:1", activity_type: "raid", points: 1, community_id: 2 }],
  ["/api/gateway/activate", { platform: "twitch", server_id: "1", channel_id: "2" }],
];
const queries: [path: string, good: Record<string, unknown>][] = [
  ["/router/coordination/stats", { platform: "twitch", container_id: "a" }],
  ["/router/coordination/entities", { ...container, status: "live", is_live: "true", limit: "5" }],
  ["/api/servers", { platform: "twitch", active: "true", limit: "5", after: "a" }],
];

async function ask(path: string, body?: string) {
  const headers = { "x-api-key": stack.secrets.serviceApiKey, "content-type": "application/json" };
  const started = Date.now();
  const response = await fetch(
    new URL(path, stack.url),
    body ? { method: "POST", headers, body } : { headers },
  );
  await response.text();
  return { status: response.status, ms: Date.now() - started };
}

const isAnswer = (status: number) => status < 500 && status !== 429;

test.each(routes)("nothing posted to %s breaks it", async (path, good) => {
  const property = fc.asyncProperty(hostileBodies(good), async (body) => {
    const { status, ms } = await ask(path, JSON.stringify(body));
    expect([isAnswer(status), ms < 1000], `${status} after ${ms} ms`).toEqual([true, true]);
  });
  await fc.assert(property, { numRuns: 60 });
});

test.each(queries)("no query of %s breaks it", async (path, good) => {
  const property = fc.asyncProperty(hostileBodies(good), async (query) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) search.set(name, String(value).slice(0, 2000));
    const { status } = await ask(`${path}?${search}`);
    expect(isAnswer(status), `${status}`).toBe(true);
  });
  await fc.assert(property, { numRuns: 60 });
});
