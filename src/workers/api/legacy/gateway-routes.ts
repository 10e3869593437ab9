import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { makeEntityId } from "#contracts/ids";
import { platformName } from "#contracts/platform-name";
import { openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import { failures, jsonBody } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
import { activateServer } from "#workers/api/legacy/activate-server";
import { plainText } from "#workers/api/legacy/fields";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

const activate = createRoute({
  method: "post",
  path: "/gateway/activate",
  tags: ["legacy"],
  summary: "Switch a registered channel on",
  request: {
    body: jsonBody(
      z.strictObject({
        platform: platformName,
        server_id: plainText(255),
        channel_id: plainText(255).optional(),
      }),
    ),
  },
  responses: {
    200: flat(
      z.object({
        success: z.literal(true),
        entity_id: z.string(),
        is_active: z.literal(true),
        changed: z.boolean().describe("False when it had been on before"),
      }),
    ),
    ...failures(400, 401, 403, 404),
  },
});

export function gatewayRoutes() {
  return makeRoutes().openapi(activate, async (c) => {
    const { platform, server_id, channel_id } = c.req.valid("json");
    const entityId = makeEntityId({ platform, server: server_id, channel: channel_id });
    const result = await activateServer(openDatabase(c.env), { entityId, by: c.get("principal").id });
    if (!result) return failure(c, 404, "There is no such channel.");
    if (result.changed) {
      const channel: Pick<ChannelService, "bumpConfig"> = channelStub(c.env.CHANNEL, entityId);
      await channel.bumpConfig(result.version);
    }
    const reply = { entity_id: entityId, is_active: true as const, changed: result.changed };
    return c.json({ success: true as const, ...reply }, 200);
  });
}
