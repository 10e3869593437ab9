import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { withLimit } from "#workers/api/access/limit";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { stage } from "#workers/api/password/password-routes";
import { typedPassword } from "#workers/api/password/password-rule";

const tags = ["sign-in"];
const code = z.string().trim().min(6).max(40).describe("Six digits, or a recovery code");
const limit = withLimit({ perMinute: 20 });
const refused = failures(400, 401, 403, 409, 413, 415, 429, 503);

export const begin = createRoute({
  method: "post",
  path: "/totp",
  tags,
  summary: "Begin a second factor: a secret for an authenticator, on once its first code is shown",
  description: "Whoever has a password gives it.",
  middleware: limit,
  request: { body: jsonBody(z.strictObject({ password: typedPassword.optional() })) },
  responses: { 200: ok(z.object({ secret: z.string(), uri: z.string() })), ...refused },
});

export const confirm = createRoute({
  method: "post",
  path: "/totp/confirm",
  tags,
  summary: "Turn the second factor on; its recovery codes are shown this once",
  middleware: limit,
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 200: ok(z.object({ recovery_codes: z.array(z.string()) })), ...refused },
});

export const verify = createRoute({
  method: "post",
  path: "/totp/verify",
  tags,
  summary: "Finish a sign-in with a code of the second factor",
  middleware: limit,
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 200: ok(z.object({ stage })), ...refused },
});

export const remove = createRoute({
  method: "post",
  path: "/totp/remove",
  tags,
  summary: "Take the second factor away, with one of its codes",
  middleware: limit,
  request: { body: jsonBody(z.strictObject({ code })) },
  responses: { 200: ok(z.object({ removed: z.literal(true) })), ...refused },
});
