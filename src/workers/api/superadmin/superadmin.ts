import { openDatabase } from "#db/client";
import { addMember } from "#db/communities/member-store";
import { assignRoles } from "#db/rbac-changes";
import { auditActor } from "#workers/api/access/caller";
import { listAdmins, readAudit } from "#workers/api/broker/admin-store";
import { connectionService } from "#workers/api/connections/connections";
import { makeRoutes } from "#workers/api/make-routes";
import { tellChannels } from "#workers/api/rbac/tell-channels";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { checkServices } from "#workers/api/superadmin/services";
import {
  broker,
  communities,
  platformSetups,
  reassign,
  services,
  setActive,
  testPlatform,
  users,
} from "#workers/api/superadmin/superadmin-routes";
import {
  findOwners,
  isKnownAccount,
  listPlaced,
  listUsers,
  setUserActive,
} from "#workers/api/superadmin/superadmin-store";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

/** For whoever runs the whole house (81-details §2.8, superadmin). */
export function superadminRoutes() {
  const routes = makeRoutes();
  routes.use(requireRole("admin", "super-admin"), requirePlatformWide);

  routes.openapi(communities, async (c) => {
    const { search, cursor, limit } = c.req.valid("query");
    const found = await listPlaced(openDatabase(c.env), { search, after: cursor, limit });
    return success(c, { communities: found, next_cursor: nextOf(found, limit) });
  });

  routes.openapi(reassign, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { user_key: userKey } = c.req.valid("json");
    const db = openDatabase(c.env);
    const [held, isKnown] = await Promise.all([findOwners(db, communityId), isKnownAccount(db, userKey)]);
    if (!held) return failure(c, 404, "There is no such community.");
    if (!isKnown) {
      const message = "Nobody of that account was ever seen here.";
      return failure(c, 400, message, [{ field: "user_key", message }]);
    }
    const former = held.owners.filter((owner) => owner !== userKey);
    const place = { communityId, entityId: null };
    const changes = [
      { ...place, userKey, role: "owner" as const },
      ...former.map((owner) => ({ ...place, userKey: owner, role: "admin" as const })),
    ];
    const by = await auditActor(c);
    const isDone = await assignRoles(db, { changes, seen: [{ id: communityId, version: held.version }] }, by);
    if (!isDone) return failure(c, 409, "The roles changed while this was decided. Please try again.");
    await addMember(db, { communityId, userKey, by });
    await tellChannels(db, c.env.CHANNEL, { communityIds: [communityId], userKeys: [userKey, ...former] });
    return success(c, { community_id: communityId, owner: userKey, former });
  });

  routes.openapi(users, async (c) => {
    const { search, cursor, limit } = c.req.valid("query");
    const found = await listUsers(openDatabase(c.env), { search, after: cursor, limit });
    return success(c, { users: found, next_cursor: nextOf(found, limit) });
  });

  routes.openapi(setActive, async (c) => {
    const { user_id: userId } = c.req.valid("param");
    const { is_active: isActive } = c.req.valid("json");
    const { kind, id } = c.get("principal");
    if (!isActive && kind === "user" && id === String(userId))
      return failure(c, 409, "Nobody locks themselves out.");
    const changed = await setUserActive(openDatabase(c.env), { userId, isActive }, await auditActor(c));
    if (changed === undefined) return failure(c, 404, "There is no such user.");
    return success(c, { user_id: userId, is_active: isActive, changed });
  });

  routes.openapi(platformSetups, async (c) => {
    const found = await connectionService(c.env).setups();
    const platforms = found.map(({ platform, canSpeak, canConnect, variables }) => ({
      platform,
      can_speak: canSpeak,
      can_connect: canConnect,
      variables: variables.map(({ name, isSet }) => ({ name, is_set: isSet })),
    }));
    return success(c, { platforms });
  });

  routes.openapi(testPlatform, async (c) => {
    const { platform } = c.req.valid("param");
    const tested = await connectionService(c.env).testSetup(platform);
    if (!tested) return failure(c, 404, "There is no such platform.");
    return success(c, { platform, is_ok: tested.problem === null, problem: tested.problem });
  });

  routes.openapi(services, async (c) => success(c, { services: await checkServices(c.env) }));

  routes.openapi(broker, async (c) => {
    const db = openDatabase(c.env);
    const [admins, audit] = await Promise.all([
      listAdmins(db, true),
      readAudit(db, { limit: 50, offset: 0 }),
    ]);
    return success(c, {
      admins: admins.map(({ username, fullName, email, isActive, groups, createdAt }) => ({
        username,
        full_name: fullName,
        email,
        is_active: isActive,
        groups,
        created_at: createdAt.toISOString(),
      })),
      audit: audit.map(({ id, createdAt, action, username, performedBy, status }) => ({
        id: String(id),
        at: createdAt.toISOString(),
        action,
        username,
        performed_by: performedBy,
        status,
      })),
    });
  });
  return routes;
}

function nextOf(found: readonly { id: number }[], limit: number): string | null {
  const last = found.length === limit ? found.at(-1) : undefined;
  return last ? String(last.id) : null;
}
