import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { openDatabase } from "#db/client";
import { failures } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
import { readServers, serverQuery } from "#workers/api/legacy/server-store";
import { makeRoutes } from "#workers/api/make-routes";

const serverReply = z.object({
  id: z.string().describe("The entity id"),
  owner: z.string(),
  platform: z.string(),
  channel: z.string().nullable(),
  server_id: z.string(),
  is_active: z.boolean(),
  webhook_url: z.string().nullable(),
  config: z.record(z.string(), z.unknown()),
  last_activity: z.string().nullable().describe("Some ten seconds behind"),
  created_at: z.string(),
  updated_at: z.string(),
});

const listServers = createRoute({
  method: "get",
  path: "/servers",
  tags: ["legacy"],
  summary: "The channels we watch",
  request: { query: serverQuery },
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
