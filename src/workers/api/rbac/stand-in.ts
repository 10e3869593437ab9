import type { Context } from "hono";
import type { Role } from "#contracts/role";
import type { Database } from "#db/client";
import { authorize, type Resource, standingOf } from "#router/authorize";
import type { Permission } from "#router/permissions";
import type { ApiBindings } from "#workers/api/bindings";
import { findGiver } from "#workers/api/rbac/giver";

/** Who asks, where they ask: their role there and the accounts that are theirs; none for a service. */
export interface CallerStanding {
  role: Role;
  accounts: string[];
}

/**
 * The caller as they stand in a place. `foreign` for whoever has no business there, which looks like a place that does
 * not exist; `forbidden` for a person of that community who may not do this.
 */
export async function standIn(
  c: Context<ApiBindings>,
  db: Database,
  permission: Permission,
  resource: Resource,
): Promise<CallerStanding | "foreign" | "forbidden"> {
  const principal = c.get("principal");
  if (principal.communityId !== null && principal.communityId !== resource.communityId) return "foreign";
  const giver = await findGiver(db, principal, [resource]);
  const held = giver.principalAt(resource);
  if (!held) return "foreign";
  if (authorize(held, permission, resource).isAllowed)
    return { role: standingOf(held, resource).role, accounts: [...giver.accounts] };
  return held.grants.length === 0 ? "foreign" : "forbidden";
}
