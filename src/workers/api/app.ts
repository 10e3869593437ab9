import { productVersion } from "#contracts/version";
import { makeLog } from "#lib/log";
import { makeRoutes } from "#workers/api/make-routes";
import { executionRoutes } from "#workers/api/router/executions";
import { withPrincipal } from "#workers/api/with-principal";
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
  app.use("/api/v1/router/*", withPrincipal);
  app.route("/api/v1/router", executionRoutes());
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "WaddleBot",
      version: productVersion,
      description: "One bot for a community's every platform.",
    },
  });
  return app;
}
