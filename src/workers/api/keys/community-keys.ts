import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import { accessConfig } from "#workers/api/access/config";
import { knownKeys } from "#workers/api/access/identify";
import { createKey, disableKey, getKey, listKeys, rotateKey } from "#workers/api/access/key-store";
import { formatKey, makeKey, makeSecret } from "#workers/api/access/key-text";
import { enter, turnAway } from "#workers/api/communities/place";
import { create, disable, list, rotate } from "#workers/api/keys/community-key-routes";
import { toShown } from "#workers/api/keys/to-shown";
import { makeRoutes } from "#workers/api/make-routes";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const noSuchKey = "There is no such key.";
const needed = "community.manage_settings";
/** More than anybody can keep an eye on. */
const mostKeys = 100;

/** Keys of one community, for its admins. What such a key may do is bound to the community, whoever made it. */
export function communityKeyRoutes() {
  const routes = makeRoutes();
  routes.use("/:community_id/keys/*", requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id: id } = c.req.valid("param");
    const entered = await enter(c, id, needed);
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const includeInactive = c.req.valid("query").include_inactive === "true";
    const keys = await listKeys(entered.db, id, { limit: 200, offset: 0, includeInactive });
    return success(c, { keys: keys.map(toShown) });
  });

  routes.openapi(create, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const entered = await enter(c, communityId, needed);
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const { db } = entered;
    const body = c.req.valid("json");
    const { scopes: held, kind } = c.get("principal");
    const foreign =
      kind === "user" || held.includes("*") ? undefined : body.scopes.find((scope) => !held.includes(scope));
    if (foreign !== undefined)
      return failure(c, 403, `This caller does not hold the scope ${foreign} itself.`);
    const others = await listKeys(db, communityId, { limit: mostKeys, offset: 0, includeInactive: false });
    if (others.length >= mostKeys)
      return failure(c, 409, `A community has at most ${mostKeys} keys. Disable one first.`);
    const key = makeKey(accessConfig(c.env).keyEnvironment);
    const { name, scopes, limit_per_minute, limit_per_hour, expires_at } = body;
    const wanted = {
      id: key.id,
      name,
      secretHash: await sha256Hex(key.secret),
      roles: [...new Set(body.roles)],
      scopes,
      communityId,
      limitPerMinute: limit_per_minute ?? null,
      limitPerHour: limit_per_hour ?? null,
      expiresAt: expires_at === undefined ? null : new Date(expires_at),
    };
    const isStored = await createKey(db, wanted, await auditActor(c));
    const stored = isStored ? await getKey(db, key.id, communityId) : undefined;
    if (!stored) return failure(c, 404, "There is no such community.");
    c.header("cache-control", "no-store");
    return created(c, { ...toShown(stored), key: formatKey(key) });
  });

  routes.openapi(disable, async (c) => {
    const { community_id: communityId, id } = c.req.valid("param");
    const entered = await enter(c, communityId, needed);
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const change = await disableKey(entered.db, id, communityId, await auditActor(c));
    knownKeys.forget(id);
    const stored = change === "missing" ? undefined : await getKey(entered.db, id, communityId);
    return stored ? success(c, toShown(stored)) : failure(c, 404, noSuchKey);
  });

  routes.openapi(rotate, async (c) => {
    const { community_id: communityId, id } = c.req.valid("param");
    const entered = await enter(c, communityId, needed);
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const secret = makeSecret();
    const renewal = { id, scope: communityId, secretHash: await sha256Hex(secret) };
    const change = await rotateKey(entered.db, renewal, await auditActor(c));
    knownKeys.forget(id);
    if (change === "missing") return failure(c, 404, noSuchKey);
    if (change === "unchanged") return failure(c, 409, "This key is disabled. Create a new one instead.");
    c.header("cache-control", "no-store");
    return success(c, { id, key: formatKey({ id, secret }) });
  });
  return routes;
}
