import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { withLimit } from "#workers/api/access/limit";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { shownConnection } from "#workers/api/connections/connection-store";
import { rowIdText } from "#workers/api/router/fields";

const tags = ["connections"];
const community = z.strictObject({ community_id: rowIdText });
const role = z
  .enum(["bot", "owner"])
  .describe("bot: the account the bot speaks as; owner: a channel's owner");
const scopes = z.array(z.object({ scope: z.string(), why: z.string() }));

/** Where a person may be sent afterwards: pages of our own, by name (threats row 14). */
const returnPath = z
  .string()
  .regex(
    /^\/(?:connections|rehearsal|communities\/\d{1,9}(?:\/connections)?|c\/[a-z0-9-]{1,64}(?:\/(?:connections|start))?)?$/,
    "is no page to come back to",
  );

export const list = createRoute({
  method: "get",
  path: "/communities/{community_id}/connections",
  tags,
  summary: "Connected accounts of a community, and which of them must be connected again",
  request: { params: community },
  responses: {
    200: ok(z.object({ connections: z.array(shownConnection), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

export const disconnect = createRoute({
  method: "delete",
  path: "/communities/{community_id}/connections/{platform}/{role}/{account_id}",
  tags,
  summary: "Forget an account's tokens and give them back to the platform",
  request: {
    params: community.extend({
      platform: platformName,
      role,
      account_id: z
        .string()
        .min(1)
        .max(255)
        .regex(/^[^\p{Cc}\p{Cs}]+$/u, "is no account id"),
    }),
  },
  responses: {
    200: ok(z.object({ disconnected: z.literal(true) })),
    ...failures(400, 401, 403, 404, 503),
  },
});

export const offers = createRoute({
  method: "get",
  path: "/connections",
  tags,
  summary: "Platforms on which accounts can be connected, and what each consent is asked for",
  responses: {
    200: ok(
      z.object({
        platforms: z.array(z.object({ platform: z.string(), roles: z.array(z.object({ role, scopes })) })),
      }),
    ),
    ...failures(401, 403),
  },
});

export const start = createRoute({
  method: "post",
  path: "/connections/{platform}/start",
  tags,
  summary:
    "Begin connecting an account: where to send the person, whose browser gets a cookie for the way back",
  middleware: withLimit({ perMinute: 30 }),
  request: {
    params: z.strictObject({ platform: platformName }),
    body: jsonBody(
      z.strictObject({
        community_id: z.int().min(1).max(2_147_483_647),
        role,
        return_to: returnPath.default("/"),
      }),
    ),
  },
  responses: {
    200: ok(z.object({ authorize_url: z.string(), expires_in_seconds: z.int() })),
    ...failures(400, 401, 403, 404, 413, 415, 429, 503),
  },
});
