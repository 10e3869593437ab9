import { WorkerEntrypoint } from "cloudflare:workers";
import type { ReadingKeyService, ReadingPlace, ReadingStanding } from "#contracts/live-chat";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { grantName, userVaultName } from "#durable-objects/token-vault/vault-names";
import { Cache } from "#lib/cache";
import { platforms } from "#platforms/registry";
import { readingContext } from "#workers/sender/reading-context";
import { ledgerOf, quotaBounds } from "#workers/sender/reading-quota";

const account = grantName("owner", "api-key");
/** Whether a community has a key of its own is asked for once a minute: a page of chat must not cost a look-up. */
const cache = new Cache({ now: () => Date.now(), ttlSeconds: 60 });
const absence = (value: unknown) => (value === "none" ? value : undefined);

type Place = { platform: string; communityId: number };

/** The API's door to communities' own keys: an entry of its own, so that whoever may send messages cannot change them. */
export class ReadingKeys extends WorkerEntrypoint<SenderEnv> implements ReadingKeyService {
  async keepKey(place: Place, key: string): Promise<Outcome<null>> {
    const source = platforms.get(place.platform)?.liveChat;
    if (!source) return refuse("not_found", { message: `${place.platform} has no keys of communities` });
    const paid = await ledgerOf(this.env, place).take(
      source.cost.find,
      "find",
      quotaBounds(this.env, source),
    );
    if (!paid.isTaken) return refuse("rate_limited", { message: "This key's quota of today is used up." });
    const checked = await source.checkKey(readingContext(this.env, place.platform, key));
    // A key without quota is a key all the same.
    if (!checked.ok && checked.code !== "payment_required") return checked;
    const owner = ownerOf(place);
    const kept = await vaultOf(this.env, place).keepUserToken({
      ...owner,
      account,
      name: `${place.platform} API key`,
      accessToken: key,
      scopes: [],
    });
    if (kept.ok) await cache.delete(cacheName(place));
    return kept;
  }

  async dropKey(place: Place): Promise<Outcome<boolean>> {
    const vault = vaultOf(this.env, place);
    const held = await vault.getUserToken(ownerOf(place), account);
    if (!held.ok && held.code === "unavailable") return held;
    const isThere = (await vault.status()).some(({ status }) => status !== "revoked");
    const dropped = isThere ? await vault.revokeUserToken(ownerOf(place), account) : succeed(false);
    await cache.set(cacheName(place), "none");
    return dropped;
  }

  async readingStanding(place: Place): Promise<Outcome<ReadingStanding>> {
    const source = platforms.get(place.platform)?.liveChat;
    if (!source) return refuse("not_found", { message: `${place.platform} has no quota` });
    const vault = vaultOf(this.env, place);
    const held = await vault.getUserToken(ownerOf(place), account);
    if (!held.ok && held.code === "unavailable") return held;
    const [row] = (await vault.status()).filter(({ status }) => status !== "revoked");
    const isUsable = row?.status === "active" && held.ok;
    const ledger = ledgerOf(this.env, isUsable ? place : { ...place, communityId: null });
    const quota = await ledger.state(quotaBounds(this.env, source));
    const problem =
      row && !isUsable
        ? `${place.platform} no longer takes this community's key; the house's own is used. Please give a new one.`
        : null;
    return succeed({ key: isUsable ? "own" : "platform", problem, quota });
  }
}

/** The community's own key while it is good; undefined where the platform-wide one is to be used. Fails open. */
export async function ownKey(
  env: SenderEnv,
  { platform, communityId }: ReadingPlace,
): Promise<string | undefined> {
  if (communityId === null) return undefined;
  const place = { platform, communityId };
  if (await cache.get(cacheName(place), absence)) return undefined;
  const vault = vaultOf(env, place);
  const key = await vault.getUserToken(ownerOf(place), account);
  const isGood = key.ok && (await vault.status()).some(({ status }) => status === "active");
  if (!isGood) await cache.set(cacheName(place), "none");
  return isGood ? key.value : undefined;
}

/** The platform does not take it any more: the community's owner is told, and it is not tried again. */
export async function rejectKey(env: SenderEnv, place: Place, key: string): Promise<void> {
  await vaultOf(env, place).getUserToken(ownerOf(place), account, key);
  await cache.set(cacheName(place), "none");
}

/** Beside the community's accounts of that platform, so that a key is never taken for one of them. */
function ownerOf({ platform, communityId }: Place) {
  return { communityId, provider: `${platform}-api-key` };
}

function vaultOf(env: SenderEnv, place: Place) {
  const { communityId, provider } = ownerOf(place);
  return env.TOKEN_VAULT.get(env.TOKEN_VAULT.idFromName(userVaultName(communityId, provider)));
}

function cacheName({ platform, communityId }: Place): string {
  return `${platform}/${communityId}`;
}
