import { adminRoutes } from "#workers/api/broker/admins";
import { consumerRoutes } from "#workers/api/broker/consumers";
import { makeRoutes } from "#workers/api/make-routes";

/** The broker's own API, to be mounted at `/api/broker/v1` behind its own key (50-admin §1.41, 90-decisions C-02). */
export function brokerRoutes() {
  const routes = makeRoutes();
  routes.route("/", adminRoutes());
  routes.route("/", consumerRoutes());
  return routes;
}
