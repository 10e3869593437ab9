import type { Context, MiddlewareHandler } from "hono";
import { changeIdentity, listIdentities, unlinkAccount } from "#db/account-links";
import { openDatabase } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import { windowsOf } from "#workers/api/access/groups";
import { limited } from "#workers/api/access/limit";
import { beginConsent } from "#workers/api/auth/oauth";
import type { ApiBindings } from "#workers/api/bindings";
import * as routesOf from "#workers/api/identity/identity-routes";
import { addLinkRoutes } from "#workers/api/identity/links";
import { addMergeRoutes } from "#workers/api/identity/merges";
import { findPersonByAccount, findPersonById, type Viewer } from "#workers/api/identity/people";
import { personOf } from "#workers/api/identity/person-of";
import { addSelfRoutes } from "#workers/api/identity/self";
import {
  createUserKey,
  disableUserKey,
  listUserKeys,
  mostUserKeys,
  regenerateUserKey,
} from "#workers/api/identity/user-key-store";
import { makeUserKeyText } from "#workers/api/identity/user-key-text";
import { makeRoutes } from "#workers/api/make-routes";
import { created, failure, success } from "#workers/shared/envelope";

const noKey = "There is no such key.";
const noAccount = "There is no such linked account.";
const noPerson = "There is no such person, or nothing of them to be seen.";

/** Calls a minute of one person to all of this (40-core §1.30). */
const perMinute = 60;
const withPersonLimit: MiddlewareHandler<ApiBindings> = async function withPersonLimit(c, next) {
  return limited(c, next, [{ name: "identity", windows: windowsOf({ perMinute }) }]);
};

/** What changes who somebody is needs the person at a browser: a key that was lost must not make itself at home. */
const requireSession: MiddlewareHandler<ApiBindings> = async function requireSession(c, next) {
  const isReading = c.req.method === "GET" || c.req.method === "HEAD";
  if (c.var.session || (isReading && c.get("principal").kind === "user")) return next();
  return failure(c, 403, "This needs somebody who is signed in to the hub.");
};

const mergePaths = ["/merge-codes", "/merges", "/merges/*"];
const linkPaths = ["/link", "/resend", "/verify", "/pending"];
const selfPaths = ["/profile", "/export", "/deletion"];

/** Linked accounts and personal keys of whoever calls, and who others are. */
export function identityRoutes() {
  const routes = makeRoutes();
  routes.use("*", withPersonLimit);
  for (const path of [
    "/mine",
    "/mine/*",
    "/oauth/*",
    "/api-keys",
    "/api-keys/*",
    ...mergePaths,
    ...linkPaths,
    ...selfPaths,
  ])
    routes.use(path, requireSession);
  addMergeRoutes(routes);
  addLinkRoutes(routes);
  addSelfRoutes(routes);

  routes.openapi(routesOf.list, async (c) =>
    success(c, { identities: await listIdentities(openDatabase(c.env), personOf(c)) }),
  );

  routes.openapi(routesOf.linkByOAuth, async (c) => {
    const { provider } = c.req.valid("param");
    const { return_to: returnPath } = c.req.valid("json");
    const consent = await beginConsent(c, { provider, returnPath, userId: personOf(c) });
    return consent.ok ? success(c, { authorize_url: consent.url }) : failure(c, 503, consent.message);
  });

  routes.openapi(routesOf.change, async (c) => {
    const { id } = c.req.valid("param");
    const { is_primary: isPrimary, visibility } = c.req.valid("json");
    const wanted = { userId: personOf(c), id, isPrimary, visibility };
    const changed = await changeIdentity(openDatabase(c.env), wanted, await auditActor(c));
    return changed ? success(c, changed) : failure(c, 404, noAccount);
  });

  routes.openapi(routesOf.unlink, async (c) => {
    const { id } = c.req.valid("param");
    const outcome = await unlinkAccount(
      openDatabase(c.env),
      { userId: personOf(c), id },
      await auditActor(c),
    );
    if (outcome === "missing") return failure(c, 404, noAccount);
    if (outcome === "last")
      return failure(
        c,
        409,
        "This is the only way left to sign in. Link another account or set a password first.",
      );
    return success(c, { unlinked: true as const });
  });

  routes.openapi(routesOf.byAccount, async (c) => {
    const { platform, platform_id: platformUserId } = c.req.valid("param");
    const found = await findPersonByAccount(openDatabase(c.env), { platform, platformUserId }, viewerOf(c));
    return found ? success(c, found) : failure(c, 404, noPerson);
  });

  routes.openapi(routesOf.byPerson, async (c) => {
    const found = await findPersonById(openDatabase(c.env), c.req.valid("param").id, viewerOf(c));
    return found ? success(c, found) : failure(c, 404, noPerson);
  });

  routes.openapi(routesOf.listKeys, async (c) =>
    success(c, { keys: await listUserKeys(openDatabase(c.env), personOf(c)) }),
  );

  routes.openapi(routesOf.createKey, async (c) => {
    const { name, expires_in_days: lifeDays } = c.req.valid("json");
    const { text, secret } = makeUserKeyText();
    const key = {
      userId: personOf(c),
      name,
      keyHash: await sha256Hex(secret),
      ending: secret.slice(-4),
      lifeDays,
    };
    const made = await createUserKey(openDatabase(c.env), key, await auditActor(c));
    if (!made) return failure(c, 400, `Maximum ${mostUserKeys} active keys. Stop one first.`);
    c.header("cache-control", "no-store");
    return created(c, { ...made, key: text });
  });

  routes.openapi(routesOf.disableKey, async (c) => {
    const wanted = { userId: personOf(c), id: c.req.valid("param").id };
    const isDone = await disableUserKey(openDatabase(c.env), wanted, await auditActor(c));
    return isDone ? success(c, { disabled: true as const }) : failure(c, 404, noKey);
  });

  routes.openapi(routesOf.regenerateKey, async (c) => {
    const { text, secret } = makeUserKeyText();
    const renewal = { keyHash: await sha256Hex(secret), ending: secret.slice(-4) };
    const wanted = { userId: personOf(c), id: c.req.valid("param").id, ...renewal };
    const made = await regenerateUserKey(openDatabase(c.env), wanted, await auditActor(c));
    c.header("cache-control", "no-store");
    return made ? success(c, { ...made, key: text }) : failure(c, 404, noKey);
  });
  return routes;
}

function viewerOf(c: Context<ApiBindings>): Viewer {
  const { kind, roles, communityId } = c.get("principal");
  const isHouse =
    kind === "service" || (communityId === null && roles.some((role) => role === "admin" || role === "core"));
  return isHouse ? null : personOf(c);
}
