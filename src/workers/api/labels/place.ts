import type { Context } from "hono";
import { type Database, openDatabase } from "#db/client";
import type { Permission } from "#router/permissions";
import type { ApiBindings } from "#workers/api/bindings";
import { standIn } from "#workers/api/rbac/stand-in";
import { failure } from "#workers/shared/envelope";

type Turned = "foreign" | "forbidden";

/** The database, for whoever may do this in the community. */
export async function enter(
  c: Context<ApiBindings>,
  communityId: number,
  permission: Permission,
): Promise<Database | Turned> {
  const db = openDatabase(c.env);
  const standing = await standIn(c, db, permission, { communityId });
  return typeof standing === "string" ? standing : db;
}

/** Places that are not the caller's look like places that do not exist. */
export function turnAway(c: Context<ApiBindings>, why: Turned, who = "moderators") {
  if (why === "forbidden") return failure(c, 403, `This is for ${who} and above.`);
  return failure(c, 404, "There is no such community, label or group.");
}
