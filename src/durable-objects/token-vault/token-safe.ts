import { type Outcome, type Refusal, refuse, succeed } from "#contracts/outcome";
import type { Sealed } from "#durable-objects/token-vault/token-row";
import type { TokenStore } from "#durable-objects/token-vault/token-store";
import type { Cipher, CipherAnswer, CipherError, Place } from "#lib/cipher";
import { openDataKeys } from "#lib/data-keys";
import { parseKeyring } from "#lib/keyring";

/** An account's tokens in the open: in memory only, never stored and never logged. */
export interface OpenTokens {
  access: string;
  /** Null where the platform gives none. */
  refresh: string | null;
}

/** Encrypts and opens the tokens of one vault. Fails closed: without a good keyring there is no token. */
export class TokenSafe {
  #store: TokenStore;
  #keyring: () => string | undefined;
  #opened: { text: string | undefined; cipher: Promise<Outcome<Cipher>> } | undefined;

  /** `keyring` is read on every use, so that a rotation takes effect at once. */
  constructor(store: TokenStore, keyring: () => string | undefined) {
    this.#store = store;
    this.#keyring = keyring;
  }

  async seal(account: string, { access, refresh }: OpenTokens): Promise<Outcome<Sealed>> {
    const cipher = await this.cipher();
    if (!cipher.ok) return cipher;
    const { encrypt, currentKid: kid } = cipher.value;
    const first = await encrypt(access, this.#place(account, "access_token_enc"));
    if (!first.ok) return explain(first);
    if (refresh === null) return succeed({ access: first.value, refresh: null, kid });
    const second = await encrypt(refresh, this.#place(account, "refresh_token_enc"));
    return second.ok ? succeed({ access: first.value, refresh: second.value, kid }) : explain(second);
  }

  async open(account: string, sealed: Sealed): Promise<Outcome<OpenTokens>> {
    const cipher = await this.cipher();
    if (!cipher.ok) return cipher;
    const { decrypt } = cipher.value;
    const access = await decrypt(sealed.access, this.#place(account, "access_token_enc"));
    if (!access.ok) return explain(access);
    if (sealed.refresh === null) return succeed({ access: access.value, refresh: null });
    const refresh = await decrypt(sealed.refresh, this.#place(account, "refresh_token_enc"));
    return refresh.ok ? succeed({ access: access.value, refresh: refresh.value }) : explain(refresh);
  }

  /** One at a time: two openings side by side would each miss the data key the other one adds. */
  cipher(): Promise<Outcome<Cipher>> {
    const text = this.#keyring();
    if (this.#opened?.text === text && this.#opened) return this.#opened.cipher;
    const previous = this.#opened?.cipher;
    const opened = { text, cipher: this.#openAfter(previous, text) };
    this.#opened = opened;
    return opened.cipher;
  }

  async #openAfter(
    previous: Promise<unknown> | undefined,
    text: string | undefined,
  ): Promise<Outcome<Cipher>> {
    await previous;
    const ring = await parseKeyring(text);
    if (!ring.ok) return refuse("unavailable", { message: ring.message });
    const keys = await openDataKeys(ring.value, JSON.stringify(this.#owner()), this.#store.dataKeys());
    if (!keys.ok) return explain(keys);
    if (keys.added) this.#store.addDataKey(keys.added);
    return succeed(keys.value);
  }

  #place(account: string, column: string): Place {
    return { table: "oauth_tokens", row: JSON.stringify([...this.#owner(), account]), column };
  }

  #owner(): [number, string] {
    const owner = this.#store.owner();
    if (!owner) throw new Error("a vault without an owner holds no token");
    return [owner.communityId, owner.provider];
  }
}

function explain(
  answer: Extract<CipherAnswer, { ok: false }> | { error: CipherError; kid?: string },
): Refusal {
  if (answer.error === "unknown_key")
    return refuse("unavailable", { message: `TOKEN_ENCRYPTION_KEYS has no key ${answer.kid}` });
  return refuse("internal", { message: `a stored token cannot be read (${answer.error})` });
}
