import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { role } from "#contracts/role";
import { memberRow } from "#db/communities/member-store";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community, nextCursor, shownText, userKeyField } from "#workers/api/communities/community-routes";
import { limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["communities"];
const one = community.extend({ user_key: userKeyField });
const place = z.object({ community_id: z.int(), user_key: z.string() });
const base = "/{community_id}/members";
const usual = failures(400, 401, 403, 404, 429);

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's people by their keys; of the global community for its moderators only",
  request: {
    params: community,
    query: z.strictObject({
      search: line(64).optional().describe("Part of a name or key, whatever its case"),
      role: role.optional(),
      cursor: line(300, 0).default(""),
      limit: limitText(200, 50),
    }),
  },
  responses: {
    200: ok(z.object({ members: z.array(memberRow), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const pages = createRoute({
  method: "get",
  path: "/{community_id}/member-pages",
  tags,
  summary: "How many people a community has, and the cursor of each page of the list; for moderators",
  request: {
    params: community,
    query: z.strictObject({
      search: line(64).optional(),
      role: role.optional(),
      limit: limitText(200, 20),
    }),
  },
  responses: { 200: ok(z.object({ total: z.int(), cursors: z.array(z.string()) })), ...usual },
});

const note = z.object({
  id: z.int(),
  text: z.string(),
  created_by: z.string(),
  author: z.string().nullable().describe("The name of the person who wrote it"),
  created_at: z.string(),
});

export const detail = createRoute({
  method: "get",
  path: `${base}/{user_key}`,
  tags,
  summary: "One of a community's people: their linked accounts and what moderators noted about them",
  request: { params: one },
  responses: {
    200: ok(
      z.object({
        member: memberRow,
        identities: z.array(z.object({ user_key: z.string(), name: z.string(), linked_at: z.string() })),
        notes: z.array(note),
      }),
    ),
    ...usual,
  },
});

export const writeNote = createRoute({
  method: "post",
  path: `${base}/{user_key}/notes`,
  tags,
  summary: "Note something about one of a community's people, for its moderators",
  request: { params: one, body: jsonBody(z.strictObject({ text: shownText(500).min(1) })) },
  responses: { 201: ok(z.object({ note })), ...usual, ...failures(409, 413, 415) },
});

export const removeNote = createRoute({
  method: "delete",
  path: `${base}/{user_key}/notes/{note_id}`,
  tags,
  summary: "Remove a note",
  request: { params: one.extend({ note_id: rowIdText }) },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual },
});

export const add = createRoute({
  method: "put",
  path: `${base}/{user_key}`,
  tags,
  summary: "Make somebody a member; for moderators and above",
  request: { params: one },
  responses: { 200: ok(place.extend({ joined: z.boolean() })), ...usual },
});

export const remove = createRoute({
  method: "delete",
  path: `${base}/{user_key}`,
  tags,
  summary: "Remove somebody, or leave; nobody leaves the global community, nor the last owner theirs",
  request: { params: one },
  responses: { 200: ok(place), ...usual, ...failures(409) },
});

/** `user` is the older briefs' word for a member (90-decisions C-06). */
const givenRole = z.union([role, z.literal("user").transform(() => "member" as const)]);

export const setRole = createRoute({
  method: "put",
  path: `${base}/{user_key}/role`,
  tags,
  summary: "Give one of a community's people a role; nobody gives more than they are",
  request: { params: one, body: jsonBody(z.strictObject({ role: givenRole })) },
  responses: { 200: ok(place.extend({ role })), ...usual, ...failures(409, 413, 415) },
});
