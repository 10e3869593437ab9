import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { loadChannelConfig } from "#durable-objects/channel/load-config";

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`INSERT INTO communities (id, slug, name) VALUES
    (1, 'waddlebot-global', 'WaddleBot Global'), (2, 'pond', 'Pond'), (3, 'lake', 'Lake')`);
  await database.db.execute(sql`INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES
    ('twitch:a', 2, 'twitch', 'a'), ('kick:b', 3, 'kick', 'b')`);
});
afterEach(async () => {
  await database?.close();
});

test("a channel knows the accounts its bot speaks as: the community's own and the platform-wide, of its platform", async () => {
  await database.db.execute(sql`
    INSERT INTO oauth_tokens (community_id, provider, role, account_id, access_token_enc, kid, status) VALUES
      (2, 'twitch', 'bot', '20', 'x', 'k', 'active'), (1, 'twitch', 'bot', '10', 'x', 'k', 'reauth_required'),
      (1, 'twitch', 'bot', '20', 'x', 'k', 'active'), (2, 'twitch', 'bot', '21', '', 'k', 'revoked'),
      (2, 'twitch', 'owner', 'a', 'x', 'k', 'active'), (3, 'twitch', 'bot', '30', 'x', 'k', 'active'),
      (2, 'kick', 'bot', '40', 'x', 'k', 'active')`);
  const known = async (entityId: string) => (await loadChannelConfig(database.db, entityId))?.ownAccounts;
  expect(await known("twitch:a")).toEqual(["10", "20"]);
  expect(await known("kick:b")).toEqual([]);
});
