import { createRoute } from "@hono/zod-openapi";
import { entityReportReply, errorRequest, statusRequest } from "#contracts/coordination";
import { failures, jsonBody } from "#workers/api/answers";
import { makeCoordinators } from "#workers/api/coordination/coordinators";
import { done, refused, refusedOf, toEntityReply } from "#workers/api/coordination/replies";
import { flat } from "#workers/api/flat";
import { makeRoutes } from "#workers/api/make-routes";

const tags = ["coordination"];
const responses = { 200: flat(entityReportReply), ...failures(400, 401, 403, 404, 409) };

const status = createRoute({
  method: "post",
  path: "/status",
  tags,
  summary: "How an entity is: live, viewers, activity; counts as its check-in",
  request: { body: jsonBody(statusRequest) },
  responses,
});
const error = createRoute({
  method: "post",
  path: "/error",
  tags,
  summary: "Something failed with an entity; the third time it is not handed out any more",
  request: { body: jsonBody(errorRequest) },
  responses,
});

const noEntity = "There is no such entity.";

/** What a container says of an entity it holds. */
export function reportRoutes() {
  return makeRoutes()
    .openapi(status, async (c) => {
      const body = c.req.valid("json");
      const coordinator = makeCoordinators(c.env.COORDINATOR).ofEntity(body.entity_id);
      if (!coordinator) return refused(c, 404, noEntity);
      const outcome = await coordinator.status({
        containerId: body.container_id,
        entityId: body.entity_id,
        fencing: body.fencing,
        isLive: body.is_live,
        viewerCount: body.viewer_count,
        metadata: body.metadata,
        hasActivity: body.has_activity,
      });
      if (!outcome.ok) return refusedOf(c, outcome);
      return c.json({ ...done, container_id: body.container_id, entity: toEntityReply(outcome.value) }, 200);
    })
    .openapi(error, async (c) => {
      const body = c.req.valid("json");
      const coordinator = makeCoordinators(c.env.COORDINATOR).ofEntity(body.entity_id);
      if (!coordinator) return refused(c, 404, noEntity);
      const outcome = await coordinator.error({
        containerId: body.container_id,
        entityId: body.entity_id,
        fencing: body.fencing,
        message: body.error_message,
      });
      if (!outcome.ok) return refusedOf(c, outcome);
      return c.json({ ...done, container_id: body.container_id, entity: toEntityReply(outcome.value) }, 200);
    });
}
