import { openDatabase } from "#db/client";
import { makeRoutes } from "#workers/api/make-routes";
import { standIn } from "#workers/api/rbac/stand-in";
import { listSubscriptions, retrySubscriptions } from "#workers/api/twitch/subscription-routes";
import { readSubscriptions, retrySubscriptionsOf } from "#workers/api/twitch/subscription-store";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const none = "There is no such community.";
const notYours = "Subscriptions are kept by moderators and above.";

/** What Twitch tells us of a community's channels, and what it does not; to be mounted at `/api/v1/twitch`. */
export function twitchRoutes() {
  const routes = makeRoutes();
  routes.use(requireRole("core", "admin", "super-admin", "user"));
  routes.openapi(listSubscriptions, async (c) => {
    const { community_id: communityId, status } = c.req.valid("query");
    const db = openDatabase(c.env);
    const standing = await standIn(c, db, "commands.moderate", { communityId });
    if (standing === "forbidden") return failure(c, 403, notYours);
    if (standing === "foreign") return failure(c, 404, none);
    const subscriptions = await readSubscriptions(db, { communityId, status });
    return success(c, { subscriptions, count: subscriptions.length });
  });
  routes.openapi(retrySubscriptions, async (c) => {
    const { community_id: communityId } = c.req.valid("json");
    const db = openDatabase(c.env);
    const standing = await standIn(c, db, "community.add_entity", { communityId });
    if (standing === "forbidden") return failure(c, 403, notYours);
    if (standing === "foreign") return failure(c, 404, none);
    return success(c, { count: await retrySubscriptionsOf(db, communityId) });
  });
  return routes;
}
