import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { role } from "#contracts/role";
import { withLimit } from "#workers/api/access/limit";
import { failures, ok } from "#workers/api/answers";
import { returnPath } from "#workers/api/auth/return-path";

const tags = ["sign-in"];
const provider = z.strictObject({ provider: z.enum(["twitch", "discord", "slack"]) });
/** Open to everybody: the documents say so. */
const open = { security: [] };
const page = { description: "Back to the hub, signed in", headers: z.object({ location: z.string() }) };

export const ways = createRoute({
  method: "get",
  path: "/ways",
  tags,
  ...open,
  summary: "How one may sign in here, and whether new accounts are taken",
  responses: {
    200: ok(
      z.object({
        providers: z.array(z.string()),
        password: z.boolean(),
        signUp: z.object({ isOpen: z.boolean(), domains: z.array(z.string()) }),
      }),
    ),
    ...failures(429),
  },
});

export const begin = createRoute({
  method: "get",
  path: "/oauth/{provider}",
  tags,
  ...open,
  summary: "Begin signing in with a platform: sends the browser to its page",
  middleware: withLimit({ perMinute: 30 }),
  request: { params: provider, query: z.strictObject({ return: returnPath.default("/") }) },
  responses: {
    302: { description: "To the platform's page", headers: z.object({ location: z.string() }) },
    ...failures(400, 429, 503),
  },
});

export const callback = createRoute({
  method: "get",
  path: "/oauth/{provider}/callback",
  tags,
  ...open,
  summary: "Where a platform sends the browser back to",
  middleware: withLimit({ perMinute: 60 }),
  request: { params: provider },
  responses: {
    302: page,
    400: {
      description: "Not signed in; a page that says why",
      content: { "text/html": { schema: z.string() } },
    },
    409: {
      description: "The account is somebody else's; a page that says so",
      content: { "text/html": { schema: z.string() } },
    },
    403: {
      description: "Not let in; a page that says why",
      content: { "text/html": { schema: z.string() } },
    },
    ...failures(429),
  },
});

export const me = createRoute({
  method: "get",
  path: "/me",
  tags,
  summary: "Who is signed in, where they belong, and the token their page sends with every change",
  responses: {
    200: ok(
      z.object({
        user: z.object({
          id: z.int(),
          displayName: z.string(),
          avatarUrl: z.string().nullable(),
          email: z.string().nullable(),
          isSuperAdmin: z.boolean(),
          mustChangePassword: z.boolean(),
        }),
        communities: z.array(z.object({ id: z.int(), slug: z.string(), name: z.string(), role })),
        csrfToken: z.string().describe("For the header X-CSRF-Token"),
      }),
    ),
    ...failures(401, 429),
  },
});

export const logout = createRoute({
  method: "post",
  path: "/logout",
  tags,
  summary: "End this session at once",
  responses: { 200: ok(z.object({ signedOut: z.literal(true) })), ...failures(401, 403, 429) },
});
