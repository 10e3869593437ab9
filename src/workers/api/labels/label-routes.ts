import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { labelCategory, labelInput, labelPatch } from "#contracts/label";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { labelRow } from "#workers/api/labels/label-store";
import { limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["labels"];
export const community = z.strictObject({ community_id: rowIdText });
const one = community.extend({ label_id: rowIdText });

/** Where a page begins: the `next_cursor` of the one before. */
export const idCursor = z.coerce.number().int().min(0).max(2_147_483_647).default(0);
export const nextCursor = z.string().nullable().describe("Null on the last page");
export const ifMatch = z.object({
  "if-match": line(64).optional().describe("The `ETag` last seen; a label that changed since is left alone"),
});

const shown = z.object({ label: labelRow });
const base = "/{community_id}/labels";
const usual = failures(400, 401, 403, 404, 429);

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "Labels a community can use, its own and the house's, by id",
  request: {
    params: community,
    query: z.strictObject({
      category: labelCategory.optional(),
      cursor: idCursor,
      limit: limitText(500, 100),
    }),
  },
  responses: {
    200: ok(z.object({ labels: z.array(labelRow), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "A new label",
  request: { params: community, body: jsonBody(labelInput) },
  responses: { 201: ok(shown, "Made"), ...usual, ...failures(409, 413, 415) },
});

export const get = createRoute({
  method: "get",
  path: `${base}/{label_id}`,
  tags,
  summary: "One label; its version is in `ETag`",
  request: { params: one },
  responses: { 200: ok(shown), ...usual },
});

export const update = createRoute({
  method: "put",
  path: `${base}/{label_id}`,
  tags,
  summary: "Change some fields of a label; the house's own cannot be changed",
  request: { params: one, headers: ifMatch, body: jsonBody(labelPatch) },
  responses: { 200: ok(shown), ...usual, ...failures(409, 412, 413, 415) },
});

export const remove = createRoute({
  method: "delete",
  path: `${base}/{label_id}`,
  tags,
  summary: "Delete a label; nothing carries it any more",
  request: { params: one, headers: ifMatch },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual, ...failures(412) },
});
