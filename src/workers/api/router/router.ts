import { makeRoutes } from "#workers/api/make-routes";
import type { KeyRole } from "#workers/api/principal";
import { commandRoutes } from "#workers/api/router/commands";
import { eventRoutes } from "#workers/api/router/events";
import { executionRoutes } from "#workers/api/router/executions";
import { metricRoutes } from "#workers/api/router/metrics";
import { moduleRoutes } from "#workers/api/router/modules";
import { queueRoutes } from "#workers/api/router/queues";
import { readRoutes } from "#workers/api/router/reads";
import { responseRoutes } from "#workers/api/router/responses";
import { ruleRoutes } from "#workers/api/router/rules";
import { tryoutRoutes } from "#workers/api/router/tryouts";
import { requireRole } from "#workers/api/with-principal";

/**
 * Who may call what (50-admin §1.40): collectors report, services answer and look, admins change, and people
 * what their role in a community lets them. */
const callers: readonly (readonly [path: string, ...roles: KeyRole[]])[] = [
  ["/events", "trigger", "core", "admin"],
  ["/events/*", "trigger", "core", "admin"],
  ["/responses", "action", "core", "admin"],
  ["/responses/*", "action", "core", "admin"],
  ["/sessions/*", "trigger", "action", "core", "admin"],
  ["/executions", "trigger", "action", "core", "user", "admin"],
  ["/executions/*", "trigger", "action", "core", "user", "admin"],
  ["/simulations", "core", "user", "admin"],
  ["/entities", "trigger", "core", "user", "admin"],
  ["/commands", "core", "user", "admin"],
  ["/commands/*", "core", "user", "admin"],
  ["/string-rules", "core", "user", "admin"],
  ["/string-rules/*", "core", "user", "admin"],
  ["/communities/*", "core", "user", "admin"],
  ["/dead-letters", "core", "user", "admin"],
  ["/dead-letters/*", "core", "user", "admin"],
  ["/queues", "core", "user", "admin"],
  ["/metrics", "core", "admin"],
];

/** The router's REST surface (10-router §1.1 to §1.3), without its base path. */
export function routerRoutes() {
  const routes = makeRoutes();
  for (const [path, ...roles] of callers) routes.use(path, requireRole(...roles));
  const groups = [
    eventRoutes(),
    readRoutes(),
    metricRoutes(),
    commandRoutes(),
    ruleRoutes(),
    responseRoutes(),
    executionRoutes(),
    queueRoutes(),
    moduleRoutes(),
    tryoutRoutes(),
  ];
  for (const group of groups) routes.route("/", group);
  return routes;
}
