import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { platformName } from "#contracts/platform-name";
import { openDatabase } from "#db/client";
import { failures, jsonBody } from "#workers/api/answers";
import { flat } from "#workers/api/flat";
import { config, endpointUrl, plainText } from "#workers/api/legacy/fields";
import { beatModule, type CollectorModule, registerModule } from "#workers/api/legacy/module-store";
import { makeRoutes } from "#workers/api/make-routes";
import { failure } from "#workers/shared/envelope";

const moduleName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, "1 to 100 letters, digits and _ . -");
const moduleReply = z.object({
  success: z.literal(true),
  module_name: z.string(),
  module_version: z.string(),
  platform: z.string(),
  status: z.string(),
  last_heartbeat: z.string().nullable(),
});

const register = createRoute({
  method: "post",
  path: "/modules/register",
  tags: ["legacy"],
  summary: "A collector announces itself, or its new version",
  request: {
    body: jsonBody(
      z.strictObject({
        module_name: moduleName,
        module_version: plainText(50),
        platform: platformName,
        endpoint_url: endpointUrl,
        health_check_url: endpointUrl,
        config: config.optional(),
      }),
    ),
  },
  responses: { 200: flat(moduleReply), ...failures(400, 401, 403) },
});

const heartbeat = createRoute({
  method: "post",
  path: "/modules/heartbeat",
  tags: ["legacy"],
  summary: "A collector says how it is",
  request: {
    body: jsonBody(z.strictObject({ module_name: moduleName, status: plainText(50).default("active") })),
  },
  responses: { 200: flat(moduleReply), ...failures(400, 401, 403, 404) },
});

export function moduleRoutes() {
  return makeRoutes()
    .openapi(register, async (c) => {
      const body = c.req.valid("json");
      const row = await registerModule(openDatabase(c.env), {
        moduleName: body.module_name,
        moduleVersion: body.module_version,
        platform: body.platform,
        endpointUrl: body.endpoint_url,
        healthCheckUrl: body.health_check_url,
        ...(body.config === undefined ? {} : { config: body.config }),
      });
      return c.json(toReply(row), 200);
    })
    .openapi(heartbeat, async (c) => {
      const { module_name, status } = c.req.valid("json");
      const row = await beatModule(openDatabase(c.env), { moduleName: module_name, status });
      return row ? c.json(toReply(row), 200) : failure(c, 404, "No such module is registered.");
    });
}

function toReply(row: CollectorModule) {
  return {
    success: true as const,
    module_name: row.moduleName,
    module_version: row.moduleVersion,
    platform: row.platform,
    status: row.status,
    last_heartbeat: row.lastHeartbeat?.toISOString() ?? null,
  };
}
