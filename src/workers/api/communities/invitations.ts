import type { OpenAPIHono } from "@hono/zod-openapi";
import { invitationsPerCommunity } from "#contracts/community";
import { openDatabase } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  revokeInvitation,
} from "#workers/api/communities/invitation-store";
import { accept, invite, listInvites, revoke } from "#workers/api/communities/join-routes";
import { chooseAccount, enter, refuseAccount, turnAway } from "#workers/api/communities/place";
import { randomText } from "#workers/api/connections/random-text";
import { created, failure, success } from "#workers/shared/envelope";

const prefix = "wbi_";
const codeShape = /^wbi_[A-Za-z0-9_-]{43}$/;
const full = `A community has at most ${invitationsPerCommunity} open invitations.`;
const spent = "This invitation is not valid, or it is no longer.";

/** Invitations by code: 256 random bits, kept as a hash, so neither guessed nor read out of a backup. */
export function addInvitationRoutes(routes: OpenAPIHono<ApiBindings>): void {
  routes.openapi(accept, async (c) => {
    const { code, user_key } = c.req.valid("json");
    const db = openDatabase(c.env);
    const chosen = await chooseAccount(c, db, user_key);
    if (typeof chosen === "string") return refuseAccount(c, chosen);
    if (!codeShape.test(code)) return failure(c, 404, spent);
    const codeHash = await sha256Hex(code);
    const given = { codeHash, userKey: chosen.userKey };
    const outcome = await acceptInvitation(db, given, { by: await auditActor(c), now: Date.now() });
    if (outcome === "invalid") return failure(c, 404, spent);
    if (outcome === "member") return failure(c, 409, "You are a member already.");
    return success(c, { community_id: outcome.communityId, user_key: chosen.userKey });
  });

  routes.openapi(invite, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { max_uses: maxUses, expires_in_seconds } = c.req.valid("json");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    if (communityId === globalCommunityId)
      return failure(c, 409, "Everybody is in the global community already.");
    const code = `${prefix}${randomText()}`;
    const now = Date.now();
    const facts = { codeHash: await sha256Hex(code), maxUses, expiresAt: now + expires_in_seconds * 1000 };
    const to = { communityId, by: await auditActor(c), now };
    const invitation = await createInvitation(entered.own, facts, to);
    return invitation ? created(c, { invitation, code }) : failure(c, 409, full);
  });

  routes.openapi(listInvites, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const invitations = await listInvitations(entered.own, { communityId, after: cursor, limit });
    const last = invitations.length === limit ? invitations.at(-1) : undefined;
    const next_cursor = last ? String(last.id) : null;
    return success(c, { invitations, count: invitations.length, next_cursor });
  });

  routes.openapi(revoke, async (c) => {
    const { community_id: communityId, invitation_id: id } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.add_user");
    if (typeof entered === "string") return turnAway(c, entered);
    const isRevoked = await revokeInvitation(entered.own, id, { communityId, by: await auditActor(c) });
    return isRevoked ? success(c, { id }) : failure(c, 404, "There is no such open invitation.");
  });
}
