import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import {
  deedsPerBatch,
  personKey,
  reportedDeed,
  reportedModeration,
  reputationTier,
} from "#contracts/reputation";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { rowIdText } from "#workers/api/router/fields";

const tags = ["reputation"];
const usual = failures(400, 401, 403, 404, 429);
const outcome = z.enum(["counted", "duplicate", "unknown_community"]);

export const report = createRoute({
  method: "post",
  path: "/internal/events",
  tags,
  summary: "What people did, at most 1,000 deeds; a key of the same caller counts once",
  request: { body: jsonBody(z.strictObject({ events: z.array(reportedDeed).min(1).max(deedsPerBatch) })) },
  responses: {
    200: ok(
      z.object({
        results: z.array(z.object({ idempotency_key: z.string(), outcome })),
        counted: z.int(),
      }),
    ),
    ...usual,
    ...failures(413, 415),
  },
});

export const moderate = createRoute({
  method: "post",
  path: "/internal/moderation",
  tags,
  summary: "Somebody was warned, silenced, kicked or banned",
  request: { body: jsonBody(reportedModeration) },
  responses: {
    200: ok(z.object({ outcome, score: z.number(), tier: reputationTier })),
    ...usual,
    ...failures(413, 415),
  },
});

export const check = createRoute({
  method: "get",
  path: "/internal/check/{community_id}/{user_key}",
  tags,
  summary: "How somebody stands, for services; a stranger stands where everybody begins",
  request: { params: z.strictObject({ community_id: rowIdText, user_key: personKey }) },
  responses: {
    200: ok(
      z.object({
        score: z.number(),
        tier: reputationTier,
        points: z.string(),
        is_known: z.boolean(),
        is_below_threshold: z.boolean(),
      }),
    ),
    ...usual,
  },
});
