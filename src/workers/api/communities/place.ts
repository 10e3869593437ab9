import { sql } from "drizzle-orm";
import type { Context } from "hono";
import type { Role } from "#contracts/role";
import { type Database, openCommunityDatabase, openDatabase } from "#db/client";
import { type CommunityRow, findCommunity } from "#db/communities/community-store";
import { findAccounts, globalCommunityId } from "#db/rbac";
import type { Permission } from "#router/permissions";
import type { ApiBindings } from "#workers/api/bindings";
import { standIn } from "#workers/api/rbac/stand-in";
import { readingDatabase } from "#workers/api/reading";
import { failure } from "#workers/shared/envelope";

export type Turned = "foreign" | "forbidden";

export interface Entered {
  /** Sees every community: for people and rights. */
  db: Database;
  /** The community's own rows alone. */
  own: Database;
  community: CommunityRow;
  role: Role;
  /** The caller's own accounts; none for a service. */
  accounts: string[];
}

/**
 * The community, for whoever may do this there; `belong` asks for no more than being one of its people. A deleted
 * community, a foreign one and one that never was look the same.
 */
export async function enter(
  c: Context<ApiBindings>,
  communityId: number,
  permission: Permission | "belong",
): Promise<Entered | Turned> {
  const db = openDatabase(c.env);
  const needed = permission === "belong" ? "commands.moderate" : permission;
  const [community, standing] = await Promise.all([
    findCommunity(db, communityId),
    standIn(c, db, needed, { communityId }),
  ]);
  if (!community) return "foreign";
  // What concerns the global community concerns everybody's.
  const own = communityId === globalCommunityId ? db : readingDatabase(c, communityId);
  if (typeof standing !== "string") return { db, own, community, ...standing };
  const accounts = await ownAccounts(c, db);
  // A role in the global community makes nobody one of these people.
  if (!(await belongs(db, accounts, communityId))) return "foreign";
  return permission === "belong" ? { db, own, community, role: "member", accounts } : "forbidden";
}

/** For what makes somebody a member: whoever is anywhere is in the global community too. */
export function withGlobal(c: Context<ApiBindings>, communityId: number): Database {
  return openCommunityDatabase(c.env, communityId, globalCommunityId);
}

export function turnAway(c: Context<ApiBindings>, why: Turned, who = "moderators") {
  if (why === "forbidden") return failure(c, 403, `This is for ${who} of the community and above.`);
  return failure(c, 404, "There is no such community.");
}

/** The accounts of the person who calls, in the order of their keys; none for a service. */
export async function ownAccounts(c: Context<ApiBindings>, db: Database): Promise<string[]> {
  const { kind, id } = c.get("principal");
  if (kind !== "user" || !/^\d{1,9}$/.test(id)) return [];
  return (await findAccounts(db, Number(id))).sort();
}

/** Whether one of these accounts is a member, or holds a role there. */
async function belongs(db: Database, accounts: readonly string[], communityId: number): Promise<boolean> {
  if (accounts.length === 0) return false;
  const mine = sql`user_key IN (SELECT jsonb_array_elements_text(${JSON.stringify(accounts)}::jsonb))`;
  const { rows } = await db.execute(sql`
    SELECT 1 WHERE EXISTS (
        SELECT 1 FROM community_memberships WHERE community_id = ${communityId} AND is_active AND ${mine})
      OR EXISTS (SELECT 1 FROM community_rbac WHERE community_id = ${communityId} AND ${mine})
      OR EXISTS (
        SELECT 1 FROM entity_roles JOIN servers USING (entity_id) WHERE community_id = ${communityId} AND ${mine})`);
  return rows.length > 0;
}

/**
 * The account a person joins with: the one they name, or their first. `foreign` for one that is not theirs, `none` for
 * whoever has linked none.
 */
export async function chooseAccount(
  c: Context<ApiBindings>,
  db: Database,
  named: string | undefined,
): Promise<{ userKey: string } | "none" | "foreign"> {
  const accounts = await ownAccounts(c, db);
  const [first] = accounts;
  if (first === undefined) return "none";
  if (named !== undefined && !accounts.includes(named)) return "foreign";
  return { userKey: named ?? first };
}

export function refuseAccount(c: Context<ApiBindings>, why: "none" | "foreign") {
  if (why === "none") return failure(c, 403, "Please link an account on one of the platforms first.");
  return failure(c, 403, "That account is not linked with yours.");
}
