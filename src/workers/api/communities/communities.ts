import type { Context } from "hono";
import type * as z from "zod";
import { communitiesPerOwner } from "#contracts/community";
import { type Database, openDatabase } from "#db/client";
import {
  type CommunityFields,
  type CommunityRow,
  deleteCommunity,
  listCommunities,
  updateCommunity,
} from "#db/communities/community-store";
import { createUnderSlug } from "#db/communities/create-under-slug";
import { nameKey } from "#db/communities/names";
import { globalCommunityId } from "#db/rbac";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { addChannelRoutes } from "#workers/api/communities/channels";
import {
  type communityChange,
  create,
  get,
  list,
  remove,
  update,
} from "#workers/api/communities/community-routes";
import { versionOf, withTag } from "#workers/api/communities/etag";
import { addInvitationRoutes } from "#workers/api/communities/invitations";
import { isHouse } from "#workers/api/communities/is-house";
import { addJoinRoutes } from "#workers/api/communities/joins";
import { addMemberRoutes } from "#workers/api/communities/members";
import { chooseAccount, enter, ownAccounts, refuseAccount, turnAway } from "#workers/api/communities/place";
import { makeRoutes } from "#workers/api/make-routes";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const stale = "The community changed meanwhile. Please look at it again.";
const nameTaken = "There is a community of that name already, or of one that looks the same.";
const slugTaken = "That word is taken. Please choose another one.";
const full = `Somebody owns at most ${communitiesPerOwner} communities.`;

/** Communities, their people and channels, and the ways into them (40-core §1.32, 81-details §2.9, docs/decisions/0025). */
export function communityRoutes() {
  const routes = makeRoutes();
  for (const path of ["/", "/*"]) routes.use(path, requireRole("core", "admin", "super-admin", "user"));
  // Before the communities by number: `invitations` is none.
  addInvitationRoutes(routes);
  addJoinRoutes(routes);
  addMemberRoutes(routes);
  addChannelRoutes(routes);

  routes.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const caller = c.get("principal");
    const db = openDatabase(c.env);
    const accounts = isHouse(caller) ? null : await ownAccounts(c, db);
    const isBound = caller.communityId !== null && caller.kind !== "user";
    const filter = { accounts: isBound ? null : accounts, only: caller.communityId, after: cursor, limit };
    const communities = await listCommunities(db, filter);
    const last = communities.length === limit ? communities.at(-1) : undefined;
    return success(c, {
      communities,
      count: communities.length,
      next_cursor: last ? String(last.id) : null,
    });
  });

  routes.openapi(create, async (c) => {
    const { owner, slug, join_mode: joinMode, ...rest } = c.req.valid("json");
    const db = openDatabase(c.env);
    const first = await firstOwner(c, db, owner);
    if ("refused" in first) return first.refused;
    const fields = { ...rest, joinMode, nameKey: nameKey(rest.name) };
    const to = { owner: first.userKey, by: await auditActor(c) };
    const made = await createUnderSlug(db, fields, slug, to);
    if (made === "full") return failure(c, 409, full);
    if (made === "slug") return failure(c, 409, slugTaken);
    if (made === "name") return failure(c, 409, nameTaken);
    return created(withTag(c, made), { community: made });
  });

  routes.openapi(get, async (c) => {
    const entered = await enter(c, c.req.valid("param").community_id, "belong");
    if (typeof entered === "string") return turnAway(c, entered);
    return success(withTag(c, entered.community), { community: entered.community });
  });

  routes.openapi(update, async (c) => {
    const { community_id: id } = c.req.valid("param");
    const patch = c.req.valid("json");
    const entered = await enter(c, id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const { community } = entered;
    if (id === globalCommunityId && (patch.name !== undefined || patch.join_mode !== undefined))
      return failure(c, 409, "The global community keeps its name, and everybody is in it.");
    const seen = versionOf(c.req.valid("header")["if-match"]);
    if (seen !== undefined && seen !== community.version) return failure(c, 412, stale);
    const change = { by: await auditActor(c), version: community.version };
    const done = await updateCommunity(openDatabase(c.env), id, withPatch(community, patch), change);
    if (done === "none") return turnAway(c, "foreign");
    if (done === "stale") return failure(c, 412, stale);
    if (done === "name") return failure(c, 409, nameTaken);
    await bumpChannels(c.env, done.told);
    return success(withTag(c, done.row), { community: done.row });
  });

  routes.openapi(remove, async (c) => {
    const { community_id: id } = c.req.valid("param");
    if (id === globalCommunityId) return failure(c, 409, "The global community cannot be deleted.");
    const entered = await enter(c, id, "community.delete");
    if (typeof entered === "string") return turnAway(c, entered, "owners");
    const version = versionOf(c.req.valid("header")["if-match"]);
    const done = await deleteCommunity(openDatabase(c.env), id, { by: await auditActor(c), version });
    if (done === "stale") return failure(c, 412, stale);
    await bumpChannels(c.env, done);
    return success(c, { id });
  });
  return routes;
}

type Refused = { refused: ReturnType<typeof refuseAccount> };

/** Who will own a new community: the caller, by an account of theirs; a service of the house says who. */
async function firstOwner(
  c: Context<ApiBindings>,
  db: Database,
  named: string | undefined,
): Promise<{ userKey: string } | Refused> {
  const caller = c.get("principal");
  if (isHouse(caller) && named !== undefined) return { userKey: named };
  if (caller.kind !== "user")
    return {
      refused: failure(c, 403, "A service of the whole house makes communities, and says who owns them."),
    };
  const chosen = await chooseAccount(c, db, named);
  return typeof chosen === "string" ? { refused: refuseAccount(c, chosen) } : chosen;
}

function withPatch(old: CommunityRow, patch: z.infer<typeof communityChange>): CommunityFields {
  const name = patch.name ?? old.name;
  return {
    name,
    nameKey: nameKey(name),
    description: patch.description ?? old.description,
    type: patch.type ?? old.type,
    joinMode: patch.join_mode ?? old.join_mode,
    theme: patch.theme ?? old.theme,
  };
}
