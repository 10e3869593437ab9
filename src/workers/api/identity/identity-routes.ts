import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { shownIdentity, visibility } from "#db/account-links";
import { failures, jsonBody, ok } from "#workers/api/answers";
import { returnPath } from "#workers/api/auth/return-path";
import { shownUserKey } from "#workers/api/identity/user-key-store";
import { rowIdText } from "#workers/api/router/fields";

const tags = ["identity"];
const byId = z.strictObject({ id: rowIdText });
const usual = failures(400, 401, 403, 404, 413, 415, 429);
const keyText = z.string().describe("The key itself, shown this one time");
const person = z.object({
  id: z.int(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  identities: z.array(
    z.object({ platform: z.string(), platform_username: z.string(), is_primary: z.boolean() }),
  ),
});

export const list = createRoute({
  method: "get",
  path: "/mine",
  tags,
  summary: "The caller's linked accounts",
  responses: { 200: ok(z.object({ identities: z.array(shownIdentity) })), ...usual },
});

export const linkByOAuth = createRoute({
  method: "post",
  path: "/oauth/{provider}",
  tags,
  summary: "Begin linking an account by signing in with it: where to send the browser",
  request: {
    params: z.strictObject({ provider: z.enum(["twitch", "discord", "slack"]) }),
    body: jsonBody(z.strictObject({ return_to: returnPath.default("/") })),
  },
  responses: { 200: ok(z.object({ authorize_url: z.string() })), ...usual, ...failures(503) },
});

export const change = createRoute({
  method: "patch",
  path: "/mine/{id}",
  tags,
  summary: "Make an account the primary one, or say who may see that it is yours",
  request: {
    params: byId,
    body: jsonBody(
      z
        .strictObject({ is_primary: z.literal(true).optional(), visibility: visibility.optional() })
        .refine((body) => Object.keys(body).length > 0, "Nothing to change"),
    ),
  },
  responses: { 200: ok(shownIdentity), ...usual },
});

export const unlink = createRoute({
  method: "delete",
  path: "/mine/{id}",
  tags,
  summary: "Unlink an account; the last way to sign in stays",
  request: { params: byId },
  responses: { 200: ok(z.object({ unlinked: z.literal(true) })), ...usual, ...failures(409) },
});

export const byAccount = createRoute({
  method: "get",
  path: "/platform/{platform}/{platform_id}",
  tags,
  summary: "Whose account that is, by the platform's own id, as far as the caller may see it",
  request: {
    params: z.strictObject({
      platform: z.string().regex(/^[a-z]{2,20}$/, "is no platform"),
      platform_id: z.string().min(1).max(255),
    }),
  },
  responses: { 200: ok(person), ...usual },
});

export const byPerson = createRoute({
  method: "get",
  path: "/user/{id}",
  tags,
  summary: "A person with the accounts the caller may see",
  request: { params: byId },
  responses: { 200: ok(person), ...usual },
});

export const listKeys = createRoute({
  method: "get",
  path: "/api-keys",
  tags,
  summary: "The caller's personal keys, without their secrets",
  responses: { 200: ok(z.object({ keys: z.array(shownUserKey) })), ...usual },
});

export const createKey = createRoute({
  method: "post",
  path: "/api-keys",
  tags,
  summary: "Make a personal key; it may what its person may, and is shown once",
  request: {
    body: jsonBody(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        expires_in_days: z.int().min(1).max(365).default(365),
      }),
    ),
  },
  responses: { 201: ok(shownUserKey.extend({ key: keyText }), "Made"), ...usual },
});

export const disableKey = createRoute({
  method: "delete",
  path: "/api-keys/{id}",
  tags,
  summary: "Stop a personal key at once",
  request: { params: byId },
  responses: { 200: ok(z.object({ disabled: z.literal(true) })), ...usual },
});

export const regenerateKey = createRoute({
  method: "post",
  path: "/api-keys/{id}/regenerate",
  tags,
  summary: "Give a personal key a new secret; the old one stops at once",
  request: { params: byId },
  responses: { 200: ok(shownUserKey.extend({ key: keyText })), ...usual },
});
