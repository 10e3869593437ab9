import type { MiddlewareHandler } from "hono";
import { productVersion } from "#contracts/version";
import { equalSecrets } from "#lib/equal-secrets";
import { makeLog } from "#lib/log";
import type { ApiBindings, KeyRole } from "#workers/api/bindings";
import { failure } from "#workers/shared/envelope";

const log = makeLog({ module: "api", version: productVersion });

/** Finds out who calls. Keys come in the header only, never in a query; no key on the server lets nobody in (HRD-2). */
export const withPrincipal: MiddlewareHandler<ApiBindings> = async function withPrincipal(c, next) {
  if (await equalSecrets(c.req.header("x-api-key") ?? "", c.env.SERVICE_API_KEY)) {
    c.set("principal", {
      kind: "service",
      id: "service",
      roles: ["core", "admin"],
      scopes: ["*"],
      communityId: null,
    });
    return next();
  }
  log({
    level: "WARNING",
    category: "AUTH",
    action: "api.authenticate",
    result: "DENIED",
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
  });
  return failure(c, 401, "A valid X-API-Key header is needed.");
};

/** Lets through callers with one of these roles. */
export function requireRole(...roles: KeyRole[]): MiddlewareHandler<ApiBindings> {
  return async function requireRoleOf(c, next) {
    const { id, roles: held } = c.get("principal");
    if (held.some((role) => roles.includes(role))) return next();
    log({
      level: "WARNING",
      category: "AUTHZ",
      action: "api.authorize",
      result: "DENIED",
      user: id,
      correlationId: c.get("correlationId"),
      requestId: c.get("requestId"),
      details: { path: c.req.path, needs: roles.join(" or ") },
    });
    return failure(c, 403, "This caller may not do that.");
  };
}
