import { openDatabase } from "#db/client";
import { auditActor } from "#workers/api/access/caller";
import { findFactor } from "#workers/api/factor/factor-store";
import { makeRoutes } from "#workers/api/make-routes";
import { findHash } from "#workers/api/password/password-store";
import { endOthers, endSession, security, stageNow } from "#workers/api/security/security-routes";
import { endOwnSessions, listOwnSessions } from "#workers/api/security/security-store";
import { csrfTokenOf } from "#workers/api/session/csrf";
import { endObjects } from "#workers/api/session/end-objects";
import { sessionConfig } from "#workers/api/session/session-config";
import { clearSessionCookie } from "#workers/api/session/session-cookie";
import { failure, success } from "#workers/shared/envelope";

const noBrowser = "Sign in in a browser to do that.";

/** How an account is locked, and where it is signed in; for its own person at a browser. */
export function securityRoutes() {
  const routes = makeRoutes();

  routes.openapi(stageNow, async (c) => {
    const session = c.get("session");
    const { secret } = sessionConfig(c.env);
    if (!session || secret === undefined) return failure(c, 401, "Nobody is signed in.");
    c.header("cache-control", "no-store");
    return success(c, { stage: session.stage, csrfToken: await csrfTokenOf(secret, session.token) });
  });

  routes.openapi(security, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, noBrowser);
    const { id: userId, email } = session.person;
    const db = openDatabase(c.env);
    const [hash, factor, sessions] = await Promise.all([
      findHash(db, userId),
      findFactor(db, userId),
      listOwnSessions(db, userId),
    ]);
    const isOn = factor?.isOn ?? false;
    c.header("cache-control", "no-store");
    return success(c, {
      email,
      has_password: hash !== undefined,
      second_factor: { is_on: isOn, recovery_codes_left: isOn ? (factor?.recoveryCodesLeft ?? 0) : 0 },
      sessions: sessions.map((one) => ({ ...one, is_this: one.id === session.id })),
    });
  });

  routes.openapi(endSession, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, noBrowser);
    const which = { only: c.req.valid("param").id };
    const wanted = { userId: session.person.id, which };
    const ended = await endOwnSessions(openDatabase(c.env), wanted, await auditActor(c));
    if (ended.length === 0) return failure(c, 404, "There is no such session.");
    await endObjects(c, ended);
    if (which.only === session.id) clearSessionCookie(c);
    return success(c, { ended: true as const });
  });

  routes.openapi(endOthers, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, noBrowser);
    const wanted = { userId: session.person.id, which: { allBut: session.id } };
    const ended = await endOwnSessions(openDatabase(c.env), wanted, await auditActor(c));
    await endObjects(c, ended);
    return success(c, { ended: ended.length });
  });
  return routes;
}
