import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { entityGroupInput } from "#contracts/label";
import { openCommunityDatabase } from "#db/client";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { applyLabels, removeLabels } from "#workers/api/labels/assignment-store";
import { expireLabels } from "#workers/api/labels/expire-labels";
import { createGroup, listMembers } from "#workers/api/labels/group-store";
import { holdersOf, linkedAccounts } from "#workers/api/labels/linked-accounts";
import { settleRoles } from "#workers/api/labels/settle-roles";
import { aLabel, aSender, by, on, seedCommunities } from "#workers/api/labels/testing";

let database: TestDatabase;
let label: number;
let groupId: number;
const here = { communityId: 50, by, mayGrantRoles: true };

beforeAll(async () => {
  database = await openTestDatabase();
  await seedCommunities(database.db);
  await database.db.batch([
    database.db.execute(sql`INSERT INTO hub_users (id, username, display_name) OVERRIDING SYSTEM VALUE
      VALUES (1, 'ann', 'Ann'), (2, 'eve', 'Eve')`),
    database.db.execute(sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username, visibility)
      VALUES (1, 'twitch', '41', 'ann', 'communities'), (1, 'discord', '42', 'ann', 'everyone'),
        (1, 'discord', '43', 'ann2', 'nobody'), (2, 'twitch', '51', 'eve', 'communities')`),
  ]);
  label = await aLabel(database.db, "regular");
  const group = {
    name: "R",
    entity_id: "discord:900",
    kind: "discord_role",
    role_id: "555",
    label_id: label,
  };
  const made = await createGroup(database.db, entityGroupInput.parse(group), here);
  if (typeof made === "string") throw new Error(made);
  groupId = made.id;
});
afterAll(() => database.close());
beforeEach(() => database.db.execute(sql`TRUNCATE entity_group_members, entity_labels`));

/** As the route does: whose accounts these are is asked across communities, the rest under the community's lock. */
async function apply(user: string, expires_at: string | null = null) {
  const linked = await linkedAccounts(database.db, 50, { holders: [user], labelIds: [label] });
  return applyLabels(own(), [on(user, label, { expires_at })], { ...here, linked }, Date.now());
}
const own = () =>
  openCommunityDatabase({ DATABASE_URL: database.url, DATABASE_HTTP_ENDPOINT: database.endpoint }, 50);
const remove = (user: string) =>
  removeLabels(own(), [{ entity_type: "user", entity_id: user, label_id: label }], here);
const members = async () => {
  const rows = await listMembers(own(), { groupId, after: "", limit: 10 });
  return rows.filter((row) => row.is_wanted).map((row) => row.user_key);
};
async function told(): Promise<unknown[]> {
  const sender = aSender();
  await settleRoles(database.db, sender);
  return sender.asked.map(({ action, params }) => [action, params["userId"]]);
}

describe("LBL-3 roles for a person's linked accounts", () => {
  test("LBL-3 a label on one account brings the role on the other, with one call, and takes it with one", async () => {
    expect(await apply("twitch:41")).toEqual(["done"]);
    expect(await told()).toEqual([["add_role", "42"]]);
    expect(await told()).toEqual([]);
    await remove("twitch:41");
    expect(await told()).toEqual([["remove_role", "42"]]);
    expect(await told()).toEqual([]);
  });

  test("LBL-3 while another account of theirs carries it the role stays, without a call", async () => {
    await apply("twitch:41");
    await apply("discord:42");
    expect(await told()).toEqual([["add_role", "42"]]);
    await remove("discord:42");
    expect([await members(), await told()]).toEqual([["discord:42"], []]);
    await remove("twitch:41");
    expect(await told()).toEqual([["remove_role", "42"]]);
  });

  test("LBL-4 a lapse on one account takes the role away on the other, once", async () => {
    await apply("twitch:41", new Date(Date.now() + 60_000).toISOString());
    await told();
    await expireLabels(own(), Date.now() + 61_000);
    await expireLabels(own(), Date.now() + 61_000);
    expect(await told()).toEqual([["remove_role", "42"]]);
  });

  test("an account its owner shows to nobody gets nothing by another, and brings nothing to others", async () => {
    await apply("twitch:41");
    expect(await members()).toEqual(["discord:42"]);
    await remove("twitch:41");
    await told();
    await apply("discord:43");
    expect(await members()).toEqual(["discord:43"]);
  });

  test("strangers' accounts, and labels that bring no role, bring nothing", async () => {
    expect(await linkedAccounts(database.db, 50, { holders: ["twitch:51"], labelIds: [label] })).toEqual([]);
    const plain = await aLabel(database.db, "plain");
    expect(await linkedAccounts(database.db, 50, { holders: ["twitch:41"], labelIds: [plain] })).toEqual([]);
  });

  test("who carries the label when the group is made gets it on the other account too", async () => {
    const early = await aLabel(database.db, "early");
    await applyLabels(own(), [on("twitch:41", early)], here, Date.now());
    const holders = await holdersOf(own(), 50, early);
    const linked = await linkedAccounts(database.db, 50, { holders });
    const input = {
      name: "E",
      entity_id: "discord:900",
      kind: "discord_role",
      role_id: "556",
      label_id: early,
    };
    const made = await createGroup(own(), entityGroupInput.parse(input), { ...here, linked });
    const id = typeof made === "string" ? 0 : made.id;
    const rows = await listMembers(own(), { groupId: id, after: "", limit: 10 });
    expect(rows).toMatchObject([{ user_key: "discord:42", reason: "auto_label", is_wanted: true }]);
  });
});
