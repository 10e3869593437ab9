import type { MiddlewareHandler } from "hono";
import type { ApiBindings } from "#workers/api/bindings";
import { failure } from "#workers/shared/envelope";

/** For what concerns every community at once: a key that is bound to one community has no business there. */
export const requirePlatformWide: MiddlewareHandler<ApiBindings> = async function requirePlatformWide(
  c,
  next,
) {
  if (c.get("principal").communityId === null) return next();
  return failure(c, 403, "A key of one community may not do that.");
};
