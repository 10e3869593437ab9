import type { Context } from "hono";
import type { ApiBindings } from "#workers/api/bindings";
import { failure } from "#workers/shared/envelope";

/**
 * Which community a call is about: the one it names, or the caller's own. `foreign` for a key that is bound to
 * another one, `missing` when neither says.
 */
export function wantedCommunity(
  c: Context<ApiBindings>,
  named: number | undefined,
): number | "foreign" | "missing" {
  const bound = c.get("principal").communityId;
  if (bound === null) return named ?? "missing";
  return named === undefined || named === bound ? bound : "foreign";
}

/** The refusals of {@link wantedCommunity}. */
export function refuseCommunity(c: Context<ApiBindings>, why: "foreign" | "missing") {
  if (why === "foreign") return failure(c, 404, "There is no such community.");
  const details = [{ field: "community_id", message: "Needed for a key of the whole house" }];
  return failure(c, 400, "The request is not valid.", details);
}
