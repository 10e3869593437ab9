import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { overlayPart, overlayType } from "#contracts/overlay";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { displayRequest } from "#workers/api/overlays/display-request";
import { rowId, rowIdText } from "#workers/api/router/fields";

const tags = ["browser source"];
const usual = failures(400, 401, 403, 404, 429);
const bodied = failures(413, 415, 503);
const tokenId = rowIdText.describe("The token's id; a token itself belongs in no address of the API");

const shown = z.object({
  id: z.int(),
  community_id: z.int(),
  source_type: overlayType,
  created_by: z.string(),
  created_at: z.string(),
  last_opened_at: z.string().nullable(),
  expires_at: z.string().nullable(),
});
const made = z.object({
  id: z.int(),
  community_id: z.int(),
  source_type: overlayType,
  token: z.string().describe("Shown this once"),
  url: z.string(),
});

export const display = createRoute({
  method: "post",
  path: "/browser/source/display",
  tags,
  summary: "Show something on a community's overlays",
  request: { body: jsonBody(displayRequest) },
  responses: {
    200: ok(z.object({ source_type: overlayPart, seq: z.int(), pages: z.int() })),
    ...usual,
    ...bodied,
  },
});

export const listTokens = createRoute({
  method: "get",
  path: "/browser/source/admin/tokens",
  tags,
  summary: "The working tokens of a community, without the tokens",
  request: { query: z.strictObject({ community_id: rowIdText }) },
  responses: { 200: ok(z.object({ tokens: z.array(shown), count: z.int() })), ...usual },
});

export const createToken = createRoute({
  method: "post",
  path: "/browser/source/admin/tokens",
  tags,
  summary: "The first token of a type; one that exists is regenerated instead",
  request: { body: jsonBody(z.strictObject({ community_id: rowId, source_type: overlayType })) },
  responses: { 201: ok(made, "Made"), ...usual, ...failures(409), ...bodied },
});

export const regenerateToken = createRoute({
  method: "post",
  path: "/browser/source/admin/tokens/{token}/regenerate",
  tags,
  summary: "A new token; the old one works five more minutes, or ends at once with ?grace=false",
  request: {
    params: z.strictObject({ token: tokenId }),
    query: z.strictObject({ grace: z.enum(["true", "false"]).default("true") }),
  },
  responses: { 201: ok(made, "Made"), ...usual, ...failures(503) },
});

export const deleteToken = createRoute({
  method: "delete",
  path: "/browser/source/admin/tokens/{token}",
  tags,
  summary: "End a token and close its pages",
  request: { params: z.strictObject({ token: tokenId }) },
  responses: { 200: ok(z.object({ id: z.int() })), ...usual, ...failures(503) },
});

export const urls = createRoute({
  method: "get",
  path: "/browser/source/api/communities/{community_id}/urls",
  tags,
  summary: "The addresses of a community's overlays, with {token} where the secret stands",
  request: { params: z.strictObject({ community_id: rowIdText }) },
  responses: {
    200: ok(
      z.object({
        urls: z.array(z.object({ source_type: overlayType, url: z.string(), has_token: z.boolean() })),
      }),
    ),
    ...usual,
  },
});

export const stats = createRoute({
  method: "get",
  path: "/browser/source/stats",
  tags,
  security: [],
  summary: "How many overlays have an address, by type; open to everybody",
  responses: {
    200: ok(z.object({ tokens: z.partialRecord(overlayType, z.int()), total: z.int() })),
    ...failures(429),
  },
});

export const health = createRoute({
  method: "get",
  path: "/browser/source/health",
  tags,
  summary: "Whether this answers; open to everybody",
  responses: {
    200: {
      description: "It does",
      content: { "application/json": { schema: z.looseObject({ status: z.string() }) } },
    },
    ...failures(429),
  },
});
