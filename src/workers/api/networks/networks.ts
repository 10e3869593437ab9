import type { Context } from "hono";
import type { GatewayService, SealedPasswords } from "#contracts/gateway-service";
import type { Outcome } from "#contracts/outcome";
import { auditActor } from "#workers/api/access/caller";
import type { ApiBindings } from "#workers/api/bindings";
import { versionOf, withTag } from "#workers/api/communities/etag";
import { isHouse } from "#workers/api/communities/is-house";
import { enter, turnAway } from "#workers/api/communities/place";
import { makeRoutes } from "#workers/api/make-routes";
import { judgeNetwork } from "#workers/api/networks/judge-network";
import type { NetworkRow, ShownNetwork } from "#workers/api/networks/network-fields";
import { create, get, list, remove, test, update } from "#workers/api/networks/network-routes";
import { settle, type Wanted } from "#workers/api/networks/network-settings";
import {
  createNetwork,
  type KeptNetwork,
  listNetworks,
  networksPerCommunity,
  removeNetwork,
  updateNetwork,
} from "#workers/api/networks/network-store";
import { requireRole } from "#workers/api/with-principal";
import { created, failure, success } from "#workers/shared/envelope";

const invalid = "The request is not valid.";
const none = "There is no such network in this community.";
const taken = "This network is set up in the house already. Ask whoever runs it for a channel there.";
const full = `A community has at most ${networksPerCommunity} networks.`;
const stale = "The network changed meanwhile. Please look at it again.";
const noKey = "Passwords cannot be kept: GATEWAY_ENCRYPTION_KEYS is not set.";

/** IRC networks of a community (20-receivers §1.13). Kept by its admins; running gateways follow every change. */
export function networkRoutes() {
  const routes = makeRoutes();
  for (const path of ["/:community_id/irc-networks", "/:community_id/irc-networks/*"])
    routes.use(path, requireRole("core", "admin", "super-admin", "user"));

  routes.openapi(list, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const entered = await enter(c, communityId, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const networks = (await listNetworks(entered.db, { communityId })).map(toShown);
    return success(c, { networks, count: networks.length });
  });

  routes.openapi(create, async (c) => {
    const { community_id: communityId } = c.req.valid("param");
    const { host, ...given } = c.req.valid("json");
    const entered = await enter(c, communityId, "community.manage_settings");
    if (typeof entered === "string") return turnAway(c, entered, "admins");
    const wanted = settle(host, given, undefined, isHouse(c.get("principal")));
    if (Array.isArray(wanted)) return failure(c, 400, invalid, wanted);
    const sealed = await sealNew(c, host, wanted);
    if (!sealed.ok) return failure(c, 503, noKey);
    const to = { communityId, by: await auditActor(c) };
    const made = await createNetwork(
      entered.db,
      host,
      { settings: wanted.settings, sealed: sealed.value },
      to,
    );
    if (typeof made === "string") return failure(c, 409, made === "full" ? full : taken);
    await gateways(c).refresh();
    const [network] = await listNetworks(entered.db, { communityId, host });
    return network ? created(withTag(c, made), { network: toShown(network) }) : failure(c, 404, none);
  });

  routes.openapi(get, async (c) => {
    const found = await find(c, c.req.valid("param"));
    if (typeof found === "string") return turnAway(c, found, "admins");
    const { network } = found;
    return network ? success(withTag(c, network.row), { network: toShown(network) }) : failure(c, 404, none);
  });

  routes.openapi(update, async (c) => {
    const { community_id: communityId, host } = c.req.valid("param");
    const found = await find(c, { community_id: communityId, host });
    if (typeof found === "string") return turnAway(c, found, "admins");
    const old = found.network?.row;
    if (!old) return failure(c, 404, none);
    const seen = versionOf(c.req.valid("header")["if-match"]);
    if (seen !== undefined && seen !== old.version) return failure(c, 412, stale);
    const wanted = settle(host, c.req.valid("json"), old, isHouse(c.get("principal")));
    if (Array.isArray(wanted)) return failure(c, 400, invalid, wanted);
    const sealed = await sealNew(c, host, wanted);
    if (!sealed.ok) return failure(c, 503, noKey);
    const passwords = withKept(wanted, sealed.value, old);
    const change = { settings: wanted.settings, sealed: passwords };
    const done = await updateNetwork(found.db, old, change, { communityId, by: await auditActor(c) });
    if (done === "stale") return failure(c, 412, stale);
    await gateways(c).refresh();
    const channels = found.network?.channels ?? [];
    return success(withTag(c, done), { network: toShown({ row: done, channels }) });
  });

  routes.openapi(remove, async (c) => {
    const { community_id: communityId, host } = c.req.valid("param");
    const found = await find(c, { community_id: communityId, host });
    if (typeof found === "string") return turnAway(c, found, "admins");
    if (!found.network) return failure(c, 404, none);
    const version = versionOf(c.req.valid("header")["if-match"]);
    const gone = await removeNetwork(found.db, { host, version }, { communityId, by: await auditActor(c) });
    if (!gone) return failure(c, 412, stale);
    await gateways(c).refresh();
    return success(c, { host });
  });

  routes.openapi(test, async (c) => {
    const { host } = c.req.valid("param");
    const found = await find(c, c.req.valid("param"));
    if (typeof found === "string") return turnAway(c, found, "admins");
    if (!found.network) return failure(c, 404, none);
    const { row, channels } = found.network;
    const look = await gateways(c)
      .lookAt("irc", host)
      .catch(() => undefined);
    if (!look) return failure(c, 503, "The gateways cannot be asked right now. Please try again.");
    return success(c, { test: judgeNetwork({ enabled: row.is_active, channels }, look) });
  });
  return routes;
}

async function find(
  c: Context<ApiBindings>,
  { community_id: communityId, host }: { community_id: number; host: string },
) {
  const entered = await enter(c, communityId, "community.manage_settings");
  if (typeof entered === "string") return entered;
  const [network] = await listNetworks(entered.db, { communityId, host });
  return { db: entered.db, network };
}

/** The edge's entry, named apart from the RPC type so that its depth stays bounded. */
function gateways(c: Context<ApiBindings>): GatewayService {
  return c.env.GATEWAYS;
}

async function sealNew(
  c: Context<ApiBindings>,
  host: string,
  { password, saslPassword }: Wanted,
): Promise<Outcome<SealedPasswords>> {
  return gateways(c).sealPasswords(host, {
    password: password ?? undefined,
    saslPassword: saslPassword ?? undefined,
  });
}

function withKept({ settings, ...typed }: Wanted, sealed: SealedPasswords, old: NetworkRow): SealedPasswords {
  const hasAccount = settings.sasl_account !== null;
  return {
    password: typed.password === undefined ? old.password_enc : sealed.password,
    saslPassword:
      hasAccount && typed.saslPassword === undefined ? old.sasl_password_enc : sealed.saslPassword,
  };
}

function toShown({ row, channels }: KeptNetwork): ShownNetwork {
  const { sasl_password_enc: _, password_enc, is_active, is_trusted, ...rest } = row;
  return {
    ...rest,
    enabled: is_active,
    has_password: password_enc !== null,
    public_only: !is_trusted,
    channels,
  };
}
