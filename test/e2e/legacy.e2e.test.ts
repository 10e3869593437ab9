import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { servers } from "#db/schema/core";
import { hubUsers, platformIdentities } from "#db/schema/identity";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoIds } from "#simulators/demo";
import { type Stack, startStack } from "#test/e2e/stack";

const problem = z.object({
  error: z.object({
    message: z.string(),
    timestamp: z.string(),
    details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  }),
});

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

async function call(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const key = { "x-api-key": stack.secrets.serviceApiKey, ...headers };
  const response = await fetch(new URL(`/api${path}`, stack.url), {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    headers: body === undefined ? key : { ...key, "content-type": "application/json" },
  });
  return { status: response.status, body: await response.json() };
}

const aModule = (facts: object = {}) => ({
  module_name: "twitch-collector",
  module_version: "1.0.0",
  platform: "twitch",
  endpoint_url: "https://collector.example/events",
  health_check_url: "https://collector.example/health",
  ...facts,
});

/** The names of the refused fields. */
async function refusedFields(path: string, body: unknown): Promise<string[]> {
  const answer = await call(path, body);
  expect(answer.status).toBe(400);
  return (problem.parse(answer.body).error.details ?? []).map(({ field }) => field);
}

describe("collectors", () => {
  test("LEG-1 registering again is how a collector says its new version", async () => {
    expect((await call("/modules/register", aModule())).status).toBe(200);
    const again = await call(
      "/modules/register",
      aModule({ module_version: "1.0.1", config: { shards: 2 } }),
    );
    expect(again.body).toEqual({
      success: true,
      module_name: "twitch-collector",
      module_version: "1.0.1",
      platform: "twitch",
      status: "active",
      last_heartbeat: null,
    });
    const beat = await call("/modules/heartbeat", { module_name: "twitch-collector", status: "degraded" });
    expect(beat.body).toMatchObject({ status: "degraded", last_heartbeat: expect.stringMatching(/^20/) });
  });

  test("LEG-2 a heartbeat of an unregistered module is a 404", async () => {
    expect(await call("/modules/heartbeat", { module_name: "nobody", status: "active" })).toMatchObject({
      status: 404,
      body: { success: false, error: { code: "ERROR_404" } },
    });
  });

  test("LEG-1 what cannot be right is refused by name", async () => {
    expect(await refusedFields("/modules/register", {})).toEqual([
      "module_name",
      "module_version",
      "platform",
      "endpoint_url",
      "health_check_url",
    ]);
    expect(
      await refusedFields(
        "/modules/register",
        aModule({ endpoint_url: "ftp://x", health_check_url: "https://me:pw@x.example/", extra: 1 }),
      ),
    ).toEqual(["endpoint_url", "health_check_url", "extra"]);
    expect(await refusedFields("/modules/register", aModule({ module_version: "1\u0007" }))).toEqual([
      "module_version",
    ]);
    expect(await refusedFields("/modules/register", aModule({ config: { a: "x".repeat(9000) } }))).toEqual([
      "config",
    ]);
  });
});

test("LEG-3 only active servers of the platform are listed", async () => {
  await database.db
    .insert(servers)
    .values({ entityId: "twitch:off", communityId: 2, platform: "twitch", serverId: "off", isActive: false });
  const { body } = await call("/servers?platform=twitch&active=true");
  expect(body).toMatchObject({
    success: true,
    count: 1,
    servers: [
      {
        id: `twitch:${demoIds.twitchBroadcasterId}`,
        platform: "twitch",
        server_id: demoIds.twitchBroadcasterId,
        is_active: true,
        owner: "system",
      },
    ],
  });
  expect((await call("/servers?platform=twitch")).body).toMatchObject({ count: 2 });
  expect((await call("/servers?platform=matrix")).body).toEqual({ success: true, servers: [], count: 0 });
  expect((await call("/servers?active=maybe")).status).toBe(400);
});

test("LEG-4 a linked Twitch id gives the hub user's id and names, an unknown one is a 404", async () => {
  const [user] = await database.db
    .insert(hubUsers)
    .values({ username: "pia", displayName: "Pia Pinguin" })
    .returning();
  await database.db.insert(platformIdentities).values({
    hubUserId: user?.id ?? 0,
    platform: "twitch",
    platformUserId: "4711",
    platformUsername: "pia_plays",
  });
  const linked = await call("/context", {
    platform: "twitch",
    platform_user_id: "4711",
    username: "renamed",
  });
  expect(linked).toEqual({
    status: 200,
    body: {
      success: true,
      user_id: user?.id,
      username: "pia",
      display_name: "Pia Pinguin",
      identities: [{ platform: "twitch", platform_user_id: "4711", platform_username: "pia_plays" }],
    },
  });
  expect((await call("/context", { identity_name: "pia" })).body).toEqual(linked.body);
  // The name of somebody's account is nobody's proof.
  const byOldName = { platform: "twitch", platform_user_id: "1", username: "pia_plays" };
  expect((await call("/context", byOldName)).status).toBe(404);
  expect((await call("/context", { platform: "twitch" })).status).toBe(400);
});

test("reputation counts a key once, for an account or a hub user", async () => {
  const event = { user_id: "twitch:4711", activity_type: "raid", points: 10, community_id: 2 };
  const once = { "idempotency-key": "raid-1" };
  expect((await call("/reputation", event, once)).body).toMatchObject({ points: "10", counted: true });
  expect((await call("/reputation", event, once)).body).toMatchObject({ points: "10", counted: false });
  const [user] = await database.db.select().from(hubUsers).where(eq(hubUsers.username, "pia"));
  expect((await call("/reputation", { ...event, user_id: user?.id })).body).toMatchObject({
    user_id: "twitch:4711",
    points: "20",
  });
  expect((await call("/reputation", { ...event, community_id: 77 })).status).toBe(404);
  expect((await call("/reputation", { ...event, user_id: 999 })).status).toBe(404);
  expect(await refusedFields("/reputation", { ...event, points: 1e9 })).toEqual(["points"]);
});

test("gateway/activate switches a known channel on, once", async () => {
  const channel = { platform: "twitch", server_id: "off" };
  expect((await call("/gateway/activate", channel)).body).toEqual({
    success: true,
    entity_id: "twitch:off",
    is_active: true,
    changed: true,
  });
  expect((await call("/gateway/activate", channel)).body).toMatchObject({ changed: false });
  expect((await call("/gateway/activate", { platform: "twitch", server_id: "none" })).status).toBe(404);
});

test("events are the router's own intake under another path", async () => {
  const event = { platform: "twitch", server_id: demoIds.twitchBroadcasterId, message_type: "bogus" };
  const there = await call("/v1/router/events", event);
  const here = await call("/events", event);
  expect(here.status).toBe(there.status);
  const [said, wanted] = [here, there].map(({ body }) => problem.parse(body).error);
  expect({ ...said, timestamp: "" }).toEqual({ ...wanted, timestamp: "" });
});

test("without a key nothing of it answers", async () => {
  const paths = [
    "modules/register",
    "modules/heartbeat",
    "context",
    "reputation",
    "events",
    "gateway/activate",
  ];
  for (const path of paths) {
    const response = await fetch(new URL(`/api/${path}`, stack.url), { method: "POST", body: "{}" });
    expect([path, response.status]).toEqual([path, 401]);
  }
  expect((await fetch(new URL("/api/servers", stack.url))).status).toBe(401);
});
