import { type Cipher, type CipherError, makeCipher, type Place } from "#lib/cipher";
import { type AesKey, fromBase64, importKey, type Keyring, keyBytes, toBase64 } from "#lib/keyring";

/** A data key as it may be stored: encrypted under the master key of the same id. */
export interface WrappedKey {
  kid: string;
  wrapped: string;
}

export type DataKeysAnswer =
  | { ok: true; value: Cipher; added?: WrappedKey }
  | { ok: false; error: CipherError; kid?: string };

/**
 * The cipher of one owner (a community), over its own data keys: one for each master key it met, under the same id.
 * `added` is the new data key of the current master key; store it before using the cipher. A wrapped key whose
 * master key is gone is left out, so its records answer `unknown_key`; one that was changed or swapped is refused.
 */
export async function openDataKeys(
  master: Keyring,
  owner: string,
  stored: readonly WrappedKey[],
): Promise<DataKeysAnswer> {
  const masterCipher = makeCipher(master);
  const keys = new Map<string, AesKey>();
  for (const { kid, wrapped } of stored) {
    if (!master.keys.has(kid)) continue;
    const opened = await masterCipher.decrypt(wrapped, placeOf(owner, kid));
    if (!opened.ok) return opened;
    keys.set(kid, await importKey(fromBase64(opened.value)));
  }
  const kid = master.current;
  const ring = { current: kid, keys };
  if (keys.has(kid)) return { ok: true, value: makeCipher(ring) };
  const bytes = crypto.getRandomValues(new Uint8Array(keyBytes));
  const sealed = await masterCipher.encrypt(toBase64(bytes), placeOf(owner, kid));
  if (!sealed.ok) return sealed;
  keys.set(kid, await importKey(bytes));
  return { ok: true, value: makeCipher(ring), added: { kid, wrapped: sealed.value } };
}

const placeOf = (owner: string, kid: string): Place => ({
  table: "data_keys",
  row: JSON.stringify([owner, kid]),
  column: "wrapped",
});
