import { openDatabase } from "#db/client";
import { sessionRecords } from "#durable-objects/hub-session/ask-session";
import { auditActor } from "#workers/api/access/caller";
import { begin, callback, logout, me, ways } from "#workers/api/auth/auth-routes";
import { linkConsented } from "#workers/api/auth/link-consented";
import { listMyCommunities } from "#workers/api/auth/my-communities";
import { beginConsent, enter, signInService, takeConsent } from "#workers/api/auth/oauth";
import { mailService } from "#workers/api/mail/post-mail";
import { makeRoutes } from "#workers/api/make-routes";
import { csrfTokenOf } from "#workers/api/session/csrf";
import { sessionConfig } from "#workers/api/session/session-config";
import { clearSessionCookie } from "#workers/api/session/session-cookie";
import { endListed } from "#workers/api/session/session-store";
import { failure, success } from "#workers/shared/envelope";

/** Signing in to the hub, and out of it. */
export function authRoutes() {
  const routes = makeRoutes();

  routes.openapi(ways, async (c) => {
    const { secret, origin, isSignUpOpen, signUpDomains } = sessionConfig(c.env);
    const isSetUp = secret !== undefined && origin !== undefined;
    const offers = isSetUp ? await signInService(c.env).offers() : [];
    const signUp = { isOpen: isSetUp && isSignUpOpen, domains: [...signUpDomains] };
    // A forgotten password and a new account both need a mail.
    const password = isSetUp && (await mailService(c.env).isSetUp());
    return success(c, { providers: offers.map(({ platform }) => platform), password, signUp });
  });

  routes.openapi(begin, async (c) => {
    const { provider } = c.req.valid("param");
    const { return: returnPath } = c.req.valid("query");
    const { origin } = sessionConfig(c.env);
    // The cookie for the way back is good on one host only, and the platform sends people to that of PUBLIC_URL.
    if (origin !== undefined && isOtherNameOf(origin, c.req.url))
      return c.redirect(
        `${origin}/api/v1/auth/oauth/${provider}?return=${encodeURIComponent(returnPath)}`,
        302,
      );
    const consent = await beginConsent(c, { provider, returnPath, userId: null });
    return consent.ok ? c.redirect(consent.url, 302) : failure(c, 503, consent.message);
  });

  routes.openapi(callback, async (c) => {
    const { provider } = c.req.valid("param");
    const consented = await takeConsent(c, provider);
    if (!consented.ok) return consented.response;
    return consented.begun.userId === null ? enter(c, consented) : linkConsented(c, consented);
  });

  routes.openapi(me, async (c) => {
    const session = c.get("session");
    const { secret } = sessionConfig(c.env);
    if (!session || secret === undefined) return failure(c, 401, "Nobody is signed in.");
    const { person, stage, token } = session;
    const communities = stage === "full" ? await listMyCommunities(openDatabase(c.env), person.id) : [];
    c.header("cache-control", "no-store");
    const user = { ...person, mustChangePassword: stage === "password" };
    return success(c, { user, communities, csrfToken: await csrfTokenOf(secret, token) });
  });

  routes.openapi(logout, async (c) => {
    const session = c.get("session");
    if (!session) return failure(c, 401, "Nobody is signed in.");
    // Postgres first: without its row the session is dead, whatever becomes of its object.
    await endListed(openDatabase(c.env), session.id, await auditActor(c));
    await sessionRecords(c.env.HUB_SESSION).end(session.id);
    clearSessionCookie(c);
    return success(c, { signedOut: true as const });
  });
  return routes;
}

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** `localhost` and `127.0.0.1` are one machine, and two hosts to a browser. */
function isOtherNameOf(origin: string, asked: string): boolean {
  const [wanted, given] = [new URL(origin), new URL(asked)];
  const areHere = [wanted, given].every(({ hostname }) => loopback.includes(hostname));
  return areHere && wanted.port === given.port && wanted.hostname !== given.hostname;
}
