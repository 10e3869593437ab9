import type { Context } from "hono";
import { userRoles } from "#workers/api/access/roles";
import type { ApiBindings, Principal } from "#workers/api/bindings";
import { whyForged } from "#workers/api/session/csrf";
import { findSession, type LiveSession } from "#workers/api/session/session";
import { sessionConfig } from "#workers/api/session/session-config";
import type { FieldProblem } from "#workers/shared/envelope";

/** Open to a session that is not whole yet: what makes it whole, and the way out. */
const unfinished = {
  code: ["/api/v1/auth/stage", "/api/v1/auth/totp/verify", "/api/v1/auth/logout"],
  password: ["/api/v1/auth/stage", "/api/v1/auth/password", "/api/v1/auth/me", "/api/v1/auth/logout"],
} as const;

export interface SessionRefusal {
  status: 401 | 403;
  /** For the log. */
  reason: string;
  message: string;
  details?: FieldProblem[];
}

/** Makes the principal of a signed-in browser, or says why not. Fails closed without its secret. */
export async function enterBySession(c: Context<ApiBindings>): Promise<SessionRefusal | undefined> {
  const { secret, origin, superAdmins } = sessionConfig(c.env);
  if (secret === undefined)
    return { status: 401, reason: "SESSION_SECRET is missing", message: "Signing in is not set up here." };
  const session = await findSession(c, superAdmins);
  if (!session)
    return { status: 401, reason: "no such session", message: "This session is over. Sign in again." };
  const { method, url, headers } = c.req.raw;
  const forged = await whyForged({ method, url, headers }, { secret, origin, sessionToken: session.token });
  if (forged)
    return {
      status: 403,
      reason: forged,
      message: "This change did not come from our own page. Reload the page and try again.",
    };
  const missing = whatIsMissing(session, c.req.path);
  if (missing) return missing;
  c.set("session", session);
  c.set("principal", principalOf(session));
  return undefined;
}

function whatIsMissing({ stage }: LiveSession, path: string): SessionRefusal | undefined {
  if (stage === "full") return undefined;
  const allowed: readonly string[] = unfinished[stage];
  if (allowed.includes(path)) return undefined;
  if (stage === "code") {
    const message = "The code of your second factor is needed.";
    return { status: 401, reason: "second factor", message, details: [{ field: "code", message }] };
  }
  const message = "Choose a password of your own first.";
  return { status: 403, reason: "given password", message, details: [{ field: "password", message }] };
}

function principalOf({ person }: LiveSession): Principal {
  const roles = person.isSuperAdmin ? [...userRoles(["admin"]), "super-admin" as const] : userRoles([]);
  return { kind: "user", id: String(person.id), roles, scopes: [], communityId: null };
}
