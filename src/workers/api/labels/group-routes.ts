import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { entityGroupInput, userKeyText } from "#contracts/label";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { groupRow } from "#workers/api/labels/group-store";
import { community, idCursor, nextCursor } from "#workers/api/labels/label-routes";
import { limitText, line, moment, rowIdText } from "#workers/api/router/fields";

const tags = ["entity groups"];
const one = community.extend({ group_id: rowIdText });
const base = "/{community_id}/entity-groups";
const usual = failures(400, 401, 403, 404, 429);

export const shownMember = z.object({
  user_key: z.string(),
  reason: z.enum(["manual", "auto_label", "auto_rule"]),
  state: z
    .enum(["member", "joining", "leaving", "failed"])
    .describe("What the platform was told; failed: it would not, see `problem`"),
  problem: z.string().nullable(),
  expires_at: z.string().nullable(),
});
export type ShownMember = z.infer<typeof shownMember>;
const member = z.object({ member: shownMember });

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's entity groups, by id",
  request: { params: community, query: z.strictObject({ cursor: idCursor, limit: limitText(100, 100) }) },
  responses: {
    200: ok(z.object({ groups: z.array(groupRow), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "A new group: a role on a platform, and the label that brings it",
  request: { params: community, body: jsonBody(entityGroupInput) },
  responses: { 201: ok(z.object({ group: groupRow }), "Made"), ...usual, ...failures(409, 413, 415) },
});

export const get = createRoute({
  method: "get",
  path: `${base}/{group_id}`,
  tags,
  summary: "One group",
  request: { params: one },
  responses: { 200: ok(z.object({ group: groupRow })), ...usual },
});

export const remove = createRoute({
  method: "delete",
  path: `${base}/{group_id}`,
  tags,
  summary: "Delete a group; its members lose the role",
  request: { params: one },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual },
});

export const members = createRoute({
  method: "get",
  path: `${base}/{group_id}/members`,
  tags,
  summary: "Who is in a group, why, and whether the platform knows",
  request: {
    params: one,
    query: z.strictObject({ cursor: line(300, 0).default(""), limit: limitText(1000, 100) }),
  },
  responses: {
    200: ok(z.object({ members: z.array(shownMember), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const assign = createRoute({
  method: "post",
  path: `${base}/{group_id}/assign`,
  tags,
  summary: "A member by hand",
  request: {
    params: one,
    body: jsonBody(z.strictObject({ user_key: userKeyText, expires_at: moment.nullable().default(null) })),
  },
  responses: { 201: ok(member, "Made a member"), ...usual, ...failures(409, 413, 415) },
});

export const unassign = createRoute({
  method: "post",
  path: `${base}/{group_id}/unassign`,
  tags,
  summary: "Take a member out, whatever made them one",
  request: { params: one, body: jsonBody(z.strictObject({ user_key: userKeyText })) },
  responses: { 200: ok(member), ...usual, ...failures(413, 415) },
});
