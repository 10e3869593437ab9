import type { Context } from "hono";
import type { ConnectionService } from "#contracts/connections";
import { openDatabase } from "#db/client";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { bindBrowser } from "#workers/api/connections/browser-cookie";
import { disconnect, list, offers, start } from "#workers/api/connections/connection-routes";
import { listConnections, noteConnection } from "#workers/api/connections/connection-store";
import { challengeOf, randomText } from "#workers/api/connections/random-text";
import { redirectUriOf } from "#workers/api/connections/redirect-uri";
import { mayConnect } from "#workers/api/connections/standing";
import { keepState, stateLifeSeconds } from "#workers/api/connections/state-store";
import { makeRoutes } from "#workers/api/make-routes";
import { bumpChannels } from "#workers/api/router/bump-channels";
import { requireRole } from "#workers/api/with-principal";
import { failure, success } from "#workers/shared/envelope";

const none = "There is no such community or connection.";
const forbidden = "Accounts are connected by admins and above; those of the whole house by whoever runs it.";
const notReachable =
  "Accounts cannot be connected: PUBLIC_URL, where this house is reached from outside, is not set.";

/** Connected accounts (issue 4, item 9): what there is, and the way to a platform's consent page. */
export function connectionRoutes() {
  const routes = makeRoutes();
  for (const path of ["/communities/:community_id/connections", "/communities/:community_id/connections/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));
  for (const path of ["/connections", "/connections/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id } = c.req.valid("param");
    const db = openDatabase(c.env);
    const standing = await mayConnect(c, db, community_id);
    if (standing !== "yes") return turnAway(c, standing);
    const connections = await listConnections(db, community_id);
    return success(c, { connections, count: connections.length });
  });

  routes.openapi(disconnect, async (c) => {
    const { community_id: communityId, platform, role, account_id: account } = c.req.valid("param");
    const db = openDatabase(c.env);
    const standing = await mayConnect(c, db, communityId);
    if (standing !== "yes") return turnAway(c, standing);
    const name = { communityId, platform, role, account };
    const ended = await connectionService(c.env).disconnect(name);
    if (!ended.ok) return failure(c, 503, "The account cannot be disconnected at the moment. Try again.");
    if (!ended.value) return failure(c, 404, none);
    const changed = await noteConnection(db, "connection.disconnect", name, await auditActor(c));
    if (changed) await bumpChannels(c.env, changed);
    return success(c, { disconnected: true as const });
  });

  routes.openapi(offers, async (c) => {
    const platforms = await connectionService(c.env).offers();
    return success(c, { platforms: platforms.map(({ platform, roles }) => ({ platform, roles })) });
  });

  routes.openapi(start, async (c) => {
    const { platform } = c.req.valid("param");
    const { community_id: communityId, role, return_to: returnPath } = c.req.valid("json");
    const db = openDatabase(c.env);
    const standing = await mayConnect(c, db, communityId);
    if (standing !== "yes") return turnAway(c, standing);
    const redirectUri = redirectUriOf(c.env, platform);
    if (redirectUri === undefined) return failure(c, 503, notReachable);
    const service = connectionService(c.env);
    const offer = (await service.offers()).find((one) => one.platform === platform);
    if (!offer) return failure(c, 404, `Accounts of ${platform} cannot be connected here.`);
    const codeVerifier = offer.usesPkce ? randomText() : null;
    const proof = codeVerifier === null ? {} : { codeChallenge: await challengeOf(codeVerifier) };
    const [state, browserKey] = [randomText(), randomText()];
    const asked = await service.authorizeUrl({ platform, role, state, redirectUri, ...proof });
    if (!asked.ok) return failure(c, asked.code === "bad_request" ? 400 : 503, asked.message ?? notReachable);
    const principal = c.get("principal");
    const facts = { platform, role, communityId, principal, codeVerifier, returnPath };
    await keepState(db, { state, browserKey }, facts);
    await bindBrowser(c, state, browserKey);
    c.header("cache-control", "no-store");
    return success(c, { authorize_url: asked.value.url, expires_in_seconds: stateLifeSeconds });
  });
  return routes;
}

/** The sender's entry, named apart from the RPC type so that its depth stays bounded. */
export function connectionService({ CONNECTIONS }: Pick<ApiEnv, "CONNECTIONS">): ConnectionService {
  return CONNECTIONS;
}

function turnAway(c: Context<ApiBindings>, why: "foreign" | "forbidden") {
  return why === "foreign" ? failure(c, 404, none) : failure(c, 403, forbidden);
}
