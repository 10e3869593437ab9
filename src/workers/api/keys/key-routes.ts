import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { grantableRole } from "#workers/api/access/roles";
import { failures, jsonBody, ok } from "#workers/api/answers";

const limit = z.int().min(1).max(1_000_000);
const moment = z.iso.datetime({ offset: true });
const tags = ["keys"];
export const keyParams = z.strictObject({
  id: z.string().regex(/^(wb|wbot)_\w{1,40}$/, "Not the id of a key"),
});

export const newKeyBody = z.strictObject({
  name: z.string().trim().min(1).max(100),
  roles: z.array(grantableRole).min(1).max(5),
  scopes: z
    .array(z.string().regex(/^(\*|[\w:.-]{1,64})$/))
    .max(50)
    .default([]),
  community_id: z.int().min(1).max(2_147_483_647).optional(),
  limit_per_minute: limit.optional(),
  limit_per_hour: limit.optional(),
  expires_at: moment.refine((text) => Date.parse(text) > Date.now(), "Must lie in the future").optional(),
});
export type NewKeyBody = z.infer<typeof newKeyBody>;

export const shownKey = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  scopes: z.array(z.string()),
  community_id: z.number().nullable(),
  limit_per_minute: z.number().nullable(),
  limit_per_hour: z.number().nullable(),
  is_active: z.boolean(),
  expires_at: z.string().nullable(),
  created_by: z.string(),
  last_used_at: z.string().nullable(),
  created_at: z.string(),
  disabled_at: z.string().nullable(),
});
export const keyText = z.string().describe("The key itself, shown this one time");

export const create = createRoute({
  method: "post",
  path: "/",
  tags,
  summary: "Make a key; the answer is the only place that ever shows it",
  request: { body: jsonBody(newKeyBody) },
  responses: {
    201: ok(shownKey.extend({ key: keyText }), "Made"),
    ...failures(400, 401, 403, 404, 413, 415, 429),
  },
});

export const list = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "The keys, newest first, without their secrets",
  request: {
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      include_inactive: z.enum(["true", "false"]).default("false"),
    }),
  },
  responses: { 200: ok(z.object({ keys: z.array(shownKey) })), ...failures(400, 401, 403, 429) },
});

export const get = createRoute({
  method: "get",
  path: "/{id}",
  tags,
  summary: "One key, without its secret",
  request: { params: keyParams },
  responses: { 200: ok(shownKey), ...failures(400, 401, 403, 404, 429) },
});

export const disable = createRoute({
  method: "post",
  path: "/{id}/disable",
  tags,
  summary: "Stop a key, everywhere within 30 seconds",
  request: { params: keyParams },
  responses: {
    200: ok(z.object({ id: z.string(), is_active: z.boolean(), changed: z.boolean() })),
    ...failures(400, 401, 403, 404, 429),
  },
});

export const rotate = createRoute({
  method: "post",
  path: "/{id}/rotate",
  tags,
  summary: "Give a key a new secret; the old one stops within 30 seconds",
  request: { params: keyParams },
  responses: {
    200: ok(z.object({ id: z.string(), key: keyText })),
    ...failures(400, 401, 403, 404, 409, 429),
  },
});
