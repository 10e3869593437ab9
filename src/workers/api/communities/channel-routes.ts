import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { channelRow } from "#db/communities/channel-store";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { community, nextCursor } from "#workers/api/communities/community-routes";
import { entityIdField, limitText, line } from "#workers/api/router/fields";

const tags = ["communities"];
const base = "/{community_id}/platforms";
const usual = failures(400, 401, 403, 404, 429);
const page = { cursor: line(1024, 0).default(""), limit: limitText(200, 100) };
const channels = ok(z.object({ channels: z.array(channelRow), count: z.int(), next_cursor: nextCursor }));

/** A platform's own id: visible characters, no white space. */
const platformId = line(300).regex(/^[^\s\p{Cc}]+$/u, "is an id of the platform");

export const list = createRoute({
  method: "get",
  path: base,
  tags,
  summary: "A community's channels on all platforms, by id",
  request: { params: community, query: z.strictObject(page) },
  responses: { 200: channels, ...usual },
});

export const listOne = createRoute({
  method: "get",
  path: `${base}/{platform}`,
  tags,
  summary: "A community's channels on one platform, by id",
  request: { params: community.extend({ platform: platformName }), query: z.strictObject(page) },
  responses: { 200: channels, ...usual },
});

export const attach = createRoute({
  method: "post",
  path: `${base}/{platform}`,
  tags,
  summary: "Bring a channel that is nobody's into the community; a person brings what is theirs",
  request: {
    params: community.extend({ platform: platformName }),
    body: jsonBody(
      z.strictObject({
        server_id: platformId.describe("The platform's id of the server, team or flat channel"),
        channel: platformId.optional().describe("The channel in it; without one all of it"),
      }),
    ),
  },
  responses: {
    201: ok(z.object({ channel: channelRow }), "Made"),
    ...usual,
    ...failures(409, 413, 415),
  },
});

export const detach = createRoute({
  method: "delete",
  path: `${base}/{platform}/{entity_id}`,
  tags,
  summary: "Let a channel go: it is nobody's and silent, and what the community gave on it ends",
  request: { params: community.extend({ platform: platformName, entity_id: entityIdField }) },
  responses: { 200: ok(z.object({ entity_id: z.string() })), ...usual, ...failures(409) },
});
