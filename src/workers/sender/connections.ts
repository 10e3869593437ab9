import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  ConnectionName,
  ConnectionOffer,
  ConnectionService,
  ConsentAnswer,
  ConsentRequest,
  PlatformSetup,
} from "#contracts/connections";
import type { OAuthGrant, OAuthProvider } from "#contracts/oauth";
import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import { grantName, userVaultName } from "#durable-objects/token-vault/vault-names";
import { platforms } from "#platforms/registry";
import { forgetBots } from "#workers/sender/tokens";
import { configured, oauthContext } from "#workers/sender/vault-deps";
import { platformConfig } from "#workers/shared/platform-config";

/** Nobody was ever given this one. */
const noToken = "waddlebot-setup-test";
const roles = ["bot", "owner"] as const;

/** The API's door into the sender: an entry of its own, so that whoever may send messages cannot connect accounts. */
export class Connections extends WorkerEntrypoint<SenderEnv> implements ConnectionService {
  async offers(): Promise<ConnectionOffer[]> {
    return [...platforms.keys()].sort().flatMap((platform) => {
      const oauth = configured(this.env, platform);
      return oauth ? [describe(platform, oauth)] : [];
    });
  }

  async setups(): Promise<PlatformSetup[]> {
    const config = platformConfig(this.env);
    return [...platforms.values()]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ name, send, oauth }) => {
        const variables = (oauth?.secrets ?? []).map((one) => ({ name: one, isSet: Boolean(config[one]) }));
        const canConnect = oauth !== undefined && variables.every(({ isSet }) => isSet);
        return { platform: name, canSpeak: send !== undefined, canConnect, variables };
      });
  }

  async testSetup(platform: string): Promise<{ problem: string | null } | undefined> {
    if (!platforms.has(platform)) return undefined;
    const oauth = configured(this.env, platform);
    if (!oauth) return { problem: `${platform} is not set up for connecting accounts yet.` };
    // A server that knows this client refuses the token; one that does not refuses the client.
    const answer = await oauth.refresh(noToken, oauthContext(this.env));
    return { problem: answer.kind === "later" ? answer.reason : null };
  }

  async authorizeUrl({ platform, ...request }: ConsentRequest): Promise<Outcome<{ url: string }>> {
    const oauth = configured(this.env, platform);
    if (!oauth) return notSetUp(platform);
    if (oauth.scopes[request.role].length === 0)
      return refuse("bad_request", { message: `On ${platform} there is nothing to connect in this role.` });
    // Without its challenge a code could be used by whoever catches it (threats row 14: no downgrade).
    if (oauth.usesPkce && request.codeChallenge === undefined)
      return refuse("internal", { message: "The sign-in was begun without its proof." });
    return succeed({ url: oauth.authorizeUrl(request, oauthContext(this.env).config).href });
  }

  async finish(answer: ConsentAnswer): Promise<Outcome<{ account: string; name: string; scopes: string[] }>> {
    const { platform, role, communityId } = answer;
    const oauth = configured(this.env, platform);
    if (!oauth) return notSetUp(platform);
    const { code, codeVerifier, redirectUri } = answer;
    const proof = codeVerifier === undefined ? {} : { codeVerifier };
    const granted = await oauth.exchange({ role, code, redirectUri, ...proof }, oauthContext(this.env));
    if (!granted.ok) return granted;
    const { account, accessToken, refreshToken, expiresInSeconds, scopes } = granted.value;
    const refusal = whyNot(oauth, answer, granted.value);
    if (refusal) return this.#giveBack(oauth, accessToken, refusal);
    const kept = await this.#vault(communityId, platform).keepUserToken({
      communityId,
      provider: platform,
      account: grantName(role, account.id),
      name: account.name,
      accessToken,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
      scopes,
    });
    if (!kept.ok) return this.#giveBack(oauth, accessToken, kept);
    forgetBots();
    return succeed({ account: account.id, name: account.name, scopes: [...scopes] });
  }

  async disconnect({ communityId, platform, role, account }: ConnectionName): Promise<Outcome<boolean>> {
    const owner = { communityId, provider: platform };
    const ended = await this.#vault(communityId, platform).revokeUserToken(owner, grantName(role, account));
    forgetBots();
    return ended;
  }

  #vault(communityId: number, platform: string) {
    return this.env.TOKEN_VAULT.get(this.env.TOKEN_VAULT.idFromName(userVaultName(communityId, platform)));
  }

  /** What we may not keep must not live on at the platform either. */
  async #giveBack(oauth: OAuthProvider, accessToken: string, refusal: Refusal): Promise<Refusal> {
    await oauth.revoke?.(accessToken, oauthContext(this.env)).catch(() => undefined);
    return refusal;
  }
}

function describe(platform: string, oauth: OAuthProvider): ConnectionOffer {
  const offered = roles.filter((role) => oauth.scopes[role].length > 0);
  return {
    platform,
    usesPkce: oauth.usesPkce,
    roles: offered.map((role) => ({ role, scopes: oauth.scopes[role].map((one) => ({ ...one })) })),
  };
}

function whyNot(
  oauth: OAuthProvider,
  { role, accounts }: ConsentAnswer,
  { account, scopes }: OAuthGrant,
): Refusal | undefined {
  const missing = oauth.scopes[role].filter(({ scope }) => !scopes.includes(scope));
  if (missing.length > 0) {
    const message = `Not everything was allowed. Still needed: ${missing.map(({ why }) => why).join("; ")}. Please start again and allow all of it.`;
    return refuse("forbidden", { message });
  }
  if (accounts === null || accounts.includes(account.id)) return undefined;
  const message = `${account.name} is not the owner of a channel of this community. Sign in there with the owner's account, then start again.`;
  return refuse("forbidden", { message });
}

function notSetUp(platform: string): Refusal {
  return refuse("unavailable", { message: `${platform} is not set up for connecting accounts yet.` });
}
