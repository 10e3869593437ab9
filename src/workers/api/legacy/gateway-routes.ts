import { createRoute } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import * as z from "zod";
import type { ChannelService } from "#contracts/channel";
import { makeEntityId } from "#contracts/ids";
import { platformName } from "#contracts/platform-name";
import { type Database, openDatabase } from "#db/client";
import { channelStub } from "#durable-objects/stubs";
import { failures, jsonBody } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
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

const row = z.object({ changed: z.boolean(), version: z.int() });

/** Switch, version and record in one statement; nothing happens to what is on already. Undefined for an unknown one. */
export async function activateServer(
  db: Database,
  { entityId, by }: { entityId: string; by: string },
): Promise<z.infer<typeof row> | undefined> {
  const result = await db.execute(sql`
    WITH switched AS (
      UPDATE servers SET is_active = true WHERE entity_id = ${entityId} AND NOT is_active
      RETURNING entity_id, community_id
    ), raised AS (
      UPDATE communities SET config_version = config_version + 1
      WHERE id IN (SELECT community_id FROM switched) RETURNING config_version
    ), recorded AS (
      INSERT INTO gateway_activations (entity_id, activated_by) SELECT entity_id, ${by} FROM switched
    )
    SELECT EXISTS (SELECT 1 FROM switched) AS changed,
      coalesce((SELECT config_version FROM raised), c.config_version) AS version
    FROM servers s JOIN communities c ON c.id = s.community_id WHERE s.entity_id = ${entityId}`);
  return z.array(row).parse(result.rows)[0];
}
