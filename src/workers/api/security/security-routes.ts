import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { failures, ok } from "#workers/api/answers";
import { stage } from "#workers/api/password/password-routes";

const tags = ["sign-in"];

export const stageNow = createRoute({
  method: "get",
  path: "/stage",
  tags,
  summary: "How far this browser's sign-in has come, and the token its page sends with every change",
  responses: { 200: ok(z.object({ stage, csrfToken: z.string() })), ...failures(401, 429) },
});

export const security = createRoute({
  method: "get",
  path: "/security",
  tags,
  summary: "How one's own account is locked, and where it is signed in",
  responses: {
    200: ok(
      z.object({
        email: z.string().nullable(),
        has_password: z.boolean(),
        second_factor: z.object({ is_on: z.boolean(), recovery_codes_left: z.int() }),
        sessions: z.array(
          z.object({
            id: z.string(),
            user_agent: z.string().nullable(),
            created_at: z.string(),
            ends_at: z.string(),
            is_this: z.boolean(),
          }),
        ),
      }),
    ),
    ...failures(401, 429),
  },
});

export const endSession = createRoute({
  method: "delete",
  path: "/sessions/{id}",
  tags,
  summary: "Sign one browser out at once",
  request: { params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/, "is no session") }) },
  responses: { 200: ok(z.object({ ended: z.literal(true) })), ...failures(400, 401, 403, 404, 429) },
});

export const endOthers = createRoute({
  method: "post",
  path: "/sessions/end-others",
  tags,
  summary: "Sign every other browser out at once",
  responses: { 200: ok(z.object({ ended: z.int() })), ...failures(401, 403, 429) },
});
