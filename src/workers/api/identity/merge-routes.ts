import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { mergeOffer, shownMerge } from "#workers/api/identity/merge-store";
import { rowIdText } from "#workers/api/router/fields";

const tags = ["identity"];
const usual = failures(400, 401, 403, 404, 413, 415, 429);
const code = z
  .string()
  .trim()
  .regex(/^[\w-]{43}$/, "is no such code: 43 letters, digits, - and _")
  .describe("What the other account's session was given");

export const offer = createRoute({
  method: "post",
  path: "/merge-codes",
  tags,
  summary: "A code by which another account of the caller takes this one in; ten minutes, shown once",
  responses: {
    201: ok(z.object({ code: z.string(), expires_at: z.string() }), "Made"),
    ...usual,
    ...failures(409),
  },
});

export const preview = createRoute({
  method: "get",
  path: "/merges/offer",
  tags,
  summary: "Whose code that is",
  request: { headers: z.object({ "x-merge-code": code }) },
  responses: { 200: ok(mergeOffer), ...usual },
});

export const merge = createRoute({
  method: "post",
  path: "/merges",
  tags,
  summary:
    "Take another account in: from now on its accounts on platforms are the caller's, until it is undone",
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 201: ok(shownMerge, "Joined"), ...usual, ...failures(409) },
});

export const list = createRoute({
  method: "get",
  path: "/merges",
  tags,
  summary: "Which accounts were taken in, and which of them were given back",
  responses: { 200: ok(z.object({ merges: z.array(shownMerge) })), ...usual },
});

export const undo = createRoute({
  method: "delete",
  path: "/merges/{id}",
  tags,
  summary: "Give an account back, with all it had",
  request: { params: z.strictObject({ id: rowIdText }) },
  responses: { 200: ok(z.object({ undone: z.literal(true) })), ...usual, ...failures(409) },
});
