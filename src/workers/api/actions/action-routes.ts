import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { entityIdField, line } from "#workers/api/router/fields";

const tags = ["actions"];

const order = z.strictObject({
  entity_id: entityIdField.describe("The channel it is done in"),
  action: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "1 to 64 of a-z, 0-9 and _"),
  params: z.record(z.string().max(64), z.unknown()).default({}),
  idempotency_key: line(100)
    .optional()
    .describe("The same key again says a message once, where the platform can tell"),
});
export type Order = z.infer<typeof order>;

const outcome = z.object({
  action: z.string(),
  entity_id: z.string(),
  done: z.boolean(),
  result: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type ShownOutcome = z.infer<typeof outcome>;

const shownAction = z.object({
  platform: z.string(),
  action: z.string(),
  description: z.string(),
  as: z.string().describe("Whose right it needs: the bot's, the channel owner's, or the application's"),
  permission: z.string().describe("What the caller must hold in the community"),
  params: z.record(z.string(), z.unknown()).describe("JSON schema"),
});

export const listActions = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "Everything that can be done on a platform beyond talking",
  responses: { 200: ok(z.object({ actions: z.array(shownAction) })), ...failures(401, 403) },
});

export const execute = createRoute({
  method: "post",
  path: "/execute",
  tags,
  summary: "Do one thing on a platform",
  request: { body: jsonBody(order) },
  responses: { 200: ok(outcome), ...failures(400, 401, 403, 404) },
});

export const batch = createRoute({
  method: "post",
  path: "/batch",
  tags,
  summary: "Do up to 50 things, one after the other; each has its own outcome",
  request: { body: jsonBody(z.strictObject({ actions: z.array(order).min(1).max(50) })) },
  responses: {
    200: ok(z.object({ outcomes: z.array(outcome), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});
