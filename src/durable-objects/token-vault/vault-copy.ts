import type { Sealed, TokenRow, VaultOwner } from "#durable-objects/token-vault/token-row";
import type { WrappedKey } from "#lib/data-keys";

/** One grant as Postgres keeps it: ciphertexts that only the sender's keyring opens, in this very place. */
export interface GrantCopy {
  /** As `grantName` makes it. */
  account: string;
  name: string;
  sealed: Sealed;
  scopes: readonly string[];
  expiresAt: number | null;
  status: TokenRow["status"];
  problem: string | null;
  updatedAt: number;
}

/** What a vault is rebuilt from. */
export interface VaultCopy {
  owner: VaultOwner;
  /** The data keys, each encrypted under the master key of its name. */
  keys: readonly WrappedKey[];
  grants: readonly GrantCopy[];
}

/** Where copies are kept. Both may throw; the vault goes on without and tries again. */
export interface VaultCopies {
  save(copy: VaultCopy): Promise<void>;
  /** Undefined when there never was such a vault. */
  load(owner: VaultOwner): Promise<VaultCopy | undefined>;
}
