import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember, findSeat } from "#db/communities/member-store";
import type { TestDatabase } from "#db/testing";
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  revokeInvitation,
} from "#workers/api/communities/invitation-store";
import {
  decideJoinRequest,
  listJoinRequests,
  requestToJoin,
} from "#workers/api/communities/join-request-store";
import { aCommunity, audited, by, hour, now, openCommunities } from "#workers/api/communities/testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await openCommunities();
});
afterAll(async () => database?.close());

describe("invitations", () => {
  const inviteTo = async (communityId: number, codeHash: string, maxUses = 1) =>
    createInvitation(database.db, { codeHash, maxUses, expiresAt: now + hour }, { communityId, by, now });
  const accept = (codeHash: string, userKey: string, at = now) =>
    acceptInvitation(database.db, { codeHash, userKey }, { by, now: at });

  test("threat 2 a single use lets in one of sixteen at the same moment", async () => {
    const { id } = await aCommunity(database.db, { joinMode: "invite" });
    await inviteTo(id, "single");
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, n) => accept("single", `twitch:race${n}`)),
    );
    expect(outcomes.filter((one) => one !== "invalid")).toEqual([{ communityId: id }]);
    expect(await accept("single", "twitch:later")).toBe("invalid");
    expect((await audited(database.db, id)).filter((action) => action === "membership.join")).toHaveLength(1);
  });

  test("threat 2 a replayed code counts once a person, and does not bring back who was removed", async () => {
    const { id } = await aCommunity(database.db, { joinMode: "invite" });
    await inviteTo(id, "several", 3);
    const twice = await Promise.all([accept("several", "twitch:r"), accept("several", "twitch:r")]);
    expect(twice).toEqual(expect.arrayContaining([{ communityId: id }, "member"]));
    await database.db.execute(
      sql`UPDATE community_memberships SET is_active = false WHERE community_id = ${id} AND user_key = 'twitch:r'`,
    );
    expect(await accept("several", "twitch:r")).toBe("invalid");
    expect(await findSeat(database.db, id, "twitch:r")).toMatchObject({ is_member: false });
    expect(await listInvitations(database.db, { communityId: id, after: 0, limit: 10 })).toMatchObject([
      { uses: 1, max_uses: 3 },
    ]);
  });

  test("one that expired, was revoked or never was lets nobody in; no code is in any row shown or audited", async () => {
    const { id } = await aCommunity(database.db, { joinMode: "invite" });
    const { id: other } = await aCommunity(database.db);
    await inviteTo(id, "expires", 5);
    expect(await accept("expires", "twitch:x", now + hour)).toBe("invalid");
    const revoked = await inviteTo(id, "revoked", 5);
    expect(await revokeInvitation(database.db, revoked?.id ?? 0, { communityId: other, by })).toBe(false);
    expect(await revokeInvitation(database.db, revoked?.id ?? 0, { communityId: id, by })).toBe(true);
    expect(await accept("revoked", "twitch:x")).toBe("invalid");
    expect(await accept("never-was", "twitch:x")).toBe("invalid");
    expect(await findSeat(database.db, id, "twitch:x")).toMatchObject({ is_member: false });
    const { rows } = await database.db.execute(
      sql`SELECT after::text AS after FROM audit_log WHERE resource_type = 'invitation' AND community_id = ${id}`,
    );
    expect(rows).toHaveLength(3);
    expect(JSON.stringify([rows, revoked])).not.toMatch(/code|expires"|revoked"/);
  });
});

describe("join requests", () => {
  test("CMY-1 a request waits once, and is decided once, in its own community", async () => {
    const { id } = await aCommunity(database.db, { joinMode: "approval" });
    const { id: other } = await aCommunity(database.db, { joinMode: "approval" });
    const change = { communityId: id, by };
    const asked = { userKey: "twitch:q", message: "please" };
    const twice = await Promise.all([
      requestToJoin(database.db, asked, change),
      requestToJoin(database.db, asked, change),
    ]);
    const [request] = twice.filter((one) => one !== undefined);
    expect(twice).toContain(undefined);
    const approve = { id: request?.id ?? 0, status: "approved" as const };
    expect(await decideJoinRequest(database.db, approve, { communityId: other, by })).toBeUndefined();
    expect(await findSeat(database.db, id, "twitch:q")).toMatchObject({ is_member: false });
    expect(await decideJoinRequest(database.db, approve, change)).toMatchObject({ status: "approved" });
    expect(await decideJoinRequest(database.db, { ...approve, status: "rejected" }, change)).toBeUndefined();
    expect(await findSeat(database.db, id, "twitch:q")).toMatchObject({ is_member: true });
    expect(await audited(database.db, id)).toEqual([
      "community.create",
      "join_request.create",
      "join_request.approve",
    ]);
  });

  test("CMY-1 a rejected one is no member and may ask again; nobody asks where all may come", async () => {
    const { id } = await aCommunity(database.db, { joinMode: "approval" });
    const { id: open } = await aCommunity(database.db);
    const change = { communityId: id, by };
    const asked = { userKey: "twitch:n", message: "" };
    const request = await requestToJoin(database.db, asked, change);
    await decideJoinRequest(database.db, { id: request?.id ?? 0, status: "rejected" }, change);
    expect(await findSeat(database.db, id, "twitch:n")).toMatchObject({ is_member: false });
    expect(await requestToJoin(database.db, asked, change)).toMatchObject({ status: "pending" });
    expect(await requestToJoin(database.db, asked, { communityId: open, by })).toBeUndefined();
    await addMember(database.db, { communityId: id, userKey: "twitch:n", by });
    const waiting = { communityId: id, status: "pending" as const, after: 0, limit: 10 };
    expect(await listJoinRequests(database.db, waiting)).toEqual([]);
  });
});
