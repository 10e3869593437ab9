import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { shownIdentity } from "#db/account-links";
import { shownWish, whisperPlatforms } from "#db/link-codes";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { line } from "#workers/api/router/fields";

const tags = ["identity"];
const usual = failures(400, 401, 403, 404, 413, 415, 429);
const platform = z.enum(whisperPlatforms);
const asked = ok(z.object({ asked: z.literal(true) }), "The code is on its way to that account alone");

export const ask = createRoute({
  method: "post",
  path: "/link",
  tags,
  summary:
    "Have a code written to an account on another platform, to link it; the code is never in an answer",
  request: {
    body: jsonBody(
      z.strictObject({ platform, account: line(100).describe("Its id on the platform, or its name there") }),
    ),
  },
  responses: { 201: asked, ...usual, ...failures(409) },
});

export const resend = createRoute({
  method: "post",
  path: "/resend",
  tags,
  summary: "Have a new code written; the one before is worth nothing from then on",
  request: { body: jsonBody(z.strictObject({ platform })) },
  responses: { 201: asked, ...usual, ...failures(409) },
});

export const verify = createRoute({
  method: "post",
  path: "/verify",
  tags,
  summary: "Link the account with the code it was sent",
  request: { body: jsonBody(z.strictObject({ platform, code: line(40) })) },
  responses: { 200: ok(z.object({ identities: z.array(shownIdentity) })), ...usual, ...failures(409) },
});

export const pending = createRoute({
  method: "get",
  path: "/pending",
  tags,
  summary: "Which codes the caller asked for, and what became of them",
  responses: { 200: ok(z.object({ pending: z.array(shownWish) })), ...usual },
});
