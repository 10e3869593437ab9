import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community, idCursor, nextCursor, userKeyField } from "#workers/api/communities/community-routes";
import { invitationRow } from "#workers/api/communities/invitation-store";
import { joinRequestRow, joinRequestStatus } from "#workers/api/communities/join-request-store";
import { limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["communities"];
const usual = failures(400, 401, 403, 404, 429);
const page = { cursor: idCursor, limit: limitText(200, 50) };
const account = userKeyField
  .optional()
  .describe("One of the caller's linked accounts; else the first of them");
const invitations = "/{community_id}/invitations";
const requests = "/{community_id}/join-requests";

export const accept = createRoute({
  method: "post",
  path: "/invitations/accept",
  tags,
  summary: "Join a community by an invitation's code",
  request: {
    body: jsonBody(z.strictObject({ code: line(100).describe("As it was shown once"), user_key: account })),
  },
  responses: {
    200: ok(z.object({ community_id: z.int(), user_key: z.string() })),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const invite = createRoute({
  method: "post",
  path: invitations,
  tags,
  summary: "A new invitation; its code is shown this once",
  request: {
    params: community,
    body: jsonBody(
      z.strictObject({
        max_uses: z.int().min(1).max(1000).default(1),
        expires_in_seconds: z
          .int()
          .min(60)
          .max(30 * 86_400)
          .default(7 * 86_400),
      }),
    ),
  },
  responses: {
    201: ok(z.object({ invitation: invitationRow, code: z.string() }), "Made"),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const listInvites = createRoute({
  method: "get",
  path: invitations,
  tags,
  summary: "A community's invitations, ended ones too, without their codes",
  request: { params: community, query: z.strictObject(page) },
  responses: {
    200: ok(z.object({ invitations: z.array(invitationRow), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const revoke = createRoute({
  method: "delete",
  path: `${invitations}/{invitation_id}`,
  tags,
  summary: "Revoke an invitation; who came in by it stays",
  request: { params: community.extend({ invitation_id: rowIdText }) },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual },
});

export const join = createRoute({
  method: "post",
  path: "/{community_id}/join",
  tags,
  summary: "Join a community that is open, or ask one that decides; a private one is joined by invitation",
  request: {
    params: community,
    body: jsonBody(z.strictObject({ user_key: account, message: line(500, 0).default("") })),
  },
  responses: {
    200: ok(z.object({ community_id: z.int(), user_key: z.string(), status: z.enum(["member", "pending"]) })),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const listRequests = createRoute({
  method: "get",
  path: requests,
  tags,
  summary: "Who asked to be let in, by when they asked",
  request: {
    params: community,
    query: z.strictObject({ ...page, status: joinRequestStatus.default("pending") }),
  },
  responses: {
    200: ok(z.object({ requests: z.array(joinRequestRow), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const decide = createRoute({
  method: "put",
  path: `${requests}/{request_id}`,
  tags,
  summary: "Let somebody in, or not",
  request: {
    params: community.extend({ request_id: rowIdText }),
    body: jsonBody(z.strictObject({ status: z.enum(["approved", "rejected"]) })),
  },
  responses: { 200: ok(z.object({ request: joinRequestRow })), ...usual, ...failures(413, 415) },
});
