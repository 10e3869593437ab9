import type { Context } from "hono";
import type { Permission } from "#router/permissions";
import { mayActIn } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { enter } from "#workers/api/communities/place";
import type { Principal } from "#workers/api/principal";
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

export type NotAdmitted = "foreign" | "forbidden" | "unnamed";

/** {@link wantedCommunity}, for whoever may do this there. A person names one: all of them at once are for services. */
export async function admitTo(
  c: Context<ApiBindings>,
  named: number | undefined,
  permission: Permission,
): Promise<number | "missing" | NotAdmitted> {
  const wanted = wantedCommunity(c, named);
  if (!isPerson(c.get("principal"))) return wanted;
  if (wanted === "missing") return "unnamed";
  return typeof wanted === "number" ? ((await whyNotIn(c, wanted, permission)) ?? wanted) : wanted;
}

/** Why this caller may not do this in a community; undefined when they may. Services are held by what they are bound to. */
export async function whyNotIn(
  c: Context<ApiBindings>,
  communityId: number,
  permission: Permission,
): Promise<"foreign" | "forbidden" | undefined> {
  const principal = c.get("principal");
  if (!isPerson(principal)) return mayActIn(principal, communityId) ? undefined : "foreign";
  const entered = await enter(c, communityId, permission);
  return typeof entered === "string" ? entered : undefined;
}

/** Whoever is no more than a user to the API is what their linked accounts are in each community; a key of that kind is nobody. */
export function isPerson({ roles }: Principal): boolean {
  return roles.every((role) => role === "user");
}

/** The refusals of {@link wantedCommunity} and {@link admitTo}. */
export function refuseCommunity(c: Context<ApiBindings>, why: NotAdmitted | "missing") {
  if (why === "foreign") return failure(c, 404, "There is no such community.");
  if (why === "forbidden") return failure(c, 403, "Your role in this community is not enough for that.");
  const message = why === "missing" ? "Needed for a key of the whole house" : "Is required";
  return failure(c, 400, "The request is not valid.", [{ field: "community_id", message }]);
}
