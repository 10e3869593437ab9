import { createRoute } from "@hono/zod-openapi";
import {
  checkinRequest,
  claimReply,
  claimRequest,
  heartbeatRequest,
  holdingReply,
  releaseOfflineReply,
  releaseOfflineRequest,
  releaseReply,
  releaseRequest,
} from "#contracts/coordination";
import { failures, jsonBody } from "#workers/api/answers";
import { makeCoordinators } from "#workers/api/coordination/coordinators";
import { claims, done, unknownPlatform } from "#workers/api/coordination/replies";
import { flat } from "#workers/api/flat";
import { makeRoutes } from "#workers/api/make-routes";

const tags = ["coordination"];
const wrong = failures(400, 401, 403);

const claim = createRoute({
  method: "post",
  path: "/claim",
  tags,
  summary: "Take free entities of a platform: live ones first, none of them anybody else's",
  request: { body: jsonBody(claimRequest) },
  responses: { 200: flat(claimReply), ...wrong },
});
const release = createRoute({
  method: "post",
  path: "/release",
  tags,
  summary: "Give entities back",
  request: { body: jsonBody(releaseRequest) },
  responses: { 200: flat(releaseReply), ...wrong },
});
const checkin = createRoute({
  method: "post",
  path: "/checkin",
  tags,
  summary: "Keep all claims; needed every five minutes, after six they are gone",
  request: { body: jsonBody(checkinRequest) },
  responses: { 200: flat(holdingReply), ...wrong },
});
const heartbeat = createRoute({
  method: "post",
  path: "/heartbeat",
  tags,
  summary: "What the container holds; extends the hard end of the claims, but is no check-in",
  request: { body: jsonBody(heartbeatRequest) },
  responses: { 200: flat(holdingReply), ...wrong },
});
const releaseOffline = createRoute({
  method: "post",
  path: "/release-offline",
  tags,
  summary: "Give offline entities back and take as many others",
  request: { body: jsonBody(releaseOfflineRequest) },
  responses: { 200: flat(releaseOfflineReply), ...wrong },
});

/** Getting, keeping and giving back. */
export function claimRoutes() {
  return makeRoutes()
    .openapi(claim, async (c) => {
      const { platform, container_id, max_claims, prioritize_live } = c.req.valid("json");
      const coordinator = makeCoordinators(c.env.COORDINATOR).of(platform);
      if (!coordinator) return unknownPlatform(c);
      const wish = { containerId: container_id, maxClaims: max_claims, prioritizeLive: prioritize_live };
      return c.json({ ...done, ...claims(await coordinator.claim(wish)), container_id, platform }, 200);
    })
    .openapi(release, async (c) => {
      const { platform, container_id, entity_ids } = c.req.valid("json");
      const released = await makeCoordinators(c.env.COORDINATOR).each(platform, (coordinator) =>
        coordinator.release(container_id, entity_ids),
      );
      if (!released) return unknownPlatform(c);
      return c.json({ ...done, ...releasedOnes(released.flat()), container_id }, 200);
    })
    .openapi(checkin, async (c) => {
      const { platform, container_id } = c.req.valid("json");
      const held = await makeCoordinators(c.env.COORDINATOR).each(platform, (coordinator) =>
        coordinator.checkin(container_id),
      );
      if (!held) return unknownPlatform(c);
      return c.json({ ...done, ...claims(held.flat()), container_id }, 200);
    })
    .openapi(heartbeat, async (c) => {
      const { platform, container_id, extend_claims } = c.req.valid("json");
      const held = await makeCoordinators(c.env.COORDINATOR).each(platform, (coordinator) =>
        coordinator.heartbeat(container_id, extend_claims),
      );
      if (!held) return unknownPlatform(c);
      return c.json({ ...done, ...claims(held.flat()), container_id }, 200);
    })
    .openapi(releaseOffline, async (c) => {
      const { platform, container_id } = c.req.valid("json");
      const swaps = await makeCoordinators(c.env.COORDINATOR).each(platform, (coordinator) =>
        coordinator.releaseOffline(container_id),
      );
      if (!swaps) return unknownPlatform(c);
      const released = releasedOnes(swaps.flatMap((swap) => swap.released));
      const claimed = claims(swaps.flatMap((swap) => swap.claimed));
      return c.json({ ...done, ...released, ...claimed, container_id }, 200);
    });
}

function releasedOnes(entityIds: string[]) {
  return { released_entities: entityIds, released_count: entityIds.length };
}
