import type { OpenAPIHono } from "@hono/zod-openapi";
import { Hono, type MiddlewareHandler } from "hono";
import * as z from "zod";
import type { ApiBindings } from "#workers/api/bindings";
import { flat } from "#workers/api/flat";
import { routerRoutes } from "#workers/api/router/router";

/** `/router` is the path of 004; its gateway showed the same as `/api/router` (50-admin §1.40). */
const bases = ["/router", "/api/router"];

/**
 * The paths of 004: the same routes, their success without the envelope (docs/decisions/0012). One rule for all of them,
 * so that neither answers nor documents can drift apart. A failure is the envelope on both.
 */
export function mountOldPaths(app: OpenAPIHono<ApiBindings>): void {
  for (const base of bases) {
    const routes = routerRoutes();
    app.route(base, new Hono<ApiBindings>().use(withFlatReply).route("/", routes));
    for (const definition of routes.openAPIRegistry.definitions) {
      if (definition.type !== "route") continue;
      const { path, responses, ...rest } = definition.route;
      app.openAPIRegistry.registerPath({ ...rest, path: base + path, responses: flattenAnswers(responses) });
    }
  }
}

const envelope = z.object({
  success: z.literal(true),
  data: z.record(z.string(), z.unknown()),
  timestamp: z.string(),
});

const withFlatReply: MiddlewareHandler<ApiBindings> = async function withFlatReply(c, next) {
  await next();
  if (!c.res.ok || !c.res.headers.get("content-type")?.includes("application/json")) return;
  const reply = envelope.safeParse(await c.res.clone().json());
  if (!reply.success) return;
  const { data, timestamp } = reply.data;
  const headers = new Headers(c.res.headers);
  headers.delete("content-length");
  const body = JSON.stringify({ success: true, ...data, timestamp });
  c.res = new Response(body, { status: c.res.status, headers });
};

type Responses = Parameters<OpenAPIHono["openAPIRegistry"]["registerPath"]>[0]["responses"];

function flattenAnswers(responses: Responses): Responses {
  const flattened = Object.entries(responses).map(([status, answer]) => {
    if ("$ref" in answer) return [status, answer];
    const json = answer.content?.["application/json"];
    const schema = json && "schema" in json ? json.schema : undefined;
    const data = schema instanceof z.ZodObject ? schema.shape["data"] : undefined;
    if (!(data instanceof z.ZodObject)) return [status, answer];
    const whole = z.object({ success: z.boolean(), ...data.shape, timestamp: z.string() });
    return [status, { ...flat(whole), description: answer.description }];
  });
  return Object.fromEntries(flattened);
}
