import type { Context } from "hono";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";
import type { ApiBindings } from "#workers/api/bindings";
import { isCommunity } from "#workers/api/connections/connection-store";
import { standIn } from "#workers/api/rbac/stand-in";

/**
 * Whether the caller may connect accounts there: a community's admins and owners in their own; the accounts of
 * community 1 speak everywhere, so only whoever runs the whole house may.
 */
export async function mayConnect(
  c: Context<ApiBindings>,
  db: Database,
  communityId: number,
): Promise<"yes" | "foreign" | "forbidden"> {
  const { kind, roles, communityId: bound } = c.get("principal");
  if (communityId === globalCommunityId) {
    if (bound !== null) return "foreign";
    return kind === "service" || roles.includes("super-admin") ? "yes" : "forbidden";
  }
  const standing = await standIn(c, db, "community.manage_settings", { communityId });
  if (typeof standing === "string") return standing;
  return (await isCommunity(db, communityId)) ? "yes" : "foreign";
}
