import type { OpenAPIHono } from "@hono/zod-openapi";
import { addMember, findSeat, listMembers } from "#db/communities/member-store";
import { globalCommunityId } from "#db/rbac";
import { assignRoles, leaveCommunity } from "#db/rbac-changes";
import { whyNotAssigned } from "#router/may-assign";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { addMemberDetailRoutes } from "#workers/api/communities/member-detail";
import { add, list, remove, setRole } from "#workers/api/communities/member-routes";
import { enter, turnAway, withGlobal } from "#workers/api/communities/place";
import { tellChannels } from "#workers/api/rbac/tell-channels";
import { failure, success } from "#workers/shared/envelope";

const nobody = "This person is no member there.";
const lastOwner = "A community needs an owner. Please make somebody else one first.";
const meanwhile = "The roles changed while this was decided. Please try again.";

/** Who belongs to a community, and as what. What is decided from a seat is written only if nothing changed since. */
export function addMemberRoutes(routes: OpenAPIHono<ApiBindings>): void {
  addMemberDetailRoutes(routes);

  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { search, role, cursor, limit } = c.req.valid("query");
    const needed = communityId === globalCommunityId ? "community.add_user" : "belong";
    const entered = await enter(c, communityId, needed);
    if (typeof entered === "string") return turnAway(c, entered);
    const members = await listMembers(entered.own, { communityId, search, role, after: cursor, limit });
    const last = members.length === limit ? members.at(-1) : undefined;
    return success(c, { members, count: members.length, next_cursor: last?.user_key ?? null });
  });

  routes.openapi(add, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const joined = await addMember(withGlobal(c, communityId), {
      communityId,
      userKey,
      by: await auditActor(c),
    });
    return success(c, { community_id: communityId, user_key: userKey, joined });
  });

  routes.openapi(remove, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const entered = await enter(c, communityId, "belong");
    if (typeof entered === "string") return turnAway(c, entered);
    if (communityId === globalCommunityId)
      return failure(c, 409, "Cannot leave the global community: everybody belongs to it.");
    const { db, own, accounts, role: giver } = entered;
    const isSelf = accounts.includes(userKey);
    if (!isSelf) {
      const allowed = await enter(c, communityId, "community.remove_user");
      if (typeof allowed === "string") return turnAway(c, allowed, "admins");
    }
    const seat = await findSeat(own, communityId, userKey);
    if (!seat || !(seat.is_member || seat.role)) return failure(c, 404, nobody);
    const current = seat.role ?? "member";
    const why = isSelf ? undefined : whyNotAssigned({ giver, isSelf, current, wanted: "member" });
    if (why !== undefined) return failure(c, 403, why);
    if (current === "owner" && seat.owners < 2) return failure(c, 409, lastOwner);
    const seen = { id: communityId, version: seat.config_version };
    const by = await auditActor(c);
    const outcome = seat.is_member
      ? await leaveCommunity(own, { userKey, seen }, by)
      : await dropRole(own, { userKey, seen }, by);
    if (outcome === "conflict") return failure(c, 409, meanwhile);
    if (outcome === "missing") return failure(c, 404, nobody);
    await tellChannels(db, c.env.CHANNEL, { communityIds: [communityId], userKeys: [userKey] });
    return success(c, { community_id: communityId, user_key: userKey });
  });

  routes.openapi(setRole, async (c) => {
    const { community_id: communityId, user_key: userKey } = c.req.valid("param");
    const { role: wanted } = c.req.valid("json");
    const entered = await enter(c, communityId, "belong");
    if (typeof entered === "string") return turnAway(c, entered);
    const { db, own, accounts, role: giver } = entered;
    const isSelf = accounts.includes(userKey);
    if (!isSelf) {
      const allowed = await enter(c, communityId, "community.manage_roles");
      if (typeof allowed === "string") return turnAway(c, allowed, "admins");
    }
    const seat = await findSeat(own, communityId, userKey);
    if (!seat || !(seat.is_member || seat.role)) return failure(c, 404, nobody);
    const current = seat.role ?? "member";
    const why = whyNotAssigned({ giver, isSelf, current, wanted });
    if (why !== undefined) return failure(c, 403, why);
    if (current === "owner" && wanted !== "owner" && seat.owners < 2) return failure(c, 409, lastOwner);
    const change = { userKey, communityId, entityId: null, role: wanted };
    const seen = [{ id: communityId, version: seat.config_version }];
    const isDone = await assignRoles(own, { changes: [change], seen }, await auditActor(c));
    if (!isDone) return failure(c, 409, meanwhile);
    await tellChannels(db, c.env.CHANNEL, { communityIds: [communityId], userKeys: [userKey] });
    return success(c, { community_id: communityId, user_key: userKey, role: wanted });
  });
}

/** For whoever holds a role without having joined. */
async function dropRole(
  db: Parameters<typeof assignRoles>[0],
  { userKey, seen }: Parameters<typeof leaveCommunity>[1],
  by: Parameters<typeof assignRoles>[2],
): Promise<"left" | "conflict"> {
  const change = { userKey, communityId: seen.id, entityId: null, role: null };
  return (await assignRoles(db, { changes: [change], seen: [seen] }, by)) ? "left" : "conflict";
}
