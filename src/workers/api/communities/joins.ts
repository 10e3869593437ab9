import type { OpenAPIHono } from "@hono/zod-openapi";
import { openDatabase } from "#db/client";
import { findCommunity } from "#db/communities/community-store";
import { addMember, findSeat } from "#db/communities/member-store";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import {
  decideJoinRequest,
  listJoinRequests,
  requestToJoin,
} from "#workers/api/communities/join-request-store";
import { decide, join, listRequests } from "#workers/api/communities/join-routes";
import { chooseAccount, enter, refuseAccount, turnAway, withGlobal } from "#workers/api/communities/place";
import { failure, success } from "#workers/shared/envelope";

/** Getting in by oneself (81-details §2.9): at once, after somebody agreed, or not without an invitation. */
export function addJoinRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.openapi(join, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { user_key, message } = c.req.valid("json");
    const db = openDatabase(c.env);
    const chosen = await chooseAccount(c, db, user_key);
    if (typeof chosen === "string") return refuseAccount(c, chosen);
    const { userKey } = chosen;
    const community = await findCommunity(db, communityId);
    if (!community) return turnAway(c, "foreign");
    const seat = await findSeat(db, communityId, userKey);
    if (seat?.is_member) return failure(c, 409, "You are a member already.");
    if (community.join_mode === "invite")
      return failure(c, 403, "This community is invite-only. Somebody there can invite you.");
    const by = await auditActor(c);
    const joined = { community_id: communityId, user_key: userKey };
    if (community.join_mode === "open") {
      const isDone = await addMember(db, { communityId, userKey, by, onlyOpen: true });
      return isDone
        ? success(c, { ...joined, status: "member" as const })
        : failure(c, 409, "Please try again.");
    }
    const request = await requestToJoin(db, { userKey, message }, { communityId, by });
    if (!request) return failure(c, 409, "You have asked already, or too many others have. Please wait.");
    return success(c, { ...joined, status: "pending" as const });
  });

  routes.openapi(listRequests, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { status, cursor, limit } = c.req.valid("query");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const requests = await listJoinRequests(entered.own, { communityId, status, after: cursor, limit });
    const last = requests.length === limit ? requests.at(-1) : undefined;
    return success(c, { requests, count: requests.length, next_cursor: last ? String(last.id) : null });
  });

  routes.openapi(decide, async (c) => {
    const { community_id: communityId, request_id: id } = c.req.valid("param");
    const { status } = c.req.valid("json");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const change = { communityId, by: await auditActor(c) };
    const request = await decideJoinRequest(withGlobal(c, communityId), { id, status }, change);
    return request ? success(c, { request }) : failure(c, 404, "There is no such request that waits.");
  });
}
