import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { mailAddress } from "#contracts/mail";
import { withLimit } from "#workers/api/access/limit";
import { failures, jsonBody, ok } from "#workers/api/answers";

const tags = ["communities"];
const id = z.coerce.number().int().min(1).max(2_147_483_647);
const community = z.strictObject({ community_id: id });

const portalLogin = z.object({
  user_id: z.int(),
  email: z.string().nullable(),
  /** `waiting` for its first sign-in, `over` when that did not come in time. */
  state: z.enum(["waiting", "over", "active"]),
  added_at: z.string(),
});

export const list = createRoute({
  method: "get",
  path: "/{community_id}/portal-logins",
  tags,
  summary: "Who was given a login by mail, the newest 200; for owners",
  request: { params: community },
  responses: { 200: ok(z.object({ logins: z.array(portalLogin) })), ...failures(400, 401, 403, 404, 429) },
});

export const add = createRoute({
  method: "post",
  path: "/{community_id}/portal-logins",
  tags,
  summary: "Give somebody a login by mail: a password for one sign-in within 24 hours; for owners",
  description:
    "The password goes into the mail and nowhere else. The answer does not say whether the address had an account.",
  middleware: withLimit({ perMinute: 30 }),
  request: { params: community, body: jsonBody(z.strictObject({ email: mailAddress })) },
  responses: {
    201: ok(z.object({ sent: z.literal(true) }), "A mail is on its way"),
    ...failures(400, 401, 403, 404, 409, 413, 415, 429, 503),
  },
});

export const remove = createRoute({
  method: "delete",
  path: "/{community_id}/portal-logins/{user_id}",
  tags,
  summary: "Take a login away again; for owners",
  request: { params: z.strictObject({ community_id: id, user_id: id }) },
  responses: { 200: ok(z.object({ removed: z.literal(true) })), ...failures(400, 401, 403, 404, 429) },
});
