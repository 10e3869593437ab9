import { productVersion } from "#contracts/version";
import { makeLog } from "#lib/log";
import { guardApi } from "#workers/api/access/guard";
import { brokerRoutes } from "#workers/api/broker/broker";
import { coordinationRoutes } from "#workers/api/coordination/coordination";
import { mountDocsPage } from "#workers/api/docs/docs-page";
import { documentConfig, registerSecurity } from "#workers/api/docs/document";
import { keyRoutes } from "#workers/api/keys/keys";
import { legacyRoutes } from "#workers/api/legacy/legacy";
import { makeRoutes } from "#workers/api/make-routes";
import { passOnTo } from "#workers/api/pass-on";
import { rbacRoutes } from "#workers/api/rbac/rbac";
import { mountOldPaths } from "#workers/api/router/old-paths";
import { routerRoutes } from "#workers/api/router/router";
import { withCorrelation } from "#workers/shared/correlation";
import { failure, onError } from "#workers/shared/envelope";
import { healthRoutes } from "#workers/shared/health";

const log = makeLog({ module: "api", version: productVersion });

/** The REST surface. Every group of routes is one file; who may call is asked before a body is read. */
export function makeApiApp() {
  const app = makeRoutes();
  app.use(withCorrelation);
  app.onError(onError(log));
  app.notFound((c) => failure(c, 404, "There is nothing here."));
  app.route("/", healthRoutes("api"));
  guardApi(app);
  app.route("/api/v1/router", routerRoutes());
  for (const base of ["/api/v1/router/coordination", "/router/coordination"])
    app.route(base, coordinationRoutes());
  mountOldPaths(app);
  app.route("/api", legacyRoutes(passOnTo(app)));
  app.route("/api/v1/keys", keyRoutes());
  app.route("/api/v1/rbac", rbacRoutes());
  app.route("/api/broker/v1", brokerRoutes());
  registerSecurity(app);
  app.doc31("/openapi.json", documentConfig);
  mountDocsPage(app);
  return app;
}
