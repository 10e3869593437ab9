import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { communitiesPerOwner } from "#contracts/community";
import { attachChannel } from "#db/communities/channel-store";
import {
  deleteCommunity,
  findCommunity,
  listCommunities,
  updateCommunity,
} from "#db/communities/community-store";
import { addMember, findSeat, listMembers } from "#db/communities/member-store";
import { globalCommunityId } from "#db/rbac";
import { assignRoles } from "#db/rbac-changes";
import type { TestDatabase } from "#db/testing";
import { loadChannelConfig } from "#durable-objects/channel/load-config";
import { acceptInvitation, createInvitation } from "#workers/api/communities/invitation-store";
import {
  aCommunity,
  audited,
  by,
  fieldsOf,
  hour,
  make,
  now,
  openCommunities,
} from "#workers/api/communities/testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await openCommunities();
});
afterAll(async () => database?.close());

describe("COM-1 who makes a community owns it", () => {
  test("COM-1 the maker is its owner and member, and a member of the global one, with one audit row", async () => {
    const made = await aCommunity(database.db, { type: "gaming", owner: "twitch:ann" });
    expect(made).toMatchObject({ type: "gaming", join_mode: "open", version: 1, description: "" });
    const people = await listMembers(database.db, { communityId: made.id, after: "", limit: 10 });
    expect(people).toMatchObject([{ user_key: "twitch:ann", role: "owner" }]);
    const everybody = await findSeat(database.db, globalCommunityId, "twitch:ann");
    expect(everybody).toMatchObject({ is_member: true, role: null });
    expect(await audited(database.db, made.id)).toEqual(["community.create"]);
  });

  test("COM-1 nobody owns more than ten, not even with twelve at the same moment", async () => {
    const tries = Array.from({ length: communitiesPerOwner + 2 }, (_, n) =>
      make(database.db, `Hoard ${"abcdefghijklmn"[n]}`, `hoard-${"abcdefghijklmn"[n]}`, {
        owner: "twitch:hoarder",
      }),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((one) => one === "full")).toHaveLength(2);
  });
});

describe("COM-6 create, change, delete", () => {
  test("COM-6 a name that is there, or looks as if, is refused; so is a slug", async () => {
    expect(await make(database.db, "Duck Lake", "duck-lake")).toMatchObject({ slug: "duck-lake" });
    expect(await make(database.db, "duck lake", "duck-lake-2")).toBe("name");
    expect(await make(database.db, "Du\u0441k L\u0430ke", "duck-lake-3")).toBe("name");
    expect(await make(database.db, "Another Lake", "duck-lake")).toBe("slug");
    const twins = await Promise.all([
      make(database.db, "Twin Lake", "twin-a"),
      make(database.db, "TWIN LAKE", "twin-b"),
    ]);
    expect(twins.filter((one) => one === "name")).toHaveLength(1);
  });

  test("COM-6 a change raises the version once; one made of an older version changes nothing", async () => {
    const { id, name } = await aCommunity(database.db);
    const to = { by, version: 1 };
    const dressed = fieldsOf(name, { theme: { logo_url: null, colors: { primary: "#00ff00" } } });
    const done = await updateCommunity(database.db, id, dressed, to);
    expect(done).toMatchObject({ row: { version: 2, theme: { colors: { primary: "#00ff00" } } } });
    expect(await updateCommunity(database.db, id, fieldsOf("Renamed"), to)).toBe("stale");
    expect(await findCommunity(database.db, id)).toMatchObject({ name, version: 2 });
    expect(await audited(database.db, id)).toEqual(["community.create", "community.update"]);
  });

  test("COM-6 a new name reaches the channels' snapshot, a new theme does not disturb it", async () => {
    const { id } = await aCommunity(database.db);
    const parts = { platform: "twitch", server: `s${id}` };
    await attachChannel(database.db, parts, { communityId: id, by });
    const before = await loadChannelConfig(database.db, `twitch:s${id}`);
    const renamed = await updateCommunity(database.db, id, fieldsOf("New Name"), { by, version: 1 });
    expect(renamed).toMatchObject({ told: { entityIds: [`twitch:s${id}`] } });
    const after = await loadChannelConfig(database.db, `twitch:s${id}`);
    expect(after?.community.name).toBe("New Name");
    expect(after?.version).toBe((before?.version ?? 0) + 1);
    const same = await updateCommunity(database.db, id, fieldsOf("New Name", { description: "x" }), {
      by,
      version: 2,
    });
    expect(same).toMatchObject({ told: { entityIds: [], version: after?.version } });
  });

  test("COM-6 a deleted one is hidden; its name is free, its slug is not, its channels are nobody's", async () => {
    const made = await make(database.db, "Old Pond", "old-pond", { owner: "twitch:old" });
    if (typeof made === "string") throw new Error(made);
    const change = { communityId: made.id, by };
    await attachChannel(database.db, { platform: "twitch", server: "old" }, change);
    const invitation = { codeHash: "hash-of-old", maxUses: 5, expiresAt: now + hour };
    await createInvitation(database.db, invitation, { ...change, now });
    expect(await deleteCommunity(database.db, made.id, { by, version: 7 })).toBe("stale");
    const told = await deleteCommunity(database.db, made.id, { by, version: 1 });
    expect(told).toMatchObject({ entityIds: ["twitch:old"] });
    expect(await findCommunity(database.db, made.id)).toBeUndefined();
    const seen = { accounts: ["twitch:old"], only: null, after: 0, limit: 10 };
    expect(await listCommunities(database.db, seen)).toMatchObject([{ id: globalCommunityId }]);
    expect(await loadChannelConfig(database.db, "twitch:old")).toMatchObject({
      isActive: false,
      community: { id: globalCommunityId },
    });
    const late = { codeHash: "hash-of-old", userKey: "twitch:late" };
    expect(await acceptInvitation(database.db, late, { by, now })).toBe("invalid");
    expect(await deleteCommunity(database.db, made.id, { by, version: undefined })).toBe("stale");
    expect(
      (await audited(database.db, made.id)).filter((action) => action === "community.delete"),
    ).toHaveLength(1);
    expect(await make(database.db, "Old Pond", "old-pond")).toBe("slug");
    expect(await make(database.db, "Old Pond", "old-pond-2")).toMatchObject({ name: "Old Pond" });
  });

  test("COM-2 the global community cannot be deleted, whoever asks", async () => {
    await expect(deleteCommunity(database.db, globalCommunityId, { by, version: undefined })).rejects.toThrow(
      "global",
    );
    expect(await findCommunity(database.db, globalCommunityId)).toBeDefined();
  });
});

describe("members", () => {
  test("COM-3 pages and searches over members, whoever holds a role among them", async () => {
    const { id } = await aCommunity(database.db, { owner: "discord:1" });
    for (const key of ["twitch:a", "twitch:b", "twitch:c"])
      expect(await addMember(database.db, { communityId: id, userKey: key, by })).toBe(true);
    expect(await addMember(database.db, { communityId: id, userKey: "twitch:a", by })).toBe(false);
    const seen = { id, version: (await findSeat(database.db, id, "x"))?.config_version ?? 0 };
    const change = { userKey: "twitch:z", communityId: id, entityId: null, role: "moderator" as const };
    await assignRoles(database.db, { changes: [change], seen: [seen] }, by);
    await database.db.execute(sql`
      INSERT INTO community_activity (community_id, user_key, user_name) VALUES (${id}, 'twitch:b', 'Bob_50%')`);
    const list = async (facts: object = {}) =>
      (await listMembers(database.db, { communityId: id, after: "", limit: 100, ...facts })).map(
        ({ user_key }) => user_key,
      );
    expect(await list()).toEqual(["discord:1", "twitch:a", "twitch:b", "twitch:c", "twitch:z"]);
    expect(await list({ limit: 2 })).toEqual(["discord:1", "twitch:a"]);
    expect(await list({ after: "twitch:a", limit: 2 })).toEqual(["twitch:b", "twitch:c"]);
    expect(await list({ search: "bOB" })).toEqual(["twitch:b"]);
    expect(await list({ search: "%" })).toEqual(["twitch:b"]);
    expect(await list({ search: "' OR 1=1 --" })).toEqual([]);
    expect(await list({ role: "moderator" })).toEqual(["twitch:z"]);
    expect((await audited(database.db, id)).filter((action) => action === "membership.join")).toHaveLength(3);
  });
});
