import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community } from "#workers/api/communities/community-routes";
import { keyParams, keyText, newKeyBody, shownKey } from "#workers/api/keys/key-routes";

const tags = ["keys"];
const base = "/{community_id}/keys";
const params = community.extend(keyParams.shape);
const usual = failures(400, 401, 403, 404, 429);
const shown = ok(shownKey);

/** What a community can give away: its own business, never that of a service of the house. */
const communityKey = newKeyBody.omit({ community_id: true }).extend({
  roles: z
    .array(z.enum(["trigger", "action", "user", "admin"]))
    .min(1, "needs at least one role")
    .max(4),
});

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's keys, newest first, without their secrets; for its admins",
  request: {
    params: community,
    query: z.strictObject({ include_inactive: z.enum(["true", "false"]).default("false") }),
  },
  responses: { 200: ok(z.object({ keys: z.array(shownKey) })), ...usual },
});

export const create = createRoute({
  method: "post",
  path: base,
  tags,
  summary: "Make a key for this community; the answer is the only place that ever shows it",
  request: { params: community, body: jsonBody(communityKey) },
  responses: { 201: ok(shownKey.extend({ key: keyText }), "Made"), ...usual, ...failures(409, 413, 415) },
});

export const disable = createRoute({
  method: "post",
  path: `${base}/{id}/disable`,
  tags,
  summary: "Stop a key, everywhere within 30 seconds",
  request: { params },
  responses: { 200: shown, ...usual },
});

export const rotate = createRoute({
  method: "post",
  path: `${base}/{id}/rotate`,
  tags,
  summary: "Give a key a new secret; the old one stops within 30 seconds",
  request: { params },
  responses: { 200: ok(z.object({ id: z.string(), key: keyText })), ...usual, ...failures(409) },
});
