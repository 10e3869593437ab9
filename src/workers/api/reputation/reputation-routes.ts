import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import {
  personKey,
  pointRules,
  reputationChange,
  reputationSettings,
  reputationTier,
  weightName,
  weightRules,
} from "#contracts/reputation";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { limitText, line, rowIdText } from "#workers/api/router/fields";

const tags = ["reputation"];
const community = z.strictObject({ community_id: rowIdText });
const person = community.extend({ user_key: personKey });
const ifMatch = z.object({
  "if-match": line(64).optional().describe("The `ETag` last seen; what changed since is left alone"),
});
const cursor = line(600).optional().describe("The `next_cursor` of the page before");
const nextCursor = z.string().nullable().describe("Null on the last page");
const usual = failures(400, 401, 403, 404, 429);

const points = z.string().describe("Text, because it may be beyond 2⁵³");
export const shownStanding = z.object({
  community_id: z.int(),
  user_key: z.string(),
  user_name: z.string(),
  points,
  score: z.number().describe("300 to 850; 600 for whoever did nothing yet"),
  tier: reputationTier,
  total_events: z.int(),
  last_activity: z.string().nullable(),
});
const standing = ok(z.object({ reputation: shownStanding }));

export const shownEvent = z.object({
  id: z.string(),
  event_name: z.string(),
  units: points,
  points,
  previous_points: points,
  new_points: points,
  score_change: z.number(),
  previous_score: z.number(),
  new_score: z.number(),
  reason: z.string().nullable(),
  occurred_at: z.string(),
});

export const tiers = createRoute({
  method: "get",
  path: "/tiers",
  tags,
  summary: "The tiers of the score and where each begins",
  responses: {
    200: ok(z.object({ tiers: z.array(z.object({ tier: reputationTier, from: z.int(), to: z.int() })) })),
    ...failures(401, 403, 429),
  },
});

export const defaults = createRoute({
  method: "get",
  path: "/defaults",
  tags,
  summary: "What counts where a community decided nothing",
  responses: {
    200: ok(z.object({ weights: z.record(weightName, z.number()), settings: reputationSettings })),
    ...failures(401, 403, 429),
  },
});

export const globally = createRoute({
  method: "get",
  path: "/global/{user_key}",
  tags,
  summary: "Somebody's reputation over all communities",
  request: { params: z.strictObject({ user_key: personKey }) },
  responses: { 200: standing, ...usual },
});

export const one = createRoute({
  method: "get",
  path: "/{community_id}/user/{user_key}",
  tags,
  summary: "Somebody's reputation in a community",
  request: { params: person },
  responses: { 200: standing, ...usual },
});

export const change = createRoute({
  method: "put",
  path: "/{community_id}/user/{user_key}",
  tags,
  summary: "Change somebody's score or points by hand, here only",
  request: { params: person, body: jsonBody(reputationChange) },
  responses: { 200: standing, ...usual, ...failures(413, 415) },
});

export const history = createRoute({
  method: "get",
  path: "/{community_id}/user/{user_key}/history",
  tags,
  summary: "What led to it, newest first; what somebody wrote is one row a day",
  request: {
    params: person,
    query: z.strictObject({
      cursor: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
      limit: limitText(200, 50),
    }),
  },
  responses: {
    200: ok(z.object({ events: z.array(shownEvent), count: z.int(), next_cursor: nextCursor })),
    ...usual,
  },
});

const board = ok(
  z.object({
    people: z.array(shownStanding.extend({ rank: z.int() })),
    count: z.int(),
    next_cursor: nextCursor,
  }),
);

export const leaderboard = createRoute({
  method: "get",
  path: "/{community_id}/leaderboard",
  tags,
  summary: "Who has most, by points or by score; community 1 is everywhere",
  request: {
    params: community,
    query: z.strictObject({
      by: z.enum(["points", "score"]).default("score"),
      cursor,
      limit: limitText(100, 25),
    }),
  },
  responses: { 200: board, ...usual },
});

export const atRisk = createRoute({
  method: "get",
  path: "/{community_id}/at-risk",
  tags,
  summary: "Whose score is below the threshold of a ban or less than the buffer above it, lowest first",
  request: { params: community, query: z.strictObject({ cursor, limit: limitText(100, 25) }) },
  responses: { 200: board, ...usual },
});

export const shownConfig = z.object({
  ...reputationSettings.shape,
  is_premium: z.boolean().describe("Whether own weights count"),
  point_rules: z.record(z.string(), z.int()),
  weights: z.partialRecord(weightName, z.number()).describe("Own ones; a name left out has its default"),
});
const config = ok(z.object({ config: shownConfig }), "The version is in `ETag`");
const changing = failures(409, 412, 413, 415);

export const getConfig = createRoute({
  method: "get",
  path: "/{community_id}/config",
  tags,
  summary: "All that a community decided about reputation",
  request: { params: community },
  responses: { 200: config, ...usual },
});

export const putConfig = createRoute({
  method: "put",
  path: "/{community_id}/config",
  tags,
  summary: "Threshold, buffer, and whether who sinks below is banned (off unless switched on)",
  request: { params: community, headers: ifMatch, body: jsonBody(reputationSettings) },
  responses: { 200: config, ...usual, ...changing },
});

export const putScoring = createRoute({
  method: "put",
  path: "/{community_id}/scoring",
  tags,
  summary: "A community's own points, all of them; what is left out has its default",
  request: {
    params: community,
    headers: ifMatch,
    body: jsonBody(z.strictObject({ rules: pointRules })),
  },
  responses: { 200: config, ...usual, ...changing },
});

export const putWeights = createRoute({
  method: "put",
  path: "/{community_id}/weights",
  tags,
  summary: "A community's own weights, all of them; for those with the premium licence",
  request: {
    params: community,
    headers: ifMatch,
    body: jsonBody(z.strictObject({ weights: weightRules })),
  },
  responses: { 200: config, ...usual, ...changing },
});

export const putLicence = createRoute({
  method: "put",
  path: "/{community_id}/licence",
  tags,
  summary: "Whether a community's own weights count; for the deployment itself",
  request: {
    params: community,
    headers: ifMatch,
    body: jsonBody(z.strictObject({ is_premium: z.boolean() })),
  },
  responses: { 200: config, ...usual, ...changing },
});
