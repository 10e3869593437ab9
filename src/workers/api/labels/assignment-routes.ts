import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import {
  assignmentOutcome,
  labelAssignment,
  labelCategory,
  labelsPerBulk,
  labelTarget,
} from "#contracts/label";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community, nextCursor } from "#workers/api/labels/label-routes";
import { shownHeld } from "#workers/api/labels/search-store";
import { flag, limitText, line } from "#workers/api/router/fields";

const tags = ["labels"];
const usual = failures(400, 401, 403, 404, 429);

/** One, or a list of them; what is wrong is said of whichever was given. */
function oneOrMany<S extends z.ZodType>(one: S) {
  return z.union([one, z.array(one).min(1).max(labelsPerBulk)], {
    error: ({ input, errors }) => {
      const [ofOne = [], ofMany = []] = errors;
      const [first] = Array.isArray(input) ? ofMany : ofOne;
      return first && [...first.path.map(String), first.message].join(": ");
    },
  });
}

const done = z.object({
  results: z.array(
    z.object({
      index: z.int(),
      success: z.boolean(),
      outcome: assignmentOutcome,
      message: z.string().optional(),
    }),
  ),
  summary: z.object({ total: z.int(), successful: z.int(), failed: z.int() }),
});

export const apply = createRoute({
  method: "post",
  path: "/{community_id}/labels/apply",
  tags,
  summary: "Put a label on something, or a list of at most 1,000, each with its own outcome",
  request: { params: community, body: jsonBody(oneOrMany(labelAssignment)) },
  responses: {
    200: ok(done, "A list: each with its outcome"),
    201: ok(done, "One: done"),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const remove = createRoute({
  method: "post",
  path: "/{community_id}/labels/remove",
  tags,
  summary: "Take a label off something, or a list of at most 1,000",
  request: { params: community, body: jsonBody(oneOrMany(labelTarget)) },
  responses: { 200: ok(done), ...usual, ...failures(413, 415) },
});

const names = z
  .string()
  .max(1000)
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "holds characters that cannot be stored")
  .transform((text) => text.split(",").flatMap((name) => name.trim() || []))
  .refine((list) => list.length > 0 && list.length <= 20, "1 to 20 names, separated by commas");

export const search = createRoute({
  method: "get",
  path: "/{community_id}/labels/search",
  tags,
  summary: "What carries these labels, by id",
  request: {
    params: community,
    query: z.strictObject({
      entity_type: labelCategory,
      labels: names.describe("Whole names, separated by commas; case does not matter"),
      match_all: flag.default(true).describe("False: any one of them is enough"),
      cursor: line(300, 0).default(""),
      limit: limitText(1000, 100),
    }),
  },
  responses: {
    200: ok(
      z.object({
        entities: z.array(
          z.object({ entity_type: labelCategory, entity_id: z.string(), labels: z.array(z.string()) }),
        ),
        count: z.int(),
        next_cursor: nextCursor,
      }),
    ),
    ...usual,
  },
});

export const ofEntity = createRoute({
  method: "get",
  path: "/{community_id}/entity/{entity_type}/{entity_id}/labels",
  tags,
  summary: "What one thing carries now",
  request: { params: community.extend({ entity_type: labelCategory, entity_id: line(300) }) },
  responses: { 200: ok(z.object({ labels: z.array(shownHeld), count: z.int() })), ...usual },
});
