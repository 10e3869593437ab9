import type { Context } from "hono";
import type * as z from "zod";
import { parseJson } from "#simulators/parse-json";
import type { AccessToken } from "#simulators/twitch/tokens";

/** What the routes of Helix share: the token that was shown and accepted. */
export type Environment = { Variables: { token: AccessToken } };

const reasons = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
} as const;
export type RefusedStatus = keyof typeof reasons;

/** An error the way Helix words one. */
export function refuse(context: Context, status: RefusedStatus, message: string) {
  return context.json({ error: reasons[status], status, message }, status);
}

/** The body, or why it is none. */
export async function readBody<T>(
  context: Context,
  schema: z.ZodType<T>,
): Promise<{ ok: true; data: T } | { ok: false; message: string }> {
  const body = schema.safeParse(parseJson(await context.req.text()));
  if (body.success) return { ok: true, data: body.data };
  const [issue] = body.error.issues;
  return {
    ok: false,
    message: `The parameter "${issue?.path.join(".") || "body"}" is missing or malformed.`,
  };
}
