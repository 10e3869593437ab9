import { DurableObject } from "cloudflare:workers";
import type { RefreshAnswer } from "#contracts/oauth";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { AppTokens } from "#durable-objects/token-vault/app-tokens";
import type { VaultOwner } from "#durable-objects/token-vault/token-row";
import type { AccountStatus, Sweep, UserGrant } from "#durable-objects/token-vault/user-grant";
import { UserTokens } from "#durable-objects/token-vault/user-tokens";
import type { VaultCopies } from "#durable-objects/token-vault/vault-copy";

/** What a vault needs from outside; the sender gives it the platforms, tests their own. */
export interface TokenVaultDeps<Env> {
  now(): number;
  /** The text of TOKEN_ENCRYPTION_KEYS. */
  keyring(env: Env): string | undefined;
  refresh(env: Env, provider: string, refreshToken: string): Promise<RefreshAnswer>;
  isAskedForLife(provider: string): boolean;
  askLife(env: Env, provider: string, accessToken: string): Promise<"valid" | "invalid" | "unknown">;
  giveBack(env: Env, provider: string, accessToken: string): Promise<void>;
  /** A new token of the application itself. */
  askAppToken(env: Env, provider: string): Promise<Outcome<{ token: string; expiresInSeconds: number }>>;
  /** Absent without a database. */
  copies(env: Env): VaultCopies | undefined;
}

/**
 * App tokens, one object per provider: however many sends need one at the same moment, one request asks for it.
 * That token lives in memory only; after a restart the next send fetches a new one.
 * User tokens, one object per community and provider (`userVaultName`), are stored encrypted.
 */
export function makeTokenVault<Env>(deps: TokenVaultDeps<Env>) {
  return class TokenVault extends DurableObject<Env> {
    #apps = new AppTokens((provider) => deps.askAppToken(this.env, provider), deps.now);
    #users: UserTokens | undefined;
    #restoring: Promise<Outcome<null>> | undefined;

    /** `rejected` is a token the platform no longer accepts: it is dropped, unless a newer one is here already. */
    async getAppToken(provider: string, rejected?: string): Promise<Outcome<string>> {
      return this.#apps.get(provider, rejected);
    }

    /** Keeps what a person's consent brought, in place of an older grant of that account. */
    async keepUserToken(grant: UserGrant): Promise<Outcome<null>> {
      const ready = await this.#ready(grant);
      return ready.ok ? this.#userTokens().keep(grant) : ready;
    }

    /** `rejected` is a token the platform no longer accepts. `forbidden` means: only a new consent helps. */
    async getUserToken(owner: VaultOwner, account: string, rejected?: string): Promise<Outcome<string>> {
      const ready = await this.#ready(owner);
      return ready.ok ? this.#userTokens().getUserToken(account, rejected) : ready;
    }

    /** How each account stands, without any token. */
    async status(): Promise<AccountStatus[]> {
      return this.#userTokens().status();
    }

    async revokeUserToken(owner: VaultOwner, account: string): Promise<Outcome<boolean>> {
      const ready = await this.#ready(owner);
      return ready.ok ? succeed(await this.#userTokens().revoke(account)) : ready;
    }

    /** The account may have taken its permission back: asks the provider now. False when it has. */
    async checkUserToken(owner: VaultOwner, account: string): Promise<Outcome<boolean>> {
      const ready = await this.#ready(owner);
      return ready.ok ? succeed(await this.#userTokens().check(account)) : ready;
    }

    /** Moves every record to the current encryption key now; it also happens on reading and by alarm. */
    async reencrypt(): Promise<Outcome<Sweep>> {
      return this.#userTokens().reencrypt();
    }

    override async alarm(): Promise<void> {
      await this.#userTokens().wake();
    }

    /** A vault without an owner is a new one, or one that lost its storage: then Postgres fills it, once. */
    async #ready({ communityId, provider }: VaultOwner): Promise<Outcome<null>> {
      if (this.#userTokens().isOwned()) return succeed(null);
      this.#restoring ??= this.#restore({ communityId, provider }).finally(() => {
        this.#restoring = undefined;
      });
      return this.#restoring;
    }

    /** Fails closed: a vault that cannot be read might hold the newer grant, so nothing is kept beside it. */
    async #restore(owner: VaultOwner): Promise<Outcome<null>> {
      try {
        await this.#userTokens().restore(owner);
        return succeed(null);
      } catch {
        return refuse("unavailable", { message: "the stored tokens cannot be read", retryAfterMs: 5000 });
      }
    }

    /** Opened when first asked for, so that an app token's object stores nothing. */
    #userTokens(): UserTokens {
      const copies = deps.copies(this.env);
      this.#users ??= new UserTokens({
        storage: this.ctx.storage,
        now: deps.now,
        keyring: () => deps.keyring(this.env),
        refresh: (provider, refreshToken) => deps.refresh(this.env, provider, refreshToken),
        life: {
          isAsked: deps.isAskedForLife,
          ask: (provider, token) => deps.askLife(this.env, provider, token),
        },
        giveBack: (provider, token) => deps.giveBack(this.env, provider, token),
        ...(copies && { copies }),
      });
      return this.#users;
    }
  };
}
