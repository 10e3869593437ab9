import { openDatabase } from "#db/client";
import { sha256Hex } from "#lib/sha256";
import { auditActor } from "#workers/api/access/caller";
import { accessConfig } from "#workers/api/access/config";
import { knownKeys } from "#workers/api/access/identify";
import { createKey, disableKey, getKey, listKeys, rotateKey } from "#workers/api/access/key-store";
import { formatKey, makeKey, makeSecret } from "#workers/api/access/key-text";
import { toKeyRole } from "#workers/api/access/roles";
import type { Principal } from "#workers/api/bindings";
import { create, disable, get, list, type NewKeyBody, rotate } from "#workers/api/keys/key-routes";
import { toShown } from "#workers/api/keys/to-shown";
import { makeRoutes } from "#workers/api/make-routes";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const noSuchKey = "There is no such key.";

/** Keys for services and people. A caller bound to one community sees and makes keys of that community only. */
export function keyRoutes() {
  const routes = makeRoutes();
  routes.use(requireRole("admin", "super-admin"));

  routes.openapi(create, async (c) => {
    const body = c.req.valid("json");
    const caller = c.get("principal");
    const refusal = whyNotGiven(body, caller);
    if (refusal) return failure(c, 403, refusal);
    const key = makeKey(accessConfig(c.env).keyEnvironment);
    const db = openDatabase(c.env);
    const isStored = await createKey(
      db,
      {
        id: key.id,
        name: body.name,
        secretHash: await sha256Hex(key.secret),
        roles: [...new Set(body.roles.map(toKeyRole))],
        scopes: body.scopes,
        communityId: body.community_id ?? caller.communityId,
        limitPerMinute: body.limit_per_minute ?? null,
        limitPerHour: body.limit_per_hour ?? null,
        expiresAt: body.expires_at === undefined ? null : new Date(body.expires_at),
      },
      await auditActor(c),
    );
    const stored = isStored ? await getKey(db, key.id, null) : undefined;
    if (!stored) return failure(c, 404, "There is no such community.");
    return created(c, { ...toShown(stored), key: formatKey(key) });
  });

  routes.openapi(list, async (c) => {
    const { limit, offset, include_inactive } = c.req.valid("query");
    const page = { limit, offset, includeInactive: include_inactive === "true" };
    const found = await listKeys(openDatabase(c.env), c.get("principal").communityId, page);
    return success(c, { keys: found.map(toShown) });
  });

  routes.openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const found = await getKey(openDatabase(c.env), id, c.get("principal").communityId);
    return found ? success(c, toShown(found)) : failure(c, 404, noSuchKey);
  });

  routes.openapi(disable, async (c) => {
    const { id } = c.req.valid("param");
    const { communityId } = c.get("principal");
    const change = await disableKey(openDatabase(c.env), id, communityId, await auditActor(c));
    knownKeys.forget(id);
    if (change === "missing") return failure(c, 404, noSuchKey);
    return success(c, { id, is_active: false, changed: change === "changed" });
  });

  routes.openapi(rotate, async (c) => {
    const { id } = c.req.valid("param");
    const secret = makeSecret();
    const scope = c.get("principal").communityId;
    const renewal = { id, scope, secretHash: await sha256Hex(secret) };
    const change = await rotateKey(openDatabase(c.env), renewal, await auditActor(c));
    knownKeys.forget(id);
    if (change === "missing") return failure(c, 404, noSuchKey);
    if (change === "unchanged") return failure(c, 409, "This key is disabled. Create a new one instead.");
    return success(c, { id, key: formatKey({ id, secret }) });
  });
  return routes;
}

/** Nobody gives away what they do not hold: not a scope, and not a community other than their own. */
function whyNotGiven(body: NewKeyBody, caller: Principal): string | undefined {
  if (caller.communityId !== null) {
    if (body.community_id !== undefined && body.community_id !== caller.communityId)
      return "This caller can make keys for its own community only.";
    if (body.roles.some((role) => toKeyRole(role) === "core"))
      return "A key of one community cannot be one of the house's own services.";
  }
  const holdsAll = caller.kind === "user" || caller.scopes.includes("*");
  const foreign = holdsAll ? undefined : body.scopes.find((scope) => !caller.scopes.includes(scope));
  return foreign === undefined ? undefined : `This caller does not hold the scope ${foreign} itself.`;
}
