import { contextRoutes } from "#workers/api/legacy/context-routes";
import { gatewayRoutes } from "#workers/api/legacy/gateway-routes";
import { moduleRoutes } from "#workers/api/legacy/module-routes";
import { reputationRoutes } from "#workers/api/legacy/reputation-routes";
import { serverRoutes } from "#workers/api/legacy/server-routes";
import { makeRoutes } from "#workers/api/make-routes";
import type { PassOn } from "#workers/api/pass-on";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { requireRole } from "#workers/api/with-principal";

/** The paths of one file's routes, below `/api`. */
const guarded = ["/modules/*", "/servers", "/context", "/reputation", "/gateway/activate"];

/** What collectors of the 004 generation call (10-router §1.6), to be mounted at `/api` behind the guard. */
export function legacyRoutes(passOn: PassOn) {
  const routes = makeRoutes();
  for (const path of guarded) routes.use(path, requireRole("trigger", "core", "admin"), requirePlatformWide);
  routes.route("/", moduleRoutes());
  routes.route("/", serverRoutes());
  routes.route("/", contextRoutes());
  routes.route("/", reputationRoutes());
  routes.route("/", gatewayRoutes());
  // Not a copy of the intake but the intake itself: its own key check, limits, schema and answers.
  routes.openAPIRegistry.registerPath({
    method: "post",
    path: "/events",
    tags: ["legacy"],
    summary: "The same as POST /api/v1/router/events",
    responses: { default: { description: "As there" } },
  });
  routes.post("/events", (c) => passOn(c, "/api/v1/router/events"));
  return routes;
}
