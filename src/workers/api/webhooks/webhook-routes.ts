import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { webhookEventType, webhookEventTypes } from "#contracts/outgoing-webhook";
import { checkUrl } from "#lib/safe-url";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["webhooks"];
const community = z.strictObject({ community_id: rowIdText });
const one = community.extend({ webhook_id: rowIdText });
const deliveryId = z.string().regex(/^msg_[0-9a-f]{32}$/, "is the id of a delivery");

/** What may be called at all (threats row 7); what its name leads to is asked at every call, by the Worker that fetches. */
const url = line(2000).superRefine((text, context) => {
  const verdict = checkUrl(text);
  if (!verdict.ok) context.addIssue({ code: "custom", message: `may not be called: ${verdict.reason}` });
});
const eventTypes = z
  .array(webhookEventType)
  .min(1)
  .max(webhookEventTypes.length)
  .refine((types) => new Set(types).size === types.length, "names one twice");
const fields = { url, description: line(200, 0), event_types: eventTypes, enabled: z.boolean() };

export const newWebhook = z.strictObject({
  ...fields,
  description: fields.description.default(""),
  enabled: fields.enabled.default(true),
});
export const webhookChange = z
  .strictObject(fields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "changes nothing");

const moment = z.string().nullable();
export const shownWebhook = z.object({
  id: z.int(),
  community_id: z.int(),
  url: z.string(),
  description: z.string(),
  event_types: z.array(z.string()),
  enabled: z.boolean(),
  verified_at: moment.describe("Null: nothing is sent until the address has echoed a challenge"),
  disabled_because: z.string().nullable().describe("Why the house switched it off"),
  previous_key_until: moment.describe("Until then the key before signs too"),
  created_by: z.string(),
  created_at: z.string(),
});
export type ShownWebhook = z.infer<typeof shownWebhook>;

export const shownDelivery = z.object({
  id: z.string(),
  type: z.string(),
  state: z.enum(["waiting", "sent", "dead"]),
  attempts: z.int(),
  created_at: z.string(),
  last_attempt_at: moment,
  next_attempt_at: moment,
  last_status: z.int().nullable().describe("What the address answered last"),
  last_error: z.string().nullable(),
  payload: z.unknown().describe("Null once it has arrived"),
});
const health = z.object({
  waiting: z.int(),
  dead: z.int(),
  dropped: z.int().describe("Not kept because too much waited"),
  failing_since: moment,
});
const secret = z.string().describe("The signing key, shown this one time");
const webhook = z.object({ webhook: shownWebhook });

const base = "/{community_id}/webhooks";
const itself = `${base}/{webhook_id}`;
const usual = failures(400, 401, 403, 404, 429);
const withBody = failures(413, 415);

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's webhooks, by id, without their keys",
  request: { params: community },
  responses: { 200: ok(z.object({ webhooks: z.array(shownWebhook), count: z.int() })), ...usual },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "A new webhook; the answer is the only place that ever shows its key",
  request: { params: community, body: jsonBody(newWebhook) },
  responses: { 201: ok(webhook.extend({ secret }), "Made"), ...usual, ...withBody, ...failures(409, 503) },
});

export const get = createRoute({
  method: "get",
  path: itself,
  tags,
  summary: "One webhook and how its address does",
  request: { params: one },
  responses: { 200: ok(webhook.extend({ health })), ...usual },
});

export const update = createRoute({
  method: "put",
  path: itself,
  tags,
  summary: "Change some fields; a new address must be verified again",
  request: { params: one, body: jsonBody(webhookChange) },
  responses: { 200: ok(webhook), ...usual, ...withBody },
});

export const remove = createRoute({
  method: "delete",
  path: itself,
  tags,
  summary: "Remove a webhook and everything that waits for it",
  request: { params: one },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual },
});

export const verify = createRoute({
  method: "post",
  path: `${itself}/verify`,
  tags,
  summary: "Send a challenge; the address must answer with a 2xx and the challenge in its body",
  request: { params: one },
  responses: { 200: ok(webhook), ...usual, ...failures(409, 503) },
});

export const rotate = createRoute({
  method: "post",
  path: `${itself}/rotate-secret`,
  tags,
  summary: "A new key, shown once; the one before signs too for 24 hours",
  request: { params: one },
  responses: { 200: ok(webhook.extend({ secret })), ...usual, ...failures(503) },
});

export const test = createRoute({
  method: "post",
  path: `${itself}/test`,
  tags,
  summary: "Send a test event once and say what the address answered",
  request: { params: one },
  responses: { 200: ok(z.object({ delivery: shownDelivery })), ...usual, ...failures(409, 503) },
});

export const deliveries = createRoute({
  method: "get",
  path: `${itself}/deliveries`,
  tags,
  summary: "What was sent, what waits and what was given up, newest first",
  request: {
    params: one,
    query: z.strictObject({
      state: z.enum(["waiting", "sent", "dead"]).optional(),
      limit: limitText(200, 50),
    }),
  },
  responses: { 200: ok(z.object({ deliveries: z.array(shownDelivery), count: z.int() })), ...usual },
});

const replayed = z.object({ replayed_count: z.int() });

export const replayOne = createRoute({
  method: "post",
  path: `${itself}/deliveries/{delivery_id}/replay`,
  tags,
  summary: "Try one that was given up again, from the beginning",
  request: { params: one.extend({ delivery_id: deliveryId }) },
  responses: { 200: ok(replayed), ...usual },
});

export const replayAll = createRoute({
  method: "post",
  path: `${itself}/deliveries/replay`,
  tags,
  summary: "The same for everything that was given up",
  request: { params: one },
  responses: { 200: ok(replayed), ...usual },
});
