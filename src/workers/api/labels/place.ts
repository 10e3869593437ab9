import type { Context } from "hono";
import { type Database, openDatabase } from "#db/client";
import type { Permission } from "#router/permissions";
import type { ApiBindings } from "#workers/api/bindings";
import { isCommunity } from "#workers/api/connections/connection-store";
import { standIn } from "#workers/api/rbac/stand-in";
import { readingDatabase } from "#workers/api/reading";
import { failure } from "#workers/shared/envelope";

type Turned = "foreign" | "forbidden";

/** The community's own rows, for whoever may do this there. */
export async function enter(
  c: Context<ApiBindings>,
  communityId: number,
  permission: Permission,
): Promise<Database | Turned> {
  const db = openDatabase(c.env);
  const [standing, isThere] = await Promise.all([
    standIn(c, db, permission, { communityId }),
    isCommunity(db, communityId),
  ]);
  if (typeof standing === "string") return standing;
  return isThere ? readingDatabase(c, communityId) : "foreign";
}

/** Places that are not the caller's look like places that do not exist. */
export function turnAway(c: Context<ApiBindings>, why: Turned, who = "moderators") {
  if (why === "forbidden") return failure(c, 403, `This is for ${who} and above.`);
  return failure(c, 404, "There is no such community, label or group.");
}
