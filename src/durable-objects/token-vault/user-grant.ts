import type { RefreshAnswer } from "#contracts/oauth";
import type { SqlStore } from "#durable-objects/storage/migrate";
import type { TokenRow, VaultOwner } from "#durable-objects/token-vault/token-row";
import type { VaultCopies } from "#durable-objects/token-vault/vault-copy";

/** What a person's consent, or a refresh, brought. */
export interface UserGrant extends VaultOwner {
  /** As `grantName` makes it. */
  account: string;
  /** What people call the account; absent keeps the name there is. */
  name?: string;
  accessToken: string;
  refreshToken?: string;
  /** Absent for a token that does not end by itself. */
  expiresInSeconds?: number;
  scopes: readonly string[];
}

/** How an account stands; for its owner and for operators. Holds no token. Times in epoch milliseconds. */
export interface AccountStatus {
  account: string;
  status: TokenRow["status"];
  scopes: readonly string[];
  expiresAt: number | null;
  /** Why the last refresh failed, in words; null when it did not. */
  problem: string | null;
  kid: string;
  updatedAt: number;
}

/** What a sweep did. An old key may be taken out of the keyring when `remaining` is 0 in every vault. */
export interface Sweep {
  moved: number;
  remaining: number;
  unreadable: number;
}

export interface UserTokenDeps {
  storage: SqlStore & { setAlarm(at: number): Promise<void> };
  now: () => number;
  /** The text of TOKEN_ENCRYPTION_KEYS. */
  keyring: () => string | undefined;
  refresh: (provider: string, refreshToken: string) => Promise<RefreshAnswer>;
  /** Providers that want to be asked hourly whether a token lives; `unknown` when nobody answered. */
  life?: {
    isAsked(provider: string): boolean;
    ask(provider: string, accessToken: string): Promise<"valid" | "invalid" | "unknown">;
  };
  /** Tells the provider that a token is given back; whether it heard is not waited for. */
  giveBack?: (provider: string, accessToken: string) => Promise<void>;
  copies?: VaultCopies;
}
