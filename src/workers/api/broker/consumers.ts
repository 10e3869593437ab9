import { createRoute } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import * as z from "zod";
import { productVersion } from "#contracts/version";
import { openDatabase } from "#db/client";
import { timedOut, within } from "#lib/within";
import { failures, jsonBody } from "#workers/api/answers";
import {
  type BackupResult,
  brokerStatistics,
  listConsumers,
  makeBackup,
  readStatistics,
  restoreBackup,
} from "#workers/api/broker/consumer-store";
import { backupOrder, consumerQuery, flat, restoreOrder, userParams } from "#workers/api/broker/schemas";
import { brokerActor } from "#workers/api/broker/with-broker-key";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

const tags = ["broker"];
const security = [{ BrokerKey: [] }];
const results = z.array(z.object({ username: z.string(), backup_id: z.number(), success: z.literal(true) }));
const backupAnswer = {
  backup_type: z.string(),
  total: z.number(),
  successful: z.number(),
  failed: z.number(),
  results,
};

const backupAll = createRoute({
  method: "post",
  path: "/backup",
  tags,
  security,
  summary: "Write down all active super admins so that they can be restored",
  request: { body: jsonBody(backupOrder) },
  responses: { 200: flat(backupAnswer), ...failures(400, 401, 403, 413, 415, 429) },
});

const backupOne = createRoute({
  method: "post",
  path: "/kong/consumers/{username}/backup",
  tags,
  security,
  summary: "Write down one active super admin",
  request: { params: userParams, body: jsonBody(backupOrder) },
  responses: { 200: flat(backupAnswer), ...failures(400, 401, 403, 404, 413, 415, 429) },
});

const restoreOne = createRoute({
  method: "post",
  path: "/kong/consumers/{username}/restore",
  tags,
  security,
  summary: "Bring a super admin back from a stored record: groups, permissions and the key of that time",
  request: { params: userParams, body: jsonBody(restoreOrder) },
  responses: {
    200: flat({ username: z.string(), backup_id: z.number(), message: z.string() }),
    ...failures(400, 401, 403, 404, 413, 415, 429),
  },
});

const gatewayInfo = createRoute({
  method: "get",
  path: "/kong/info",
  tags,
  security,
  summary: "What stands behind the gateway's name",
  responses: {
    200: flat({
      kong_info: z.object({
        version: z.string(),
        tagline: z.string(),
        database: z.string(),
        reachable: z.boolean(),
      }),
    }),
    ...failures(401, 403, 429),
  },
});

const consumers = createRoute({
  method: "get",
  path: "/kong/consumers",
  tags,
  security,
  summary: "Everyone who holds an active key, 1000 at most",
  request: { query: consumerQuery },
  responses: {
    200: flat({
      consumers: z.array(
        z.object({
          id: z.string(),
          username: z.string(),
          custom_id: z.string(),
          tags: z.array(z.string()),
          groups: z.array(z.string()),
          created_at: z.number(),
        }),
      ),
      count: z.number(),
      size: z.number(),
      offset: z.number(),
    }),
    ...failures(400, 401, 403, 429),
  },
});

const statistics = createRoute({
  method: "get",
  path: "/statistics",
  tags,
  security,
  summary: "How many super admins, keys, backups and actions there are",
  responses: { 200: flat({ statistics: brokerStatistics }), ...failures(401, 403, 429) },
});

const health = createRoute({
  method: "get",
  path: "/health",
  tags,
  security: [],
  summary: "Whether the gateway's own store answers; open",
  responses: {
    200: {
      description: "It does",
      content: {
        "application/json": {
          schema: z.object({
            status: z.string(),
            module: z.string(),
            version: z.string(),
            timestamp: z.string(),
          }),
        },
      },
    },
    ...failures(429, 503),
  },
});

/** Consumers of our own gateway under the older one's names, their backups, and how it all is (50-admin §1.41). */
export function consumerRoutes() {
  const routes = makeRoutes();

  routes.openapi(backupAll, async (c) => {
    const { backup_type, created_by } = c.req.valid("json");
    const made = await makeBackup(openDatabase(c.env), { type: backup_type }, brokerActor(c, created_by));
    return c.json(backupReport(backup_type, made), 200);
  });

  routes.openapi(backupOne, async (c) => {
    const { backup_type, created_by } = c.req.valid("json");
    const { username } = c.req.valid("param");
    const order = { type: backup_type, username };
    const made = await makeBackup(openDatabase(c.env), order, brokerActor(c, created_by));
    if (made.length === 0) return failure(c, 404, "There is no such active super admin.");
    return c.json(backupReport(backup_type, made), 200);
  });

  routes.openapi(restoreOne, async (c) => {
    const { backup_id, restored_by } = c.req.valid("json");
    const { username } = c.req.valid("param");
    const done = await restoreBackup(openDatabase(c.env), username, backup_id, brokerActor(c, restored_by));
    if (!done) return failure(c, 404, "There is no such backup of this super admin.");
    return c.json({ success: true as const, ...done, message: "Super admin restored" }, 200);
  });

  routes.openapi(gatewayInfo, async (c) => {
    const reachable = await isStoreThere(c.env);
    const kong_info = {
      version: productVersion,
      tagline: "WaddleBot's own gateway",
      database: "postgres",
      reachable,
    };
    return c.json({ success: true as const, kong_info }, 200);
  });

  routes.openapi(consumers, async (c) => {
    const { size, offset } = c.req.valid("query");
    const found = await listConsumers(openDatabase(c.env), size, offset);
    return c.json({ success: true as const, consumers: found, count: found.length, size, offset }, 200);
  });

  routes.openapi(statistics, async (c) => {
    return c.json({ success: true as const, statistics: await readStatistics(openDatabase(c.env)) }, 200);
  });

  routes.openapi(health, async (c) => {
    if (!(await isStoreThere(c.env))) return failure(c, 503, "The gateway's store does not answer.");
    const timestamp = new Date().toISOString();
    return c.json({ status: "healthy", module: "broker", version: productVersion, timestamp }, 200);
  });
  return routes;
}

function backupReport(type: string, made: readonly BackupResult[]) {
  const done = made.map((one) => ({ ...one, success: true as const }));
  // One statement writes them all: none can fail alone.
  const totals = { total: done.length, successful: done.length, failed: 0 };
  return { success: true as const, backup_type: type, ...totals, results: done };
}

async function isStoreThere(env: ApiEnv): Promise<boolean> {
  try {
    return (await within(openDatabase(env).execute(sql`SELECT 1`), 3000)) !== timedOut;
  } catch {
    // Away is an answer here, not an error.
    return false;
  }
}
