import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EntityGroupInput, entityGroupInput } from "#contracts/label";
import { refuse } from "#contracts/outcome";
import { detachChannel } from "#db/communities/channel-store";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { applyLabels, removeLabels } from "#workers/api/labels/assignment-store";
import { expireLabels } from "#workers/api/labels/expire-labels";
import {
  assignMember,
  createGroup,
  findGroup,
  type GroupRow,
  listMembers,
  removeGroup,
  unassignMember,
} from "#workers/api/labels/group-store";
import { settleRoles } from "#workers/api/labels/settle-roles";
import { aLabel, aSender, by, on, seedCommunities } from "#workers/api/labels/testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await seedCommunities(database.db);
});
afterAll(async () => database.close());
beforeEach(() => database.db.execute(sql`TRUNCATE entity_group_members, entity_labels`));

const here = { communityId: 50, by, mayGrantRoles: true };
const apply = (given: ReturnType<typeof on>, change = here) =>
  applyLabels(database.db, [given], change, Date.now());
const remove = (user: string, label: number, change = here) =>
  removeLabels(database.db, [{ entity_type: "user", entity_id: user, label_id: label }], change);

let made = 0;
async function aGroup(facts: Partial<EntityGroupInput> = {}): Promise<{ group: GroupRow; label: number }> {
  const label = await aLabel(database.db, `role ${++made}`);
  const input = {
    name: "R",
    entity_id: "discord:900",
    kind: "discord_role",
    role_id: "555",
    label_id: label,
  };
  const group = await createGroup(database.db, entityGroupInput.parse({ ...input, ...facts }), here);
  if (typeof group === "string") throw new Error(group);
  return { group, label };
}
const membersOf = (group: GroupRow) => listMembers(database.db, { groupId: group.id, after: "", limit: 10 });
/** Puts the clock of every waiting wish back. */
const due = () =>
  database.db.execute(sql`UPDATE entity_group_members SET next_try_at = now() - interval '1 minute'`);

describe("LBL-3 labels bring roles", () => {
  test("LBL-3 a label mapped to a Discord role: one call queued and made once, membership auto_label", async () => {
    const { group, label } = await aGroup();
    const sender = aSender();
    expect(await apply(on("discord:42", label))).toEqual(["done"]);
    expect(await membersOf(group)).toMatchObject([
      { user_key: "discord:42", reason: "auto_label", is_settled: false },
    ]);
    const runs = await Promise.all([settleRoles(database.db, sender), settleRoles(database.db, sender)]);
    expect(runs[0].told + runs[1].told).toBe(1);
    await due();
    await settleRoles(database.db, sender);
    expect(sender.asked).toMatchObject([
      {
        communityId: 50,
        entityId: "discord:900",
        action: "add_role",
        params: { userId: "42", roleId: "555" },
      },
    ]);
    expect(await membersOf(group)).toMatchObject([{ reason: "auto_label", is_settled: true, problem: null }]);
  });

  test.each(["taken off", "expired", "label deleted", "group deleted"])(
    "LBL-3 LBL-4 once the label is %s the role goes, with one call, and so does the membership",
    async (how) => {
      const { group, label } = await aGroup();
      await apply(on("discord:42", label, { expires_at: new Date(Date.now() + 60_000).toISOString() }));
      await settleRoles(database.db, aSender());
      if (how === "taken off") await remove("discord:42", label);
      if (how === "expired") await expireLabels(database.db, Date.now() + 60_001);
      if (how === "label deleted") {
        await database.db.execute(sql`UPDATE labels SET is_active = false WHERE id = ${label}`);
        await expireLabels(database.db, Date.now());
      }
      if (how === "group deleted") {
        expect(await removeGroup(database.db, group.id, here)).toMatchObject({ id: group.id });
        expect(await findGroup(database.db, group.id, 50)).toBeUndefined();
      }
      const sender = aSender();
      await settleRoles(database.db, sender);
      await settleRoles(database.db, sender);
      expect(sender.asked.map(({ action, params }) => [action, params])).toEqual([
        ["remove_role", { userId: "42", roleId: "555" }],
      ]);
      expect(await membersOf(group)).toEqual([]);
    },
  );

  test("LBL-3 Twitch's moderators and VIPs; people of another platform are not told of", async () => {
    const place = { entity_id: "twitch:77", role_id: null };
    const mods = await aGroup({ ...place, kind: "twitch_mod" });
    const vips = await aGroup({ ...place, kind: "twitch_vip" });
    await apply(on("twitch:8", mods.label));
    await apply(on("twitch:8", vips.label));
    await apply(on("discord:8", vips.label));
    const sender = aSender();
    await settleRoles(database.db, sender);
    expect(sender.asked.map(({ action, params }) => [action, params]).sort()).toEqual([
      ["mod_add", { userId: "8" }],
      ["vip_add", { userId: "8" }],
    ]);
  });

  test("LBL-3 a Slack user group is changed in one call, whoever comes and goes", async () => {
    const place = { entity_id: "slack:T1:C1", kind: "slack_user_group", role_id: "S0REGULARS" } as const;
    const { group, label } = await aGroup(place);
    for (const id of ["U1", "U2", "U3"]) await apply(on(`slack:${id}`, label));
    const first = aSender();
    await settleRoles(database.db, first);
    expect(first.asked.map(({ action, params }) => [action, params])).toEqual([
      [
        "change_user_group",
        { groupId: "S0REGULARS", add: expect.arrayContaining(["U1", "U2", "U3"]), remove: [] },
      ],
    ]);
    await remove("slack:U2", label);
    await apply(on("slack:U4", label));
    const spoilt = aSender([refuse("not_found", { message: "There is no such person in this workspace." })]);
    await settleRoles(database.db, spoilt);
    await settleRoles(database.db, spoilt);
    const [together, ...alone] = spoilt.asked.map(({ params }) => [params["add"], params["remove"]]);
    expect(together).toEqual([["U4"], ["U2"]]);
    expect(alone).toHaveLength(2);
    expect(alone).toEqual(
      expect.arrayContaining([
        [["U4"], []],
        [[], ["U2"]],
      ]),
    );
    expect((await membersOf(group)).map(({ user_key }) => user_key).sort()).toEqual([
      "slack:U1",
      "slack:U3",
      "slack:U4",
    ]);
  });

  test("LBL-3 whoever carries the label when the group is made becomes a member too", async () => {
    const label = await aLabel(database.db, "earlier");
    await apply(on("discord:1", label));
    const { group } = await aGroup({ label_id: label });
    expect(await membersOf(group)).toMatchObject([{ user_key: "discord:1", reason: "auto_label" }]);
  });

  test("LBL-3 a channel that is let go keeps the roles it has; what was not told yet never is, nor what comes later", async () => {
    const { db } = database;
    await db.execute(
      sql`INSERT INTO communities (id, slug, name) VALUES (1, 'waddlebot-global', 'All') ON CONFLICT DO NOTHING`,
    );
    await db.execute(
      sql`INSERT INTO servers (entity_id, community_id, platform, server_id) VALUES ('discord:902', 50, 'discord', '902')`,
    );
    const { group, label } = await aGroup({ entity_id: "discord:902" });
    await apply(on("discord:1", label));
    const before = aSender();
    await settleRoles(db, before);
    await apply(on("discord:2", label));
    expect(await detachChannel(db, "discord:902", here)).toBeDefined();
    const sender = aSender();
    await settleRoles(db, sender);
    await remove("discord:1", label);
    await settleRoles(db, sender);
    expect(before.asked.map(({ action }) => action)).toEqual(["add_role"]);
    expect(sender.asked).toEqual([]);
    expect(await membersOf(group)).toEqual([]);
  });

  test("a platform that is away is asked again later, one that says no is not, and it is told why", async () => {
    const { group, label } = await aGroup();
    await apply(on("discord:1", label));
    const sender = aSender([refuse("rate_limited"), refuse("forbidden", { message: "Missing Permissions" })]);
    expect(await settleRoles(database.db, sender)).toEqual({ told: 0, failed: 1 });
    await settleRoles(database.db, sender);
    expect(sender.asked).toHaveLength(1);
    await due();
    await settleRoles(database.db, sender);
    await due();
    await settleRoles(database.db, sender);
    expect(sender.asked).toHaveLength(2);
    expect(new Set(sender.asked.map(({ id }) => id)).size).toBe(1);
    expect(await membersOf(group)).toMatchObject([{ is_settled: true, problem: "Missing Permissions" }]);
  });

  test("a wish that turns while it is told is told again, the other way", async () => {
    const { group, label } = await aGroup();
    await apply(on("discord:1", label));
    const sender = aSender();
    const slow = {
      act: async (request: Parameters<typeof sender.act>[0]) => {
        if (request.action === "add_role") await remove("discord:1", label);
        return sender.act(request);
      },
    };
    await settleRoles(database.db, slow);
    expect(sender.asked.map(({ action }) => action)).toEqual(["add_role", "remove_role"]);
    expect(await membersOf(group)).toEqual([]);
  });
});

describe("members by hand", () => {
  test("stay when a label goes, and leave when their time or somebody says so", async () => {
    const { group, label } = await aGroup();
    const soon = new Date(Date.now() + 60_000).toISOString();
    const by50 = { userKey: "discord:5", expiresAt: soon, by };
    expect(await assignMember(database.db, group, by50)).toMatchObject({ reason: "manual" });
    expect(await assignMember(database.db, group, by50)).toBeUndefined();
    await apply(on("discord:5", label));
    await remove("discord:5", label);
    expect(await membersOf(group)).toMatchObject([{ reason: "manual", is_wanted: true }]);
    expect(await expireLabels(database.db, Date.now() + 60_001)).toEqual({ labels: 0, members: 1 });
    expect(await membersOf(group)).toMatchObject([{ is_wanted: false }]);
    expect(await unassignMember(database.db, group, { userKey: "discord:5", by })).toBeUndefined();
  });
});

describe("who may", () => {
  test("threat 4: a label that brings a role is given and taken only by who may give roles", async () => {
    const { group, label } = await aGroup();
    const moderator = { ...here, mayGrantRoles: false };
    expect(await apply(on("discord:6", label), moderator)).toEqual(["forbidden"]);
    expect(await membersOf(group)).toEqual([]);
    await apply(on("discord:6", label));
    expect(await remove("discord:6", label, moderator)).toEqual(["forbidden"]);
    const { rows } = await database.db.execute(sql`SELECT 1 FROM entity_labels`);
    expect(rows).toHaveLength(1);
  });

  test("threat 4: no group in another community's channel, on its label, and none of its is found", async () => {
    const foreign = await aLabel(database.db, "foreign", { communityId: 51 });
    await expect(aGroup({ entity_id: "discord:901" })).rejects.toThrow("no channel");
    await expect(aGroup({ label_id: foreign })).rejects.toThrow("no label");
    const { group } = await aGroup();
    expect(await findGroup(database.db, group.id, 51)).toBeUndefined();
    expect(await removeGroup(database.db, group.id, { communityId: 51, by })).toBeUndefined();
  });
});
