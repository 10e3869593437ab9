import { and, asc, eq, gt } from "drizzle-orm";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import type { Database } from "#db/client";
import { servers } from "#db/schema/core";
import { plainText } from "#workers/api/legacy/fields";

export const serverQuery = z.strictObject({
  platform: platformName.optional(),
  active: z.enum(["true", "false"]).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  after: plainText(1024).optional().describe("The `id` of the last server of the page before"),
});
export type ServerQuery = z.infer<typeof serverQuery>;

const settings = z.record(z.string(), z.unknown()).catch({});

/** In the order of their ids; LEG-3. */
export async function readServers(db: Database, { platform, active, limit, after }: ServerQuery) {
  const rows = await db
    .select()
    .from(servers)
    .where(
      and(
        platform === undefined ? undefined : eq(servers.platform, platform),
        active === undefined ? undefined : eq(servers.isActive, active === "true"),
        after === undefined ? undefined : gt(servers.entityId, after),
      ),
    )
    .orderBy(asc(servers.entityId))
    .limit(limit);
  return rows.map((server) => ({
    id: server.entityId,
    owner: server.owner,
    platform: server.platform,
    channel: server.channel,
    server_id: server.serverId,
    is_active: server.isActive,
    webhook_url: server.webhookUrl,
    config: settings.parse(server.config),
    last_activity: server.lastActivity?.toISOString() ?? null,
    created_at: server.createdAt.toISOString(),
    updated_at: server.updatedAt.toISOString(),
  }));
}
