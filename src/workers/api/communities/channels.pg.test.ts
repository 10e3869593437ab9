import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attachChannel, detachChannel, listChannels, mayBring } from "#db/communities/channel-store";
import { globalCommunityId } from "#db/rbac";
import type { TestDatabase } from "#db/testing";
import { loadChannelConfig } from "#durable-objects/channel/load-config";
import { aCommunity, audited, by, openCommunities } from "#workers/api/communities/testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await openCommunities();
});
afterAll(async () => database?.close());

describe("threat 4 channels", () => {
  const attach = (communityId: number, server: string) =>
    attachChannel(database.db, { platform: "twitch", server }, { communityId, by });

  test("one channel is in one community, whoever of eight takes it first", async () => {
    const ponds = [];
    for (let n = 0; n < 8; n++) ponds.push((await aCommunity(database.db)).id);
    const outcomes = await Promise.all(ponds.map((id) => attach(id, "wanted")));
    expect(outcomes.filter((one) => one === "taken")).toHaveLength(7);
    const winner = ponds[outcomes.findIndex((one) => typeof one !== "string")] ?? 0;
    expect(await attach(winner, "wanted")).toBe("already");
    const loser = ponds.find((id) => id !== winner) ?? 0;
    expect(await detachChannel(database.db, "twitch:wanted", { communityId: loser, by })).toBeUndefined();
    expect(await listChannels(database.db, { communityId: winner, after: "", limit: 9 })).toMatchObject([
      { entity_id: "twitch:wanted", platform: "twitch", server_id: "wanted", is_active: true },
    ]);
  });

  test("what a community gave on a channel ends with it, and each move is newer than what the channel holds", async () => {
    const [first, second] = [(await aCommunity(database.db)).id, (await aCommunity(database.db)).id];
    await attach(first, "moves");
    await database.db.execute(sql`UPDATE communities SET config_version = 500 WHERE id = ${first}`);
    await database.db.execute(sql`
      INSERT INTO entity_roles (entity_id, user_key, role, assigned_by) VALUES ('twitch:moves', 'twitch:eve', 'owner', 'x')`);
    await database.db.execute(sql`
      INSERT INTO timers (community_id, entity_id, interval_seconds, action, payload, role, created_by)
      VALUES (${first}, 'twitch:moves', 60, 'message', 'x', 'member', 'x')`);
    const let_go = await detachChannel(database.db, "twitch:moves", { communityId: first, by });
    expect(let_go?.entityIds).toContain("twitch:moves");
    const free = await loadChannelConfig(database.db, "twitch:moves");
    expect(free).toMatchObject({ isActive: false, roles: {}, community: { id: globalCommunityId } });
    expect(free?.version).toBeGreaterThan(500);
    expect(await attach(second, "moves")).toMatchObject({ row: { is_active: true } });
    const moved = await loadChannelConfig(database.db, "twitch:moves");
    expect(moved).toMatchObject({ isActive: true, roles: {}, timers: [], community: { id: second } });
    expect(moved?.version).toBeGreaterThan(free?.version ?? 0);
    expect(await audited(database.db, first)).toEqual([
      "community.create",
      "channel.attach",
      "channel.detach",
    ]);
  });

  test("a person brings the channel their account is, and no other", async () => {
    const { id } = await aCommunity(database.db);
    const bring = (server: string, facts: { channel?: string; platform?: string } = {}) =>
      mayBring(
        database.db,
        { platform: "twitch", server, ...facts },
        { accounts: ["twitch:77", "discord:8"], communityId: id },
      );
    expect(await bring("77")).toBe(true);
    expect(await bring("78")).toBe(false);
    expect(await bring("77", { platform: "kick" })).toBe(false);
    expect(await bring("77", { channel: "general" })).toBe(false);
    await database.db.execute(sql`
      INSERT INTO entity_roles (entity_id, user_key, role, assigned_by) VALUES
        ('discord:9:general', 'discord:8', 'admin', 'x'), ('discord:9:other', 'discord:8', 'moderator', 'x')`);
    expect(await bring("9", { platform: "discord", channel: "general" })).toBe(true);
    expect(await bring("9", { platform: "discord", channel: "other" })).toBe(false);
  });
});
