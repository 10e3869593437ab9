import type { VaultOwner } from "#durable-objects/token-vault/token-row";
import type { TokenStore } from "#durable-objects/token-vault/token-store";
import type { VaultCopies } from "#durable-objects/token-vault/vault-copy";
import { within } from "#lib/within";

const copyTimeMs = 5000;
/** A change is brought at once, and after a failure again in a minute. */
const [soonMs, againMs] = [1000, 60_000];

/**
 * Keeps Postgres' copy of a vault up to date, from which a lost object is rebuilt and its owner is shown how things
 * stand. Fails open: the object's own storage is durable, a copy that did not arrive is brought by the next alarm.
 */
export class CopyDesk {
  #store: TokenStore;
  #copies: VaultCopies | undefined;
  #hasFailed = false;

  constructor(store: TokenStore, copies: VaultCopies | undefined) {
    this.#store = store;
    this.#copies = copies;
  }

  /** When to come again, from now on; undefined when Postgres has everything. */
  waitMs(): number | undefined {
    if (!this.#copies || this.#store.uncopied().length === 0) return undefined;
    return this.#hasFailed ? againMs : soonMs;
  }

  async copyOut(): Promise<void> {
    const [owner, rows] = [this.#store.owner(), this.#store.uncopied()];
    if (!owner || !this.#copies || rows.length === 0) return;
    const grants = rows.map(({ version: _, revision: _r, failures: _f, nextTryAt: _n, ...grant }) => grant);
    const saved = this.#copies.save({ owner, keys: this.#store.dataKeys(), grants }).then(
      () => true,
      () => false,
    );
    this.#hasFailed = (await within(saved, copyTimeMs)) !== true;
    if (this.#hasFailed) return;
    for (const row of rows) this.#store.noteCopied(row);
  }

  /** Fills a vault that was never used, or lost its storage. False when there is no copy; throws when nobody knows. */
  async restore(owner: VaultOwner, validateAt: number | null): Promise<boolean> {
    const copy = await this.#copies?.load(owner);
    return copy !== undefined && !this.#store.owner() && this.#store.restore(copy, validateAt);
  }
}
