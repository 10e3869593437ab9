import type { Context, MiddlewareHandler, Next } from "hono";
import { productVersion } from "#contracts/version";
import { makeLog } from "#lib/log";
import { countFailure, stillWaiting } from "#workers/api/access/failures";
import { groupOf, routeGroups } from "#workers/api/access/groups";
import { type Credential, identify, knownKeys, readCredential } from "#workers/api/access/identify";
import { parseKey } from "#workers/api/access/key-text";
import type { ApiBindings, KeyRole } from "#workers/api/bindings";
import { enterBySession } from "#workers/api/session/enter-by-session";
import { readSessionCookie } from "#workers/api/session/session-cookie";
import { failure } from "#workers/shared/envelope";

const log = makeLog({ module: "api", version: productVersion });

/** Asked by monitors that have no key; the broker has a key of its own; nobody is known yet who signs in. */
const openPath =
  /^(?:\/api)?(?:\/v1)?\/[a-z]+\/health$|^\/api\/broker(?:\/|$)|^\/api\/v1\/auth\/(?:ways|oauth\/[a-z]+(?:\/callback)?|register|verify-email|login|password\/(?:forgotten|reset))$|^\/browser\/source\/(?:stats|health)$/;

/**
 * Finds out who calls: the deployment's own key, one of the `api_keys`, a person's token, or a browser that is signed in.
 * A key comes in the header only, never in a query; no key on the server lets nobody in (HRD-2). Asked twice, it answers once.
 */
export const withPrincipal: MiddlewareHandler<ApiBindings> = async function withPrincipal(c, next) {
  if (c.var.principal || openPath.test(c.req.path)) return next();
  const credential = readCredential(c.req.raw.headers, new URL(c.req.url));
  if (credential.kind === "none" && readSessionCookie(c) !== undefined) {
    const refusal = await enterBySession(c);
    if (!refusal) return letIn(c, next);
    note(c, refusal.status === 401 ? "AUTH" : "AUTHZ", "api.session", { reason: refusal.reason });
    return failure(c, refusal.status, refusal.message, refusal.details);
  }
  if (credential.kind === "none")
    return deny(c, "nothing shown", "A valid X-API-Key header or a bearer token is needed.");
  if (credential.kind === "misplaced")
    return deny(
      c,
      "key in the address",
      "A key belongs in the X-API-Key header, never in the address, where logs keep it. Please replace this key.",
    );
  if (!isKnown(credential)) {
    const waitMs = await stillWaiting(c);
    if (waitMs > 0) return denyForNow(c, waitMs);
  }
  const { principal, why } = await identify(c, credential);
  if (!principal) {
    const waitMs = await countFailure(c);
    return waitMs > 0 ? denyForNow(c, waitMs) : deny(c, why, "This key or token is not valid.");
  }
  c.set("principal", principal);
  return letIn(c, next);
};

async function letIn(c: Context<ApiBindings>, next: Next): Promise<Response | undefined> {
  const { principal } = c.var;
  const allowed: readonly KeyRole[] = routeGroups[groupOf(c.req.path)].roles;
  if (!principal.roles.some((role) => allowed.includes(role))) return forbid(c, allowed.join(" or "));
  return void (await next());
}

/** Lets through callers with one of these roles. */
export function requireRole(...roles: KeyRole[]): MiddlewareHandler<ApiBindings> {
  return async function requireRoleOf(c, next) {
    const { roles: held } = c.get("principal");
    return held.some((role) => roles.includes(role)) ? next() : forbid(c, roles.join(" or "));
  };
}

/** Lets through callers that were given this scope, or all (`*`). A person's token has none: roles decide for people. */
export function requireScope(scope: string): MiddlewareHandler<ApiBindings> {
  return async function requireScopeOf(c, next) {
    const { scopes, kind } = c.get("principal");
    const isGiven = kind === "user" || scopes.includes("*") || scopes.includes(scope);
    return isGiven ? next() : forbid(c, scope);
  };
}

/** A key that was good a moment ago passes even where others at the same address guess. */
function isKnown(credential: Credential): boolean {
  return credential.kind === "key" && knownKeys.has(parseKey(credential.text)?.id ?? "");
}

function deny(c: Context<ApiBindings>, reason: string, message: string) {
  note(c, "AUTH", "api.authenticate", { reason });
  return failure(c, 401, message);
}

function denyForNow(c: Context<ApiBindings>, waitMs: number) {
  note(c, "AUTH", "api.authenticate", { reason: "too many wrong keys" });
  c.header("retry-after", String(Math.ceil(waitMs / 1000)));
  return failure(c, 429, "Too many wrong keys came from this address. Wait a minute, then try again.");
}

function forbid(c: Context<ApiBindings>, needs: string) {
  note(c, "AUTHZ", "api.authorize", { path: c.req.path, needs });
  return failure(c, 403, "This caller may not do that.");
}

function note(c: Context<ApiBindings>, category: "AUTH" | "AUTHZ", action: string, details: object) {
  log({
    level: "WARNING",
    category,
    action,
    result: "DENIED",
    user: c.var.principal?.id,
    correlationId: c.get("correlationId"),
    requestId: c.get("requestId"),
    details: { ...details },
  });
}
