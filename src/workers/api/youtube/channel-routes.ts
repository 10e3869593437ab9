import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { withLimit } from "#workers/api/access/limit";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { rowId, rowIdText } from "#workers/api/router/fields";

const tags = ["youtube"];
/** As `#platforms/youtube` knows it; a channel's address or handle is not its id. */
const channelIdField = z.string().regex(/^UC[\w-]{22}$/, "must be a YouTube channel id: UC and 22 more");

const moment = z.string().nullable();
const shownChannel = z.object({
  channel_id: z.string(),
  entity_id: z.string(),
  community_id: z.int(),
  is_active: z.boolean(),
  followed_until: moment.describe("Null until YouTube's hub confirmed"),
  problem: z.string().nullable(),
});
export type ShownChannel = z.infer<typeof shownChannel>;

const shownBroadcast = z.object({
  broadcast_id: z.string(),
  title: z.string(),
  started_at: z.string(),
  read_by: z
    .enum(["stream", "pages", "watch"])
    .describe("stream: pushed to us; pages: asked for; watch: cannot be read"),
  last_read_at: moment,
  problem: z.string().nullable(),
});

const shownQuota = {
  limit: z.int(),
  used: z.int(),
  resets_at: z.string(),
  seconds_between_pages: z.number(),
  chats_being_read: z.int(),
};

export const register = createRoute({
  method: "post",
  path: "/channels/register",
  tags,
  summary: "Watch a YouTube channel: its live chats are read from the next broadcast on",
  request: { body: jsonBody(z.strictObject({ community_id: rowId, channel_id: channelIdField })) },
  responses: {
    201: ok(z.object({ channel: shownChannel }), "Watched"),
    ...failures(400, 401, 403, 404, 409),
  },
});

export const unregister = createRoute({
  method: "delete",
  path: "/channels/{channel_id}",
  tags,
  summary: "Watch a YouTube channel no longer",
  request: { params: z.strictObject({ channel_id: channelIdField }) },
  responses: { 200: ok(z.object({ channel_id: z.string() })), ...failures(400, 401, 403, 404) },
});

export const listChannels = createRoute({
  method: "get",
  path: "/channels",
  tags,
  summary: "The YouTube channels a community watches",
  request: { query: z.strictObject({ community_id: rowIdText }) },
  responses: {
    200: ok(z.object({ channels: z.array(shownChannel), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

export const showBroadcast = createRoute({
  method: "get",
  path: "/broadcasts/{channel_id}",
  tags,
  summary: "What is live on a watched channel, and how its chat is being read",
  request: { params: z.strictObject({ channel_id: channelIdField }) },
  responses: {
    200: ok(
      z.object({
        is_live: z.boolean(),
        broadcast_id: z.string().nullable(),
        title: z.string().nullable(),
        started_at: moment,
        last_read_at: moment,
        problem: z.string().nullable(),
        broadcasts: z.array(shownBroadcast).describe("All that is live now, the newest first"),
      }),
    ),
    ...failures(400, 401, 403, 404, 503),
  },
});

export const showQuota = createRoute({
  method: "get",
  path: "/youtube/quota",
  tags,
  summary: "What is left of today's YouTube quota, and how far apart pages of chat are read for it",
  responses: {
    200: ok(z.object(shownQuota)),
    ...failures(401, 403, 503),
  },
});

const community = z.strictObject({ community_id: rowIdText });

export const showCommunityQuota = createRoute({
  method: "get",
  path: "/communities/{community_id}/youtube/quota",
  tags,
  summary: "Whose YouTube key reads this community's chats, and what is left of that key's quota today",
  request: { params: community },
  responses: {
    200: ok(
      z.object({
        key: z.enum(["own", "platform"]),
        problem: z.string().nullable().describe("What to do about the community's own key"),
        ...shownQuota,
      }),
    ),
    ...failures(400, 401, 403, 404, 503),
  },
});

export const putKey = createRoute({
  method: "put",
  path: "/communities/{community_id}/youtube/key",
  tags,
  summary: "Read this community's chats with its own API key and quota; the key is never shown again",
  middleware: withLimit({ perMinute: 10 }),
  request: {
    params: community,
    body: jsonBody(
      z.strictObject({ key: z.string().regex(/^AIza[\w-]{20,60}$/, "is not a Google API key") }),
    ),
  },
  responses: {
    200: ok(z.object({ kept: z.literal(true) })),
    ...failures(400, 401, 403, 404, 413, 415, 429, 503),
  },
});

export const deleteKey = createRoute({
  method: "delete",
  path: "/communities/{community_id}/youtube/key",
  tags,
  summary: "Forget this community's own API key",
  request: { params: community },
  responses: { 200: ok(z.object({ deleted: z.literal(true) })), ...failures(400, 401, 403, 404, 503) },
});
