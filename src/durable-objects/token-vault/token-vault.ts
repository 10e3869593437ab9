import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import type { RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { askRefresh } from "#durable-objects/token-vault/ask-refresh";
import {
  type AccountStatus,
  type Sweep,
  type UserGrant,
  UserTokens,
} from "#durable-objects/token-vault/user-tokens";

const grant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const held = z.object({ token: z.string(), expiresAt: z.number() });

/** Ask for a new token this long before the old one dies. */
const refreshAheadMs = 300_000;
const tokenTimeMs = 5000;

/** The object of one community's accounts on one provider; an app token's object bears the provider's name alone. */
export function userVaultName(communityId: number, provider: string): string {
  return `user/${communityId}/${provider}`;
}

/**
 * App tokens, one object per provider: however many sends need one at the same moment, one request asks for it.
 * That token lives in memory only; after a restart the next send fetches a new one.
 * User tokens, one object per community and provider (`userVaultName`), are stored encrypted.
 */
export class TokenVault extends DurableObject<SenderEnv> {
  #held: z.infer<typeof held> | undefined;
  #asking: Promise<Outcome<string>> | undefined;
  #users: UserTokens | undefined;

  /** `rejected` is a token the platform no longer accepts: it is dropped, unless a newer one is here already. */
  async getAppToken(rejected?: string): Promise<Outcome<string>> {
    if (rejected !== undefined && this.#held?.token === rejected) this.#held = undefined;
    if (this.#held && this.#held.expiresAt - refreshAheadMs > Date.now()) return succeed(this.#held.token);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Keeps what a person's consent brought, in place of an older grant of that account. */
  async keepUserToken(grant: UserGrant): Promise<Outcome<null>> {
    return this.#userTokens().keep(grant);
  }

  /** `rejected` is a token the platform no longer accepts. `forbidden` means: only a new consent helps. */
  async getUserToken(account: string, rejected?: string): Promise<Outcome<string>> {
    return this.#userTokens().getUserToken(account, rejected);
  }

  /** How each account stands, without any token. */
  async status(): Promise<AccountStatus[]> {
    return this.#userTokens().status();
  }

  async revokeUserToken(account: string): Promise<boolean> {
    return this.#userTokens().revoke(account);
  }

  /** Moves every record to the current encryption key now; it also happens on reading and by alarm. */
  async reencrypt(): Promise<Outcome<Sweep>> {
    return this.#userTokens().reencrypt();
  }

  override async alarm(): Promise<void> {
    await this.#userTokens().wake();
  }

  /** Opened when first asked for, so that an app token's object stores nothing. */
  #userTokens(): UserTokens {
    this.#users ??= new UserTokens({
      storage: this.ctx.storage,
      now: () => Date.now(),
      keyring: () => encryption.parse(this.env).TOKEN_ENCRYPTION_KEYS,
      refresh: (provider, refreshToken) => this.#refresh(provider, refreshToken),
    });
    return this.#users;
  }

  async #refresh(provider: string, refreshToken: string): Promise<RefreshAnswer> {
    const { TWITCH_AUTH_BASE, TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET } = credentials.parse(this.env);
    if (provider !== "twitch" || !TWITCH_CLIENT_ID || !TWITCH_CLIENT_SECRET)
      return { kind: "later", reason: `${provider} is not configured` };
    const endpoint = {
      url: `${TWITCH_AUTH_BASE}/token`,
      clientId: TWITCH_CLIENT_ID,
      clientSecret: TWITCH_CLIENT_SECRET,
    };
    return askRefresh(endpoint, refreshToken, {
      fetch: (url, init) => fetch(url, init),
      now: () => Date.now(),
    });
  }

  async #ask(): Promise<Outcome<string>> {
    const { TWITCH_AUTH_BASE, TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET } = credentials.parse(this.env);
    if (!TWITCH_CLIENT_ID || !TWITCH_CLIENT_SECRET)
      return refuse("unavailable", { message: "Twitch is not configured" });
    const body = new URLSearchParams({
      client_id: TWITCH_CLIENT_ID,
      client_secret: TWITCH_CLIENT_SECRET,
      grant_type: "client_credentials",
    });
    try {
      const response = await fetch(`${TWITCH_AUTH_BASE}/token`, {
        method: "POST",
        body,
        signal: AbortSignal.timeout(tokenTimeMs),
      });
      if (!response.ok)
        return refuse("unavailable", { message: `Twitch refused a token (${response.status})` });
      const { access_token, expires_in } = grant.parse(await response.json());
      this.#held = { token: access_token, expiresAt: Date.now() + expires_in * 1000 };
      return succeed(access_token);
    } catch (error) {
      // Nothing was said in chat yet, so this may simply be tried again.
      return refuse("unavailable", { message: error instanceof Error ? error.message : "no token" });
    }
  }
}

const credentials = z.object({
  TWITCH_AUTH_BASE: z.string(),
  TWITCH_CLIENT_ID: z.string().optional(),
  TWITCH_CLIENT_SECRET: z.string().optional(),
});

const encryption = z.object({ TOKEN_ENCRYPTION_KEYS: z.string().optional() });
