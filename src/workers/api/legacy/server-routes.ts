import { createRoute } from "@hono/zod-openapi";
import { and, asc, eq, gt, sql } from "drizzle-orm";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { type Database, openDatabase } from "#db/client";
import { servers } from "#db/schema/core";
import { gatewayActivations } from "#db/schema/legacy";
import { failures } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
import { plainText } from "#workers/api/legacy/fields";
import { makeRoutes } from "#workers/api/make-routes";

const serverReply = z.object({
  id: z.string().describe("The entity id"),
  owner: z.string(),
  platform: z.string(),
  channel: z.string().nullable(),
  server_id: z.string(),
  is_active: z.boolean(),
  webhook_url: z.string().nullable().describe("`webhook_url` of the server's settings"),
  config: z.record(z.string(), z.unknown()),
  last_activity: z.null().describe("A channel's activity is kept in its own object, not with the server"),
  created_at: z.string(),
  updated_at: z.string(),
});

const query = z.strictObject({
  platform: platformName.optional(),
  active: z.enum(["true", "false"]).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  after: plainText(1024).optional().describe("The `id` of the last server of the page before"),
});
export type ServerQuery = z.infer<typeof query>;

const listServers = createRoute({
  method: "get",
  path: "/servers",
  tags: ["legacy"],
  summary: "The channels we watch",
  request: { query },
  responses: {
    200: flat(z.object({ success: z.literal(true), servers: z.array(serverReply), count: z.int() })),
    ...failures(400, 401, 403),
  },
});

export function serverRoutes() {
  return makeRoutes().openapi(listServers, async (c) => {
    const list = await readServers(openDatabase(c.env), c.req.valid("query"));
    return c.json({ success: true as const, servers: list, count: list.length }, 200);
  });
}

const settings = z.record(z.string(), z.unknown()).catch({});
const webhookUrl = z.object({ webhook_url: z.string() });

/** In the order of their ids; LEG-3. */
export async function readServers(db: Database, { platform, active, limit, after }: ServerQuery) {
  const activatedAt = sql<
    string | null
  >`(SELECT max(${gatewayActivations.activatedAt}) FROM ${gatewayActivations}
    WHERE ${gatewayActivations.entityId} = ${servers.entityId})`;
  const rows = await db
    .select({ server: servers, activatedAt })
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
  return rows.map(({ server, activatedAt: changed }) => {
    const config = settings.parse(server.config);
    return {
      id: server.entityId,
      owner: server.owner,
      platform: server.platform,
      channel: server.channel,
      server_id: server.serverId,
      is_active: server.isActive,
      webhook_url: webhookUrl.safeParse(config).data?.webhook_url ?? null,
      config,
      last_activity: null,
      created_at: server.createdAt.toISOString(),
      updated_at: changed === null ? server.createdAt.toISOString() : new Date(changed).toISOString(),
    };
  });
}
