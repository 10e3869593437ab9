import type { Context } from "hono";
import { productVersion } from "#contracts/version";
import { openDatabase } from "#db/client";
import { findRoles, globalCommunityId, listUserRoles, type PlacedRoles } from "#db/rbac";
import { assignRoles, joinGlobal, leaveCommunity } from "#db/rbac-changes";
import { makeLog } from "#lib/log";
import { authorize, type Resource, standingOf } from "#router/authorize";
import { whyNotAssigned } from "#router/may-assign";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { keepsOwner } from "#workers/api/communities/keeps-owner";
import { makeRoutes } from "#workers/api/make-routes";
import { findGiver, type Giver, grantsOf } from "#workers/api/rbac/giver";
import { assign, checkPermissions, ensureGlobal, leave, listRoles } from "#workers/api/rbac/rbac-routes";
import { tellChannels } from "#workers/api/rbac/tell-channels";
import { requireRole } from "#workers/api/with-principal";
import { type FieldProblem, failure, success } from "#workers/shared/envelope";

const log = makeLog({ module: "api", version: productVersion });
const nowhere = "There is no such channel or community.";
const lastOwner = "A community needs an owner. Please make somebody else one first.";
const changedMeanwhile = "The roles changed while this was decided. Please try again.";

interface Item {
  user_key: string;
  community_id?: number | undefined;
  entity_id?: string | undefined;
}

/** Roles and permissions, in bounded numbers of statements whatever the number of questions (10-router §1.4). */
export function rbacRoutes() {
  const routes = makeRoutes();
  routes.use(requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(checkPermissions, async (c) => {
    const { checks } = c.req.valid("json");
    const asked = await lookUp(c, checks);
    const unseen = asked.problems("checks", (giver, resource, { user_key }) =>
      giver.accounts.has(user_key) ? true : mayManage(giver, resource),
    );
    if (unseen.length > 0) return failure(c, 404, nowhere, unseen);
    const results = checks.map(({ user_key, permission }, index) => {
      const { resource, found } = asked.at(index);
      const rights = authorize({ grants: grantsOf(found, resource) }, permission, resource);
      const { isAllowed, actual, because } = rights;
      return { user_key, permission, allowed: isAllowed, role: actual, because };
    });
    return success(c, { results });
  });

  routes.openapi(assign, async (c) => {
    const { assignments } = c.req.valid("json");
    const asked = await lookUp(c, assignments);
    const unseen = asked.problems("assignments", hasBusiness);
    if (unseen.length > 0) return failure(c, 404, nowhere, unseen);
    const refused = assignments.flatMap((item, index): FieldProblem[] => {
      const message = whyRefused(asked, item, index);
      return message === undefined ? [] : [{ field: `assignments.${index}.role`, message }];
    });
    const [first] = refused;
    if (first) return failure(c, 403, first.message, refused);
    const changes = assignments.map(({ user_key, entity_id = null, role }, index) => {
      return {
        userKey: user_key,
        entityId: entity_id,
        role,
        communityId: asked.at(index).resource.communityId,
      };
    });
    const last = [
      ...new Map(changes.map((one) => [`${one.communityId} ${one.entityId} ${one.userKey}`, one])).values(),
    ];
    const db = openDatabase(c.env);
    if (!(await keepsOwner(db, last))) return failure(c, 409, lastOwner);
    const isDone = await assignRoles(db, { changes: last, seen: asked.versions() }, await auditActor(c));
    for (const change of last) logAssigned(c, change, isDone);
    if (!isDone) return failure(c, 409, changedMeanwhile);
    const communityIds = asked.versions().map(({ id }) => id);
    const userKeys = [...new Set(last.map(({ userKey }) => userKey))];
    const channels_told = await tellChannels(db, c.env.CHANNEL, { communityIds, userKeys });
    return success(c, { assigned: last.length, channels_told });
  });

  routes.openapi(listRoles, async (c) => {
    const { user_keys, community_id } = c.req.valid("json");
    const db = openDatabase(c.env);
    const communityId = community_id ?? c.get("principal").communityId;
    const giver = await findGiver(db, c.get("principal"), [
      { communityId: communityId ?? globalCommunityId },
    ]);
    const isOwn = user_keys.every((key) => giver.accounts.has(key));
    if (!isOwn && !mayManage(giver, { communityId: communityId ?? globalCommunityId }))
      return failure(c, 404, nowhere);
    const rows = await listUserRoles(db, { userKeys: user_keys, communityId });
    const users = [...new Set(user_keys)].map((user_key) => ({
      user_key,
      roles: rows.filter((row) => row.user_key === user_key).map(({ user_key: _, ...rest }) => rest),
    }));
    return success(c, { users });
  });

  routes.openapi(ensureGlobal, async (c) => {
    const { user_keys } = c.req.valid("json");
    const { kind, communityId } = c.get("principal");
    if (kind === "user" || communityId !== null) return failure(c, 403, "This caller may not do that.");
    const joined = await joinGlobal(openDatabase(c.env), user_keys, await auditActor(c));
    return success(c, { joined: joined.length, already_members: new Set(user_keys).size - joined.length });
  });

  routes.openapi(leave, async (c) => {
    const { community_id } = c.req.valid("param");
    const { user_key } = c.req.valid("json");
    if (community_id === globalCommunityId)
      return failure(c, 409, "Everybody belongs to the global community; it cannot be left.");
    const asked = await lookUp(c, [{ user_key, community_id }]);
    const unseen = asked.problems("", hasBusiness);
    if (unseen.length > 0) return failure(c, 404, nowhere);
    const refusal = whyRefused(asked, { user_key, role: "member" }, 0);
    if (refusal !== undefined && !asked.giver.accounts.has(user_key)) return failure(c, 403, refusal);
    const [seen] = asked.versions();
    if (!seen) return failure(c, 404, nowhere);
    const db = openDatabase(c.env);
    const leaving = { userKey: user_key, communityId: community_id, entityId: null, role: null };
    if (!(await keepsOwner(db, [leaving]))) return failure(c, 409, lastOwner);
    const outcome = await leaveCommunity(db, { userKey: user_key, seen }, await auditActor(c));
    if (outcome === "conflict") return failure(c, 409, changedMeanwhile);
    if (outcome === "missing") return failure(c, 404, "This person is no member there.");
    await tellChannels(db, c.env.CHANNEL, { communityIds: [community_id], userKeys: [user_key] });
    return success(c, { community_id, user_key });
  });
  return routes;
}

type Asked = Awaited<ReturnType<typeof lookUp>>;

/** Everything a request asks about, in at most four statements: places and roles, the caller's accounts and theirs. */
async function lookUp(c: Context<ApiBindings>, items: readonly Item[]) {
  const db = openDatabase(c.env);
  const found = await findRoles(
    db,
    items.map(({ user_key, community_id = null, entity_id = null }) => {
      return { userKey: user_key, communityId: community_id, entityId: entity_id };
    }),
  );
  const resourceOf = (place: PlacedRoles, { entity_id }: Item): Resource => {
    return { communityId: place.community_id, entityId: entity_id };
  };
  const resources = items.flatMap((item, index) => {
    const place = found[index];
    return place ? [resourceOf(place, item)] : [];
  });
  const giver = await findGiver(db, c.get("principal"), resources);
  return {
    giver,
    at(index: number) {
      const [place, item] = [found[index], items[index]];
      if (!place || !item) throw new Error(`asked about nothing: ${index}`);
      return { found: place, resource: resourceOf(place, item) };
    },
    /** What does not exist and what is none of the caller's business look the same. */
    problems(
      list: string,
      isVisible: (giver: Giver, resource: Resource, item: Item) => boolean,
    ): FieldProblem[] {
      return items.flatMap((item, index) => {
        const place = found[index];
        if (place && isVisible(giver, resourceOf(place, item), item)) return [];
        const field = item.entity_id === undefined ? "community_id" : "entity_id";
        return [{ field: list ? `${list}.${index}.${field}` : field, message: nowhere }];
      });
    },
    versions() {
      const seen = found.flatMap((place) =>
        place ? [[place.community_id, place.config_version] as const] : [],
      );
      return [...new Map(seen)].map(([id, version]) => ({ id, version }));
    },
  };
}

/** Holds a role there, or it is about themselves: anybody else is told nothing of the place. */
function hasBusiness(giver: Giver, resource: Resource, { user_key }: Item): boolean {
  const held = giver.principalAt(resource);
  return held !== undefined && (held.grants.length > 0 || giver.accounts.has(user_key));
}

function mayManage(giver: Giver, resource: Resource): boolean {
  const principal = giver.principalAt(resource);
  return principal !== undefined && authorize(principal, "community.manage_roles", resource).isAllowed;
}

/** Undefined when the caller may give this role to this person there; else why not, for people. */
function whyRefused(
  { giver, at }: Asked,
  {
    user_key,
    role,
  }: Pick<Item, "user_key"> & { role: Parameters<typeof whyNotAssigned>[0]["wanted"] | null },
  index: number,
): string | undefined {
  const { resource, found } = at(index);
  const principal = giver.principalAt(resource);
  const isSelf = giver.accounts.has(user_key);
  if (!principal) return nowhere;
  const rights = authorize(principal, "community.manage_roles", resource);
  if (!rights.isAllowed && !isSelf) return `Roles are given by ${rights.required}s and above.`;
  const current = standingOf({ grants: grantsOf(found, resource) }, resource).role;
  return whyNotAssigned({ giver: rights.actual, isSelf, current, wanted: role ?? "member" });
}

/** The audit row is the record; this line is for whoever watches the log (LOG-2). */
function logAssigned(
  c: Context<ApiBindings>,
  {
    userKey,
    entityId,
    role,
    communityId,
  }: { userKey: string; entityId: string | null; role: string | null; communityId: number },
  isDone: boolean,
): void {
  log({
    level: "INFO",
    category: "AUDIT",
    action: "role.assign",
    result: isDone ? "SUCCESS" : "FAILURE",
    community: communityId,
    user: c.get("principal").id,
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
    details: { target: userKey, entityId, role },
  });
}
