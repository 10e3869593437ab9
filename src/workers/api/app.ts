import { productVersion } from "#contracts/version";
import { makeLog } from "#lib/log";
import { guardApi } from "#workers/api/access/guard";
import { actionRoutes } from "#workers/api/actions/actions";
import { authRoutes } from "#workers/api/auth/auth";
import { brokerRoutes } from "#workers/api/broker/broker";
import { communityRoutes } from "#workers/api/communities/communities";
import { configurationRoutes } from "#workers/api/configuration/configuration";
import { oauthCallback } from "#workers/api/connections/callback";
import { connectionRoutes } from "#workers/api/connections/connections";
import { coordinationRoutes } from "#workers/api/coordination/coordination";
import { mountDocsPage } from "#workers/api/docs/docs-page";
import { documentConfig, registerSecurity } from "#workers/api/docs/document";
import { keyRoutes } from "#workers/api/keys/keys";
import { labelRoutes } from "#workers/api/labels/labels";
import { legacyRoutes } from "#workers/api/legacy/legacy";
import { makeRoutes } from "#workers/api/make-routes";
import { passOnTo } from "#workers/api/pass-on";
import { rbacRoutes } from "#workers/api/rbac/rbac";
import { receiverRoutes } from "#workers/api/receivers/receivers";
import { reputationRoutes } from "#workers/api/reputation/reputation";
import { mountOldPaths } from "#workers/api/router/old-paths";
import { routerRoutes } from "#workers/api/router/router";
import { timerRoutes } from "#workers/api/timers/timers";
import { twitchRoutes } from "#workers/api/twitch/twitch";
import { webhookRoutes } from "#workers/api/webhooks/webhooks";
import { youtubeKeyRoutes } from "#workers/api/youtube/keys";
import { youtubeRoutes } from "#workers/api/youtube/youtube";
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
  app.route("/api/v1/auth", authRoutes());
  app.route("/api/v1/keys", keyRoutes());
  app.route("/api/v1/rbac", rbacRoutes());
  app.route("/api/v1/receivers", receiverRoutes());
  app.route("/api/v1/reputation", reputationRoutes());
  app.route("/api/v1/communities", timerRoutes());
  app.route("/api/v1/communities", webhookRoutes());
  app.route("/api/v1/communities", labelRoutes());
  app.route("/api/v1/communities", configurationRoutes());
  app.route("/api/v1/communities", communityRoutes());
  app.route("/api/v1", connectionRoutes());
  app.route("/api/v1/actions", actionRoutes());
  app.route("/api/v1", youtubeRoutes());
  app.route("/api/v1", youtubeKeyRoutes());
  app.route("/api/v1/twitch", twitchRoutes());
  app.route("/oauth", oauthCallback());
  app.route("/api/broker/v1", brokerRoutes());
  registerSecurity(app);
  app.doc31("/openapi.json", documentConfig);
  mountDocsPage(app);
  return app;
}
