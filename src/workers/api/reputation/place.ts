import { sql } from "drizzle-orm";
import type { Context } from "hono";
import { type Database, openDatabase } from "#db/client";
import { findAccounts, globalCommunityId, listUserRoles } from "#db/rbac";
import type { ApiBindings } from "#workers/api/bindings";
import { standIn } from "#workers/api/rbac/stand-in";
import { readingDatabase } from "#workers/api/reading";
import { failure } from "#workers/shared/envelope";

type Turned = "foreign" | "forbidden";

/**
 * The community's own rows, for whoever may look at or decide about a community's reputation. Everybody of a community may look
 * (`reputation.view`); the permission alone would let strangers in, because everyone has it.
 */
export async function enter(
  c: Context<ApiBindings>,
  communityId: number,
  wanted: "view" | "moderate" | "manage",
): Promise<Database | Turned> {
  const db = openDatabase(c.env);
  const permission = wanted === "moderate" ? "commands.moderate" : "reputation.manage";
  const standing = await standIn(c, db, permission, { communityId });
  if (typeof standing === "string") {
    if (standing === "foreign" && !(await belongs(c, db, communityId))) return "foreign";
    if (wanted !== "view") return "forbidden";
  }
  if (!(await isCommunity(db, communityId))) return "foreign";
  // What is credited here is mirrored in the global community.
  return readingDatabase(c, communityId, globalCommunityId);
}

/** Members hold no role that was assigned; to the global community everybody belongs (RBAC-1). */
async function belongs(c: Context<ApiBindings>, db: Database, communityId: number): Promise<boolean> {
  const { kind, id } = c.get("principal");
  if (kind !== "user" || !/^\d{1,9}$/.test(id)) return false;
  if (communityId === globalCommunityId) return true;
  const userKeys = await findAccounts(db, Number(id));
  return (await listUserRoles(db, { userKeys, communityId })).length > 0;
}

async function isCommunity(db: Database, id: number): Promise<boolean> {
  const { rows } = await db.execute(sql`SELECT 1 FROM communities WHERE id = ${id} AND is_active`);
  return rows.length > 0;
}

/** Places that are not the caller's look like places that do not exist. */
export function turnAway(c: Context<ApiBindings>, why: Turned, who = "admins") {
  if (why === "forbidden") return failure(c, 403, `This is for ${who} and above.`);
  return failure(c, 404, "There is no such community, or nobody of that key in it.");
}
