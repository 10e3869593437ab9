import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { overlayPart, overlayType, playResult } from "#contracts/overlay";
import { overlayTheme } from "#contracts/overlay-theme";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { rowIdText } from "#workers/api/router/fields";

const tags = ["overlays"];
const community = z.strictObject({ community_id: rowIdText });
const one = community.extend({ type: overlayType });
const frame = community.extend({
  part: overlayPart,
  seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});
const moment = z.string().nullable();

const shownToken = z.object({
  id: z.int(),
  created_by: z.string(),
  created_at: z.string(),
  last_opened_at: moment,
  expires_at: moment.describe("The end of a replaced address's grace; null for the one in use"),
});
export type ShownToken = z.infer<typeof shownToken>;

const shownOverlay = z.object({
  type: overlayType,
  token: shownToken.nullable().describe("Null until an address was made"),
  replaced: z.array(shownToken).describe("Addresses that work until their grace ends"),
  theme: overlayTheme,
  theme_version: z.int().describe("0 while it is the usual one"),
  pages: z.array(
    z.object({
      opened_at: z.string(),
      heard_at: z.string(),
      delivered: z.partialRecord(overlayPart, z.int()),
    }),
  ),
  last_event_at: moment,
});
export type ShownOverlay = z.infer<typeof shownOverlay>;

const usual = failures(400, 401, 403, 404, 429);
const away = failures(503);

export const list = createRoute({
  method: "get",
  path: "/{community_id}/overlays",
  tags,
  summary: "A community's overlays: address, theme, open pages, last event",
  request: { params: community },
  responses: { 200: ok(z.object({ overlays: z.array(shownOverlay) })), ...usual, ...away },
});

export const rotate = createRoute({
  method: "post",
  path: "/{community_id}/overlays/{type}/rotate",
  tags,
  summary: "A new address; it is shown this once, and the one before is over",
  request: {
    params: one,
    body: jsonBody(
      z.strictObject({
        grace: z.boolean().default(false).describe("Lets the old one work five more minutes"),
      }),
    ),
  },
  responses: {
    201: ok(z.object({ id: z.int(), path: z.string(), url: z.string() }), "Made"),
    ...usual,
    ...failures(413, 415, 503),
  },
});

export const remove = createRoute({
  method: "delete",
  path: "/{community_id}/overlays/{type}",
  tags,
  summary: "Close an overlay: its address is over, its pages too",
  request: { params: one },
  responses: { 200: ok(z.object({ removed: z.int() })), ...usual, ...away },
});

export const setTheme = createRoute({
  method: "put",
  path: "/{community_id}/overlays/{type}/theme",
  tags,
  summary: "How it looks and sounds; open pages change at once",
  request: { params: one, body: jsonBody(overlayTheme) },
  responses: {
    200: ok(z.object({ theme: overlayTheme, theme_version: z.int() })),
    ...usual,
    ...failures(413, 415, 503),
  },
});

export const sendTest = createRoute({
  method: "post",
  path: "/{community_id}/overlays/{type}/test",
  tags,
  summary: "Show something made up",
  request: { params: one },
  responses: {
    200: ok(
      z.object({
        part: overlayPart,
        seq: z.int(),
        pages: z.int().describe("To how many open pages it was sent"),
      }),
    ),
    ...usual,
    ...failures(409),
    ...away,
  },
});

export const receipt = createRoute({
  method: "get",
  path: "/{community_id}/overlays/frames/{part}/{seq}",
  tags,
  summary: "What became of something shown: when it arrived, when and how it ended",
  request: { params: frame },
  responses: {
    200: ok(z.object({ delivered_at: moment, ended_at: moment, result: playResult.nullable() })),
    ...usual,
    ...away,
  },
});
