import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community, idCursor, nextCursor, userKeyField } from "#workers/api/communities/community-routes";
import { limitText, line, rowIdText } from "#workers/api/router/fields";
import { serviceState } from "#workers/api/superadmin/services";
import { placedCommunity, shownUser } from "#workers/api/superadmin/superadmin-store";

const tags = ["superadmin"];
const usual = failures(400, 401, 403, 404, 429);
const page = z.strictObject({ search: line(100).optional(), cursor: idCursor, limit: limitText(200, 50) });

export const communities = createRoute({
  method: "get",
  path: "/communities",
  tags,
  summary: "Every community, with its owners and how large it is",
  request: { query: page },
  responses: {
    200: ok(z.object({ communities: z.array(placedCommunity), next_cursor: nextCursor })),
    ...usual,
  },
});

export const reassign = createRoute({
  method: "put",
  path: "/communities/{community_id}/owner",
  tags,
  summary: "Give a community to somebody else; former owners stay its admins",
  request: { params: community, body: jsonBody(z.strictObject({ user_key: userKeyField })) },
  responses: {
    200: ok(z.object({ community_id: z.int(), owner: z.string(), former: z.array(z.string()) })),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const users = createRoute({
  method: "get",
  path: "/users",
  tags,
  summary: "Everybody who can sign in",
  request: { query: page },
  responses: { 200: ok(z.object({ users: z.array(shownUser), next_cursor: nextCursor })), ...usual },
});

export const setActive = createRoute({
  method: "put",
  path: "/users/{user_id}/active",
  tags,
  summary: "Lock somebody out, or let them in again; their sessions end at once",
  request: {
    params: z.strictObject({ user_id: rowIdText }),
    body: jsonBody(z.strictObject({ is_active: z.boolean() })),
  },
  responses: {
    200: ok(z.object({ user_id: z.int(), is_active: z.boolean(), changed: z.boolean() })),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const platformSetups = createRoute({
  method: "get",
  path: "/platforms",
  tags,
  summary: "Which variables of each platform are set; their values are never shown",
  responses: {
    200: ok(
      z.object({
        platforms: z.array(
          z.object({
            platform: z.string(),
            can_speak: z.boolean(),
            can_connect: z.boolean(),
            variables: z.array(z.object({ name: z.string(), is_set: z.boolean() })),
          }),
        ),
      }),
    ),
    ...usual,
  },
});

export const testPlatform = createRoute({
  method: "post",
  path: "/platforms/{platform}/test",
  tags,
  summary: "Ask the platform's authorization server whether it knows us; nothing is changed there",
  request: { params: z.strictObject({ platform: platformName }) },
  responses: {
    200: ok(z.object({ platform: z.string(), is_ok: z.boolean(), problem: z.string().nullable() })),
    ...usual,
  },
});

export const services = createRoute({
  method: "get",
  path: "/services",
  tags,
  summary: "Whether each part of the house answers, and how fast",
  responses: { 200: ok(z.object({ services: z.array(serviceState) })), ...usual },
});

const moment = z.string();

export const broker = createRoute({
  method: "get",
  path: "/broker",
  tags,
  summary:
    "Super admins of the broker and what was done to them lately; changed through the broker's own API",
  responses: {
    200: ok(
      z.object({
        admins: z.array(
          z.object({
            username: z.string(),
            full_name: z.string(),
            email: z.string(),
            is_active: z.boolean(),
            groups: z.array(z.string()),
            created_at: moment,
          }),
        ),
        audit: z.array(
          z.object({
            id: z.string(),
            at: moment,
            action: z.string(),
            username: z.string().nullable(),
            performed_by: z.string(),
            status: z.string(),
          }),
        ),
      }),
    ),
    ...usual,
  },
});
