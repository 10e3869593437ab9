import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { mailAddress } from "#contracts/mail";
import { withLimit } from "#workers/api/access/limit";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { newPassword, typedPassword } from "#workers/api/password/password-rule";

const tags = ["sign-in"];
/** Open to everybody: the documents say so. */
const open = { security: [] };
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "is no link of ours");
const sent = z.object({ sent: z.literal(true) });

/** How far a sign-in has come: in, or a code of the second factor, or a password of one's own is still wanted. */
export const stage = z.enum(["full", "code", "password"]);

export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(64, "at most 64 characters")
  .regex(/^[^\p{Cc}\p{Cf}\u2028\u2029]+$/u, "has a character in it that nobody sees");

export const register = createRoute({
  method: "post",
  path: "/register",
  tags,
  ...open,
  summary: "Ask for an account with a mail address; the mail's link finishes it",
  description: "The answer is the same whether the address has an account or not.",
  middleware: withLimit({ perMinute: 10 }),
  request: {
    body: jsonBody(z.strictObject({ email: mailAddress, password: newPassword, display_name: displayName })),
  },
  responses: { 200: ok(sent, "A mail is on its way"), ...failures(400, 403, 413, 415, 429, 503) },
});

export const verify = createRoute({
  method: "post",
  path: "/verify-email",
  tags,
  ...open,
  summary: "Finish a new account: what the mail's link holds, and the password that was chosen",
  middleware: withLimit({ perMinute: 10 }),
  request: { body: jsonBody(z.strictObject({ token, password: typedPassword })) },
  responses: { 200: ok(z.object({ stage }), "Signed in"), ...failures(400, 403, 409, 413, 415, 429, 503) },
});

export const login = createRoute({
  method: "post",
  path: "/login",
  tags,
  ...open,
  summary: "Sign in with a mail address and a password",
  middleware: withLimit({ perMinute: 60 }),
  request: { body: jsonBody(z.strictObject({ email: mailAddress, password: typedPassword })) },
  responses: {
    200: ok(z.object({ stage }), "Signed in, as far as `stage` says"),
    ...failures(400, 401, 403, 413, 415, 429, 503),
  },
});

export const forgotten = createRoute({
  method: "post",
  path: "/password/forgotten",
  tags,
  ...open,
  summary: "Ask for a mail with which a new password is chosen",
  description: "The answer is the same whether the address has an account or not.",
  middleware: withLimit({ perMinute: 10 }),
  request: { body: jsonBody(z.strictObject({ email: mailAddress })) },
  responses: {
    200: ok(sent, "If somebody has the address, a mail is on its way"),
    ...failures(400, 403, 413, 415, 429, 503),
  },
});

export const reset = createRoute({
  method: "post",
  path: "/password/reset",
  tags,
  ...open,
  summary: "Choose a new password with what the mail's link holds; every browser is signed out",
  middleware: withLimit({ perMinute: 10 }),
  request: { body: jsonBody(z.strictObject({ token, new_password: newPassword })) },
  responses: { 200: ok(z.object({ changed: z.literal(true) })), ...failures(400, 403, 413, 415, 429, 503) },
});

export const change = createRoute({
  method: "post",
  path: "/password",
  tags,
  summary: "Choose another password; every other browser is signed out",
  description: "`current_password` is not asked for after signing in with a password somebody else gave.",
  middleware: withLimit({ perMinute: 10 }),
  request: {
    body: jsonBody(z.strictObject({ current_password: typedPassword.optional(), new_password: newPassword })),
  },
  responses: {
    200: ok(z.object({ changed: z.literal(true) })),
    ...failures(400, 401, 403, 409, 413, 415, 429, 503),
  },
});
