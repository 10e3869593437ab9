import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { execution } from "#contracts/execution";
import { parseExecutionId } from "#contracts/ids";
import { channelStub } from "#durable-objects/stubs";
import { failures, ok } from "#workers/api/answers";
import type { ApiBindings } from "#workers/api/bindings";
import { makeRoutes } from "#workers/api/make-routes";
import { seeEntity } from "#workers/api/router/entities-seen";
import { entityIdField, limitText, line } from "#workers/api/router/fields";
import { failure, success } from "#workers/shared/envelope";

const tags = ["router"];
const params = z.strictObject({ id: line(2200) });

const list = createRoute({
  method: "get",
  path: "/executions",
  tags,
  summary: "Why the bot did what it did, newest first",
  request: {
    query: z.strictObject({
      entity_id: entityIdField,
      event_id: line(512).optional(),
      limit: limitText(100, 20),
    }),
  },
  responses: { 200: ok(z.object({ executions: z.array(execution) })), ...failures(400, 401, 403, 404) },
});

const get = createRoute({
  method: "get",
  path: "/executions/{id}",
  tags,
  summary: "One record; a channel keeps its last 1,000",
  request: { params },
  responses: { 200: ok(z.object({ execution })), ...failures(400, 401, 403, 404) },
});

const replay = createRoute({
  method: "post",
  path: "/executions/{id}/replay",
  tags,
  summary: "What would happen now, with today's settings; nothing is called, said or written",
  request: { params, query: z.strictObject({ dry: line(8, 0).optional() }) },
  responses: { 200: ok(z.object({ execution })), ...failures(400, 401, 403, 404) },
});

type Reader = Pick<ChannelService, "executions" | "replayDry">;

export function executionRoutes() {
  return makeRoutes()
    .openapi(list, async (c) => {
      const { entity_id, event_id, limit } = c.req.valid("query");
      if (!(await seeEntity(c, entity_id))) {
        if (c.get("principal").communityId !== null) return failure(c, 404, "There is no such channel.");
        // Whoever may see all channels learns nothing from an empty list, and no object is made for a name.
        return success(c, { executions: [] });
      }
      const channel: Reader = channelStub(c.env.CHANNEL, entity_id);
      const filter = event_id === undefined ? { limit } : { limit, eventId: event_id };
      return success(c, { executions: await channel.executions(filter) });
    })
    .openapi(get, async (c) => {
      const found = await locate(c, c.req.valid("param").id);
      const [record] = found ? await found.channel.executions({ eventId: found.eventId, limit: 1 }) : [];
      return record ? success(c, { execution: record }) : failure(c, 404, "There is no such execution.");
    })
    .openapi(replay, async (c) => {
      if (c.req.valid("query").dry !== "1") {
        const details = [{ field: "dry", message: "Must be 1: only a dry replay exists" }];
        return failure(c, 400, "An execution can only be replayed dry.", details);
      }
      const found = await locate(c, c.req.valid("param").id);
      const record = await found?.channel.replayDry(found.eventId);
      return record ? success(c, { execution: record }) : failure(c, 404, "There is no such execution.");
    });
}

async function locate(c: Context<ApiBindings>, id: string) {
  const parsed = parseExecutionId(id);
  if (!parsed || !(await seeEntity(c, parsed.entityId))) return undefined;
  const channel: Reader = channelStub(c.env.CHANNEL, parsed.entityId);
  return { channel, eventId: parsed.eventId };
}
