import type { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { productVersion } from "#contracts/version";
import { makeLog } from "#lib/log";
import { accessConfig } from "#workers/api/access/config";
import { withJsonBody } from "#workers/api/access/json-body";
import { withGroupLimit } from "#workers/api/access/limit";
import type { ApiBindings } from "#workers/api/bindings";
import { withBrokerKey, withBrokerLimit } from "#workers/api/broker/with-broker-key";
import { readAfterHeader, withWrittenMark, writtenHeader } from "#workers/api/reading";
import { withPrincipal } from "#workers/api/with-principal";
import { clientAddress } from "#workers/shared/client-address";
import { failure } from "#workers/shared/envelope";
import { aboutNow } from "#workers/shared/health";
import { passesShield, shieldPeriodSeconds } from "#workers/shared/shield";

const log = makeLog({ module: "api", version: productVersion });

const corsGroups = ["router", "marketplace", "ai", "broker"];
/** Behind a key; whatever else begins with `/api` is too, so that no route can be forgotten. */
const guarded = ["/api/*", "/router/*", "/marketplace/*", "/ai/*", "/browser/source/*"];

/** In this order: not a flood, an allowed origin, who calls, within its limits, a body one can read. */
export function guardApi(app: OpenAPIHono<ApiBindings>): void {
  app.use(withAddressShield);
  for (const group of corsGroups) {
    for (const path of [`/api/${group}/*`, `/api/v1/${group}/*`, `/${group}/*`]) app.use(path, withCors);
  }
  app.use("/api/broker/v1/*", withBrokerKey, withBrokerLimit);
  for (const path of guarded)
    app.use(path, withWrittenMark<ApiBindings>(), withPrincipal, withGroupLimit, withJsonBody);
  for (const path of ["/ai/health", "/broker/health"]) app.get(path, (c) => c.json(about(path)));
  for (const group of corsGroups) app.get(`/api/${group}/health`, (c) => c.json(about(`/${group}/health`)));
}

function about(path: string) {
  return { status: "healthy", ...aboutNow(path.split("/")[1] ?? "api") };
}

const withAddressShield: MiddlewareHandler<ApiBindings> = async function withAddressShield(c, next) {
  if (await passesShield(c.env.SHIELD_ADDRESS, clientAddress(c.req.raw.headers), log)) return next();
  c.header("retry-after", String(shieldPeriodSeconds));
  return failure(c, 429, "Too many requests came from this address.");
};

/** A preflight carries no key and needs none (GW-4). Origins are named one by one: there is no `*`. */
const withCors = cors({
  origin: (origin, c) => (accessConfig(c.env).corsOrigins.includes(origin) ? origin : null),
  allowHeaders: [
    "content-type",
    "authorization",
    "x-api-key",
    "x-broker-key",
    "x-correlation-id",
    readAfterHeader,
  ],
  allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
  exposeHeaders: [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "retry-after",
    "x-correlation-id",
    writtenHeader,
  ],
  maxAge: 600,
});
