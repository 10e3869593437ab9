import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { retrySubscriptionsOf } from "#workers/api/twitch/subscription-store";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(
    sql`INSERT INTO communities (id, slug, name) VALUES (2, 'pond', 'Pond'), (3, 'lake', 'Lake')`,
  );
  await database.db.execute(sql`INSERT INTO servers (entity_id, community_id, platform, server_id, is_active) VALUES
    ('twitch:a', 2, 'twitch', 'a', true), ('twitch:b', 3, 'twitch', 'b', true), ('twitch:off', 3, 'twitch', 'off', false)`);
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.db.execute(sql`DELETE FROM twitch_subscriptions`);
  for (const channel of ["a", "b", "off"])
    await database.db.execute(sql`
      INSERT INTO twitch_subscriptions (type, version, broadcaster_user_id, status, attempts, next_try_at) VALUES
        ('channel.follow', '2', ${channel}, 'authorization_missing', 4, now() + interval '1 day'),
        ('stream.online', '1', ${channel}, 'enabled', 0, now() + interval '1 day')`);
});

async function due() {
  const { rows } = await database.db.execute(sql`
    SELECT broadcaster_user_id || ' ' || type AS key FROM twitch_subscriptions
    WHERE next_try_at <= now() AND attempts = 0 ORDER BY 1`);
  return rows.map(({ key }) => key);
}

test("TWI-5 a community's consent lets its own channels' subscriptions be asked for again, and no other's", async () => {
  expect(await retrySubscriptionsOf(database.db, 2)).toBe(1);
  expect(await due()).toEqual(["a channel.follow"]);
});

test("TWI-5 the consent of the bot of all communities does so for every active channel", async () => {
  expect(await retrySubscriptionsOf(database.db, "everywhere")).toBe(2);
  expect(await due()).toEqual(["a channel.follow", "b channel.follow"]);
});
