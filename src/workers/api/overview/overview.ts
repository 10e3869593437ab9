import { enter, turnAway } from "#workers/api/communities/place";
import { makeRoutes } from "#workers/api/make-routes";
import { askQueues } from "#workers/api/overview/ask-queues";
import { showOverview } from "#workers/api/overview/overview-routes";
import { readOverview } from "#workers/api/overview/overview-store";
import { requireRole } from "#workers/api/with-principal";
import { success } from "#workers/shared/envelope";

/** Each one wakes a channel's object; the liveliest are asked. */
const mostAsked = 20;

/** A community's first page in one answer; to be mounted at `/api/v1/communities`. */
export function overviewRoutes() {
  const routes = makeRoutes();
  routes.use("/:community_id/overview", requireRole("core", "admin", "super-admin", "user"));
  return routes.openapi(showOverview, async (c) => {
    const { community_id } = c.req.valid("param");
    const entered = await enter(c, community_id, "commands.moderate");
    if (typeof entered === "string") return turnAway(c, entered);
    const facts = await readOverview(entered.db, community_id);
    const queues = await askQueues(
      c.env,
      facts.channels.slice(0, mostAsked).map(({ entity_id }) => entity_id),
    );
    const channels = facts.channels.map((one) => ({ ...one, queue: queues.get(one.entity_id) ?? null }));
    return success(c, { ...facts, channels });
  });
}
