import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { line, rowId, rowIdText } from "#workers/api/router/fields";

const tags = ["twitch"];

const shownSubscription = z.object({
  type: z.string(),
  version: z.string(),
  broadcaster_user_id: z.string(),
  entity_id: z.string(),
  status: z.string().describe("pending, enabled, or Twitch's own word for why not"),
  needs_owner: z.boolean().describe("Asking again is of no use until somebody consents"),
  problem: z.string().nullable(),
  next_try_at: z.string().nullable(),
  updated_at: z.string(),
});
export type ShownSubscription = z.infer<typeof shownSubscription>;

export const listSubscriptions = createRoute({
  method: "get",
  path: "/subscriptions",
  tags,
  summary: "How each EventSub subscription of a community's Twitch channels stands",
  request: { query: z.strictObject({ community_id: rowIdText, status: line(64).optional() }) },
  responses: {
    200: ok(z.object({ subscriptions: z.array(shownSubscription), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

export const retrySubscriptions = createRoute({
  method: "post",
  path: "/subscriptions/retry",
  tags,
  summary: "Ask for everything that is not enabled again, within the next minute",
  request: { body: jsonBody(z.strictObject({ community_id: rowId })) },
  responses: { 200: ok(z.object({ count: z.int() })), ...failures(400, 401, 403, 404) },
});
