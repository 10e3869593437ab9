import { checkAuditChain } from "#db/audit";
import { type Database, openDatabase } from "#db/client";
import { list, listAll, verify, verifyAll } from "#workers/api/audit/audit-routes";
import { type AuditFilter, listAudit } from "#workers/api/audit/audit-store";
import { enter, turnAway } from "#workers/api/communities/place";
import { makeRoutes } from "#workers/api/make-routes";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { requireRole } from "#workers/api/with-principal";
import { success } from "#workers/shared/envelope";

/** Reading the audit log (threats rows 21 and 27). Nothing here writes it. */
export function auditRoutes() {
  const routes = makeRoutes();
  routes.use("/superadmin/*", requireRole("admin", "super-admin"), requirePlatformWide);
  routes.use("/communities/:community_id/audit/*", requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const { cursor, resource_id, ...rest } = c.req.valid("query");
    const filter = { ...rest, communityId, before: cursor, resourceId: resource_id };
    return success(c, await pageOf(entered.db, filter));
  });

  routes.openapi(verify, async (c) => {
    const entered = await enter(c, c.req.valid("param").community_id, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    return success(c, await chainOf(entered.db));
  });

  routes.openapi(listAll, async (c) => {
    const { cursor, resource_id, community_id, ...rest } = c.req.valid("query");
    const filter = { ...rest, communityId: community_id, before: cursor, resourceId: resource_id };
    return success(c, await pageOf(openDatabase(c.env), filter));
  });

  routes.openapi(verifyAll, async (c) => success(c, await chainOf(openDatabase(c.env))));
  return routes;
}

async function pageOf(db: Database, filter: AuditFilter) {
  const entries = await listAudit(db, filter);
  const last = entries.length === filter.limit ? entries.at(-1) : undefined;
  return { entries, next_cursor: last?.id ?? null };
}

async function chainOf(db: Database) {
  const { rows, firstBrokenId } = await checkAuditChain(db);
  const checked_at = new Date().toISOString();
  return { rows, is_whole: firstBrokenId === null, first_broken_id: firstBrokenId, checked_at };
}
