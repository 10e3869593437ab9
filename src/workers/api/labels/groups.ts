import { entityGroupsPerCommunity } from "#contracts/label";
import { openDatabase } from "#db/client";
import { auditActor } from "#workers/api/access/caller";
import {
  assign,
  create,
  get,
  list,
  members,
  remove,
  type ShownMember,
  unassign,
} from "#workers/api/labels/group-routes";
import {
  assignMember,
  createGroup,
  findGroup,
  listGroups,
  listMembers,
  type MemberRow,
  removeGroup,
  unassignMember,
} from "#workers/api/labels/group-store";
import { holdersOf, linkedAccounts } from "#workers/api/labels/linked-accounts";
import { enter, turnAway } from "#workers/api/labels/place";
import { settleRoles } from "#workers/api/labels/settle-roles";
import { wakeClock } from "#workers/api/labels/wake-clock";
import type { makeRoutes } from "#workers/api/make-routes";
import { created, failure, success } from "#workers/shared/envelope";

const may = "community.manage_roles";
const full = `This community has its ${entityGroupsPerCommunity} groups already.`;

/** Groups of people with a role on a platform, for admins. */
export function addGroupRoutes(routes: ReturnType<typeof makeRoutes>): void {
  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const groups = await listGroups(db, { communityId, after: cursor, limit });
    const last = groups.length === limit ? groups.at(-1) : undefined;
    return success(c, { groups, count: groups.length, next_cursor: last ? String(last.id) : null });
  });

  routes.openapi(create, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const given = c.req.valid("json");
    const holders = await holdersOf(db, communityId, given.label_id);
    const linked = await linkedAccounts(openDatabase(c.env), communityId, { holders });
    const group = await createGroup(db, given, { communityId, by: await auditActor(c), linked });
    if (group === "full") return failure(c, 409, full);
    if (group === "no channel") return failure(c, 404, "This community has no such channel.");
    if (group === "no label") return failure(c, 404, "There is no such label for users.");
    wakeClock(c, communityId, []);
    return created(c, { group });
  });

  routes.openapi(get, async (c) => {
    const { community_id: communityId, group_id } = c.req.valid("param");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const group = await findGroup(db, group_id, communityId);
    return group ? success(c, { group }) : turnAway(c, "foreign");
  });

  routes.openapi(remove, async (c) => {
    const { community_id: communityId, group_id } = c.req.valid("param");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const group = await removeGroup(db, group_id, { communityId, by: await auditActor(c) });
    if (!group) return turnAway(c, "foreign");
    wakeClock(c, communityId, []);
    return success(c, { id: group.id });
  });

  routes.openapi(members, async (c) => {
    const { community_id: communityId, group_id } = c.req.valid("param");
    const { cursor, limit } = c.req.valid("query");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const group = await findGroup(db, group_id, communityId);
    if (!group) return turnAway(c, "foreign");
    const rows = await listMembers(db, { groupId: group.id, after: cursor, limit });
    const next_cursor = rows.length === limit ? (rows.at(-1)?.user_key ?? null) : null;
    return success(c, { members: rows.map(toShown), count: rows.length, next_cursor });
  });

  routes.openapi(assign, async (c) => {
    const { community_id: communityId, group_id } = c.req.valid("param");
    const { user_key: userKey, expires_at: expiresAt } = c.req.valid("json");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const group = await findGroup(db, group_id, communityId);
    if (!group) return turnAway(c, "foreign");
    if (!userKey.startsWith(`${group.platform}:`))
      return failure(c, 400, `This group is for people on ${group.platform}.`);
    if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
      return failure(c, 400, "expires_at must lie ahead.");
    const row = await assignMember(db, group, { userKey, expiresAt, by: await auditActor(c) });
    if (!row) return failure(c, 409, "They are in this group already.");
    c.executionCtx.waitUntil(settleRoles(openDatabase(c.env), c.env.SENDER, { batches: 1 }).catch(() => 0));
    wakeClock(c, communityId, [expiresAt]);
    return created(c, { member: toShown(row) });
  });

  routes.openapi(unassign, async (c) => {
    const { community_id: communityId, group_id } = c.req.valid("param");
    const { user_key: userKey } = c.req.valid("json");
    const db = await enter(c, communityId, may);
    if (typeof db === "string") return turnAway(c, db, "admins");
    const group = await findGroup(db, group_id, communityId);
    if (!group) return turnAway(c, "foreign");
    const row = await unassignMember(db, group, { userKey, by: await auditActor(c) });
    if (!row) return failure(c, 404, "They are not in this group.");
    c.executionCtx.waitUntil(settleRoles(openDatabase(c.env), c.env.SENDER, { batches: 1 }).catch(() => 0));
    wakeClock(c, communityId, []);
    return success(c, { member: toShown(row) });
  });
}

function toShown({ user_key, reason, is_wanted, is_settled, problem, expires_at }: MemberRow): ShownMember {
  const waiting = is_wanted ? "joining" : "leaving";
  const ended = problem === null ? "member" : "failed";
  return { user_key, reason, state: is_settled ? ended : waiting, problem, expires_at };
}
