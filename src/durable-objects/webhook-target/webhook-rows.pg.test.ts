import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { loadChannelConfig } from "#durable-objects/channel/load-config";
import { disableWebhook, loadWebhook } from "#durable-objects/webhook-target/webhook-rows";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await db.execute(sql`INSERT INTO communities (id, slug, name) VALUES (7, 'c', 'C')`);
  await db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES ('twitch:1', 7, 'twitch', '1')`);
  await db.execute(sql`
    INSERT INTO outgoing_webhooks (community_id, url, event_types, verified_at, created_by) VALUES
      (7, 'https://one.example/canary', '{follow}', now(), 'test'), (7, 'https://two.example/', '{raid}', NULL, 'test')`);
  await db.execute(sql`
    INSERT INTO timers (community_id, entity_id, interval_seconds, action, payload, role, since, created_by, is_enabled) VALUES
      (7, 'twitch:1', 60, 'message', 'on', 'moderator', '2026-06-01T12:00:00.5Z', 'test', true),
      (7, 'twitch:1', 60, 'message', 'off', 'moderator', now(), 'test', false)`);
});
afterAll(() => database?.close());

test("CRN-4 PSH-4 a channel's snapshot has its timers that are on and the webhooks that are verified", async () => {
  expect(await loadChannelConfig(database.db, "twitch:1")).toMatchObject({
    timers: [
      {
        id: 1,
        payload: "on",
        cron: null,
        intervalSeconds: 60,
        timezone: "UTC",
        since: Date.parse("2026-06-01T12:00:00.5Z"),
        makers: [],
      },
    ],
    webhooks: [{ id: 1, eventTypes: ["follow"] }],
  });
});

test("an address's object knows whether anything may be sent, and of a row that is gone that it is", async () => {
  expect(await loadWebhook(database.db, 1)).toEqual({
    id: 1,
    communityId: 7,
    url: "https://one.example/canary",
    isEnabled: true,
    keyNumber: 1,
    previousKeyUntil: null,
  });
  expect(await loadWebhook(database.db, 2)).toMatchObject({ isEnabled: false });
  expect(await loadWebhook(database.db, 99)).toBeNull();
});

test("PSH-3 switching off raises the version, says why and is noted once, without the address", async () => {
  const before = await loadChannelConfig(database.db, "twitch:1");
  const told = await disableWebhook(database.db, 1, "every call failed for 3 days");
  expect(told).toEqual({ version: (before?.version ?? 0) + 1, entityIds: ["twitch:1"] });
  expect(await disableWebhook(database.db, 1, "again")).toBeUndefined();
  expect(await loadChannelConfig(database.db, "twitch:1")).toMatchObject({
    version: told?.version,
    webhooks: [],
  });
  const { rows } = await database.db.execute(sql`SELECT actor, action, community_id, after FROM audit_log`);
  expect(rows).toMatchObject([{ actor: "system", action: "webhook.disable", community_id: 7 }]);
  expect(JSON.stringify(rows)).toContain("every call failed");
  expect(JSON.stringify(rows)).not.toContain("canary");
});
