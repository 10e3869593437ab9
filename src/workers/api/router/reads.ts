import { createRoute } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import * as z from "zod";
import { openDatabase } from "#db/client";
import { failures, ok } from "#workers/api/answers";
import { makeRoutes } from "#workers/api/make-routes";
import { admitTo, refuseCommunity } from "#workers/api/router/communities";
import { entityIdField, flag, limitText, line, rowIdText } from "#workers/api/router/fields";
import { failure, success } from "#workers/shared/envelope";
import { aboutNow, checkDatabase } from "#workers/shared/health";

const shownEntity = z.object({
  entity_id: z.string(),
  community_id: z.int(),
  platform: z.string(),
  server_id: z.string(),
  channel_id: z.string().nullable(),
  name: z.string().nullable(),
  owner: z.string(),
  is_active: z.boolean(),
  created_at: z.string(),
});

const listEntities = createRoute({
  method: "get",
  path: "/entities",
  tags: ["router"],
  summary: "The registered channels, in the order of their ids",
  request: {
    query: z.strictObject({
      platform: line(32).optional(),
      community_id: rowIdText.optional(),
      is_active: flag.optional(),
      after: entityIdField.optional().describe("The last entity_id of the page before"),
      limit: limitText(500, 100),
    }),
  },
  responses: {
    200: ok(z.object({ entities: z.array(shownEntity), count: z.int() })),
    ...failures(400, 401, 403, 404),
  },
});

const health = createRoute({
  method: "get",
  path: "/health",
  tags: ["router"],
  summary: "Whether the router can reach its database",
  security: [],
  responses: {
    200: ok(z.object({ status: z.string(), module: z.string(), version: z.string(), database: z.string() })),
    ...failures(429, 503),
  },
});

/** What is there and how it is. */
export function readRoutes() {
  return makeRoutes()
    .openapi(listEntities, async (c) => {
      const { platform, community_id, is_active, after, limit } = c.req.valid("query");
      const community = await admitTo(c, community_id, "commands.moderate");
      if (typeof community === "string" && community !== "missing") return refuseCommunity(c, community);
      const conditions = [
        sql`true`,
        ...(community === "missing" ? [] : [sql`community_id = ${community}`]),
        ...(platform === undefined ? [] : [sql`platform = ${platform}`]),
        ...(is_active === undefined ? [] : [sql`is_active = ${is_active}`]),
        ...(after === undefined ? [] : [sql`entity_id > ${after}`]),
      ];
      const { rows } = await openDatabase(c.env).execute(sql`
        SELECT entity_id, community_id, platform, server_id, channel AS channel_id, config ->> 'name' AS name, owner,
          is_active, to_jsonb(created_at) #>> '{}' AS created_at
        FROM servers WHERE ${sql.join(conditions, sql` AND `)} ORDER BY entity_id LIMIT ${limit}`);
      const entities = z.array(shownEntity).parse(rows);
      return success(c, { entities, count: entities.length });
    })
    .openapi(health, async (c) => {
      const database = await checkDatabase(c.env);
      if (database !== "ok") return failure(c, 503, `The database is ${database}.`);
      const { module, version } = aboutNow("router");
      return success(c, { status: "healthy", module, version, database });
    });
}
