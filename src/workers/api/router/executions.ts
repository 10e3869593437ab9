import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { execution } from "#contracts/execution";
import { channelStub } from "#durable-objects/stubs";
import { failures, ok } from "#workers/api/answers";
import { makeRoutes } from "#workers/api/make-routes";
import { success } from "#workers/shared/envelope";

const listExecutions = createRoute({
  method: "get",
  path: "/executions",
  tags: ["router"],
  summary: "Why the bot did what it did, newest first",
  request: {
    query: z.strictObject({
      entity_id: z.string().min(3).max(1024),
      event_id: z.string().min(1).max(512).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
  responses: { 200: ok(z.object({ executions: z.array(execution) })), ...failures(400, 401) },
});

export function executionRoutes() {
  return makeRoutes().openapi(listExecutions, async (c) => {
    const { entity_id, event_id, limit } = c.req.valid("query");
    const channel: Pick<ChannelService, "executions"> = channelStub(c.env.CHANNEL, entity_id);
    const filter = event_id === undefined ? { limit } : { limit, eventId: event_id };
    return success(c, { executions: await channel.executions(filter) });
  });
}
