import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import {
  claimReply,
  entitiesReply,
  holdingReply,
  releaseOfflineReply,
  statsReply,
} from "#contracts/coordination";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Stack, startStack } from "#test/e2e/stack";

let database: TestDatabase;
let stack: Stack;

const problem = z.object({ error: z.object({ details: z.array(z.object({ field: z.string() })) }) });
const canonical = "/api/v1/router/coordination";
const channels = Array.from({ length: 9 }, (_, index) => ({
  entityId: `twitch:${2001 + index}`,
  channelName: `channel-${index}`,
  viewers: [],
}));

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({ databaseUrl: database.url, databaseEndpoint: database.endpoint, channels });
});

afterAll(async () => {
  await stack?.close();
  await database?.close();
});

async function call(path: string, body?: object, base = canonical) {
  const key = { "x-api-key": stack.secrets.serviceApiKey };
  const response = await fetch(new URL(base + path, stack.url), {
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    headers: body ? { ...key, "content-type": "application/json" } : key,
  });
  return { status: response.status, body: await response.json() };
}

async function claim(container_id: string, facts: object = {}, base?: string) {
  const { body } = await call("/claim", { platform: "twitch", container_id, ...facts }, base);
  return claimReply.parse(body);
}

beforeEach(async () => {
  for (const container_id of ["a", "b", "c"]) await call("/release", { container_id });
  expect((await call("/populate", { platform: "twitch", reset_errors: true })).status).toBe(200);
});

describe("claims over REST", () => {
  test("CRD-1 ten servers, two claims of five at once, the third gets none and that is a success", async () => {
    const [first, second] = await Promise.all([claim("a"), claim("b", {}, "/router/coordination")]);
    const ids = [...first.claimed_entities, ...second.claimed_entities].map(({ entity_id }) => entity_id);
    expect([first.claimed_count, second.claimed_count, new Set(ids).size]).toEqual([5, 5, 10]);
    expect(await claim("c")).toEqual({
      success: true,
      error_message: null,
      claimed_entities: [],
      claimed_count: 0,
      container_id: "c",
      platform: "twitch",
    });
  });

  test("CRD-2 of the live ones the one with more viewers comes first", async () => {
    await claim("a", { max_claims: 10 });
    const tell = (entity_id: string, facts: object) =>
      call("/status", { container_id: "a", entity_id, ...facts });
    await tell("twitch:2001", { is_live: true, viewer_count: 10 });
    await tell("twitch:2002", { is_live: true, viewer_count: 500 });
    await tell("twitch:2003", { is_live: false });
    await call("/release", { container_id: "a" });
    const { claimed_entities } = await claim("b", { max_claims: 2 });
    expect(claimed_entities.map(({ entity_id }) => entity_id)).toEqual(["twitch:2002", "twitch:2001"]);
    expect(claimed_entities[0]).toMatchObject({ status: "live", is_live: true, viewer_count: 500 });
    await call("/status", { container_id: "b", entity_id: "twitch:2001", is_live: false });
    await call("/status", { container_id: "b", entity_id: "twitch:2002", is_live: false });
  });

  test("CRD-4 a check-in and a heartbeat tell what is held; only the check-in is remembered as one", async () => {
    const before = (await claim("a", { max_claims: 1 })).claimed_entities[0];
    const beat = await call("/heartbeat", { container_id: "a" });
    expect(holdingReply.parse(beat.body).claimed_entities[0]?.last_checkin).toBe(before?.last_checkin);
    const held = holdingReply.parse((await call("/checkin", { container_id: "a", platform: "twitch" })).body);
    expect(held.claimed_count).toBe(1);
    expect(Date.parse(held.claimed_entities[0]?.last_checkin ?? "")).toBeGreaterThan(
      Date.parse(before?.last_checkin ?? ""),
    );
    expect((await call("/checkin", { container_id: "b" })).body).toMatchObject({ claimed_count: 0 });
  });

  test("CRD-5 the third error takes it out, and stats show it", async () => {
    const entity_id = (await claim("a", { max_claims: 1 })).claimed_entities[0]?.entity_id;
    const fail = () => call("/error", { container_id: "a", entity_id, error_message: "gone" });
    await fail();
    await fail();
    expect((await fail()).body).toMatchObject({ entity: { status: "error", error_count: 3 } });
    await call("/release", { container_id: "a" });
    expect((await claim("b", { max_claims: 100 })).claimed_count).toBe(9);
    const stats = statsReply.parse((await call("/stats?platform=twitch&container_id=b")).body);
    expect(stats).toMatchObject({ total_entities: 10, error_entities: 1, available_entities: 0 });
    expect([stats.containers, stats.this_container]).toEqual([{ b: 9 }, 9]);
  });

  test("CRD-6 release-offline swaps the offline one for another", async () => {
    const [gone] = (await claim("a", { max_claims: 1 })).claimed_entities;
    await call("/status", { container_id: "a", entity_id: gone?.entity_id, is_live: false });
    const { body } = await call("/release-offline", { container_id: "a" });
    const swap = releaseOfflineReply.parse(body);
    expect(swap).toMatchObject({ released_entities: [gone?.entity_id], released_count: 1, claimed_count: 1 });
    expect(swap.claimed_entities[0]?.entity_id).not.toBe(gone?.entity_id);
  });

  test("an old fencing number, another's entity and an unknown one are refused in words", async () => {
    const [mine] = (await claim("a", { max_claims: 1 })).claimed_entities;
    const entity_id = mine?.entity_id ?? "";
    expect(await call("/status", { container_id: "b", entity_id, is_live: true })).toMatchObject({
      status: 409,
      body: { success: false, error_message: "This container does not hold that entity." },
    });
    await call("/release", { container_id: "a", entity_ids: [entity_id] });
    const [again] = (await claim("a", { max_claims: 1 })).claimed_entities;
    const fencing = mine?.fencing;
    const old = { container_id: "a", entity_id: again?.entity_id, fencing, is_live: true };
    expect(again?.fencing).toBeGreaterThan(fencing ?? 0);
    expect((await call("/status", old)).status).toBe(409);
    expect(
      (await call("/error", { container_id: "a", entity_id: "nowhere:1", error_message: "x" })).status,
    ).toBe(404);
  });
});

describe("around them", () => {
  test("populate copies active servers once; Discord and Slack as whole servers", async () => {
    expect((await call("/populate", { platform: "twitch" })).body).toMatchObject({
      added_count: 0,
      total_entities: 10,
    });
    await call("/populate", { platform: "discord" });
    const { body } = await call("/entities?platform=discord");
    expect(entitiesReply.parse(body).entities).toMatchObject([
      { entity_id: "discord:720000000000000001", channel_id: null },
    ]);
  });

  test("entities are filtered; without a platform all are asked", async () => {
    await claim("a", { max_claims: 2 });
    await call("/populate", { platform: "slack" });
    const count = async (query: string) =>
      entitiesReply.parse((await call(`/entities${query}`)).body).total_count;
    expect(await count("?platform=twitch&claimed_by=a")).toBe(2);
    expect(await count("?platform=twitch&limit=3")).toBe(3);
    expect(await count("")).toBeGreaterThanOrEqual(11);
  });

  test("CRD-1 bad requests are named, whoever has no key learns nothing", async () => {
    const fields = async (body: object) =>
      problem.parse((await call("/claim", body)).body).error.details.map(({ field }) => field);
    expect(await fields({})).toEqual(["platform", "container_id"]);
    expect(await fields({ platform: "twitch", container_id: "a", force: 1 })).toEqual(["force"]);
    expect(await fields({ platform: "nowhere", container_id: "a" })).toEqual(["platform"]);
    expect((await call("/entities?limit=5000")).status).toBe(400);
    for (const base of [canonical, "/router/coordination"]) {
      const response = await fetch(new URL(`${base}/claim`, stack.url), { method: "POST", body: "{}" });
      expect(response.status).toBe(401);
    }
  });
});
