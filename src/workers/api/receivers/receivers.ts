import type { Context } from "hono";
import { reachesLevel } from "#contracts/role";
import { openDatabase } from "#db/client";
import { standingOf } from "#router/authorize";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { findGiver } from "#workers/api/rbac/giver";
import { readingDatabase } from "#workers/api/reading";
import { lastGap, readGaps } from "#workers/api/receivers/gaps";
import { listActivities, listEvents, listGaps, listReceivers } from "#workers/api/receivers/receiver-schemas";
import { readActivities, readEvents, readReceivers } from "#workers/api/receivers/receiver-store";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { wantedCommunity } from "#workers/api/router/communities";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const noCommunity = "There is no such community.";

/** What the receivers are and what they received (20-receivers §1.8), to be mounted at `/api/v1/receivers`. */
export function receiverRoutes() {
  const routes = makeRoutes();
  for (const path of ["/", "/gaps"]) routes.use(path, requireRole("core", "admin"), requirePlatformWide);
  for (const path of ["/events", "/activities"]) routes.use(path, requireRole("core", "user", "admin"));
  return routes
    .openapi(listReceivers, async (c) => {
      const [rows, gaps] = await Promise.all([
        readReceivers(openDatabase(c.env)),
        readGaps(c.env, { limit: 1000 }),
      ]);
      const receivers = rows.map((row) => ({ ...row, last_gap: lastGap(gaps, row.platform) }));
      return success(c, { receivers });
    })
    .openapi(listGaps, async (c) => {
      const gaps = await readGaps(c.env, c.req.valid("query"));
      return success(c, { gaps, count: gaps.length });
    })
    .openapi(listEvents, async (c) => {
      const query = c.req.valid("query");
      const communityId = await readableCommunity(c, query.community_id);
      if (communityId === undefined) return failure(c, 404, noCommunity);
      const events = await readEvents(readingFor(c, communityId), communityId, query);
      return success(c, { events, count: events.length });
    })
    .openapi(listActivities, async (c) => {
      const query = c.req.valid("query");
      const communityId = await readableCommunity(c, query.community_id);
      if (communityId === undefined) return failure(c, 404, noCommunity);
      const activities = await readActivities(readingFor(c, communityId), communityId, query);
      return success(c, { activities, count: activities.length });
    });
}

const readingFor = (c: Context<ApiBindings>, communityId: number | null) =>
  communityId === null ? readingDatabase(c) : readingDatabase(c, communityId);

/**
 * Whose log this caller may read: one community's admins that one's, services and admins of the house any or all (null).
 * Undefined for everybody else: who may not know of a community is told there is none.
 */
async function readableCommunity(
  c: Context<ApiBindings>,
  named: number | undefined,
): Promise<number | null | undefined> {
  const caller = c.get("principal");
  const wanted = wantedCommunity(c, named);
  if (wanted === "foreign") return undefined;
  const seesAll = caller.roles.some((role) => role === "core" || role === "admin");
  if (wanted === "missing") return seesAll ? null : undefined;
  if (seesAll) return wanted;
  const resource = { communityId: wanted };
  const giver = await findGiver(openDatabase(c.env), caller, [resource]);
  const standing = giver.principalAt(resource);
  return standing && reachesLevel(standingOf(standing, resource).role, "admin") ? wanted : undefined;
}
