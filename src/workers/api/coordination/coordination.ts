import { claimRoutes } from "#workers/api/coordination/claim-routes";
import { overviewRoutes } from "#workers/api/coordination/overview-routes";
import { reportRoutes } from "#workers/api/coordination/report-routes";
import { makeRoutes } from "#workers/api/make-routes";
import { requirePlatformWide } from "#workers/api/require-platform-wide";
import { requireRole } from "#workers/api/with-principal";

/** The ten endpoints of 10-router §1.5, to be mounted behind the guard wherever they shall answer. */
export function coordinationRoutes() {
  const routes = makeRoutes();
  routes.use(requireRole("trigger", "core", "admin"), requirePlatformWide);
  routes.route("/", claimRoutes());
  routes.route("/", reportRoutes());
  routes.route("/", overviewRoutes());
  return routes;
}
