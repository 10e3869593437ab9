import { createRoute } from "@hono/zod-openapi";
import {
  entitiesQuery,
  entitiesReply,
  populateReply,
  populateRequest,
  statsQuery,
  statsReply,
} from "#contracts/coordination";
import type { CoordinationCounts } from "#contracts/coordinator";
import { openDatabase } from "#db/client";
import { failures, jsonBody } from "#workers/api/answers";
import { readActiveServers } from "#workers/api/coordination/active-servers";
import { makeCoordinators } from "#workers/api/coordination/coordinators";
import { done, toEntityReply, unknownPlatform } from "#workers/api/coordination/replies";
import { flat } from "#workers/api/flat";
import { makeRoutes } from "#workers/api/make-routes";

const tags = ["coordination"];
const wrong = failures(400, 401, 403);

const stats = createRoute({
  method: "get",
  path: "/stats",
  tags,
  summary: "How many entities there are, and who holds how many",
  request: { query: statsQuery },
  responses: { 200: flat(statsReply), ...wrong },
});
const entities = createRoute({
  method: "get",
  path: "/entities",
  tags,
  summary: "Entities, by platform, status, holder or liveness",
  request: { query: entitiesQuery },
  responses: { 200: flat(entitiesReply), ...wrong },
});
const populate = createRoute({
  method: "post",
  path: "/populate",
  tags,
  summary: "Add the active servers of a platform that are not there yet",
  request: { body: jsonBody(populateRequest) },
  responses: { 200: flat(populateReply), ...wrong },
});

/** Looking, and filling in. */
export function overviewRoutes() {
  return makeRoutes()
    .openapi(stats, async (c) => {
      const { platform, container_id } = c.req.valid("query");
      const found = await makeCoordinators(c.env.COORDINATOR).each(platform, (coordinator) =>
        coordinator.stats(),
      );
      if (!found) return unknownPlatform(c);
      const counts = found.reduce(add);
      const reply = {
        platform: platform ?? null,
        total_entities: counts.total,
        claimed_entities: counts.claimed,
        available_entities: counts.available,
        live_entities: counts.live,
        error_entities: counts.error,
        containers: counts.containers,
        this_container: container_id === undefined ? null : claimsOf(counts, container_id),
      };
      return c.json({ ...done, ...reply }, 200);
    })
    .openapi(entities, async (c) => {
      const { platform, status, claimed_by, is_live, limit } = c.req.valid("query");
      const isLive = is_live === undefined ? undefined : is_live === "true";
      const filter = { status, claimedBy: claimed_by, isLive, limit };
      const found = await makeCoordinators(c.env.COORDINATOR).each(platform, (coordinator) =>
        coordinator.entities(filter),
      );
      if (!found) return unknownPlatform(c);
      const list = found.flat().slice(0, limit).map(toEntityReply);
      return c.json({ ...done, entities: list, total_count: list.length }, 200);
    })
    .openapi(populate, async (c) => {
      const { platform, reset_errors } = c.req.valid("json");
      const coordinator = makeCoordinators(c.env.COORDINATOR).of(platform);
      if (!coordinator) return unknownPlatform(c);
      const { reset } = await coordinator.populate([], reset_errors);
      let added = 0;
      for await (const rows of readActiveServers(openDatabase(c.env), platform))
        added += (await coordinator.populate(rows, false)).added;
      const { total } = await coordinator.stats();
      const reply = { platform, added_count: added, reset_count: reset, total_entities: total };
      return c.json({ ...done, ...reply }, 200);
    });
}

function claimsOf({ containers }: CoordinationCounts, containerId: string): number {
  return new Map(Object.entries(containers)).get(containerId) ?? 0;
}

function add(first: CoordinationCounts, second: CoordinationCounts): CoordinationCounts {
  const containers = new Map(Object.entries(first.containers));
  for (const [id, count] of Object.entries(second.containers))
    containers.set(id, (containers.get(id) ?? 0) + count);
  return {
    total: first.total + second.total,
    claimed: first.claimed + second.claimed,
    available: first.available + second.available,
    live: first.live + second.live,
    error: first.error + second.error,
    containers: Object.fromEntries(containers),
  };
}
