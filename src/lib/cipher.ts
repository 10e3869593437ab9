import { fromBase64, type Keyring, toBase64 } from "#lib/keyring";

/** Where a ciphertext lives. It opens there and nowhere else (threats row 15). */
export interface Place {
  table: string;
  row: string;
  column: string;
}

/**
 * `malformed`: not our format. `unknown_key`: its key is not in the keyring. `not_authentic`: changed, or moved
 * from another place. `not_text`: the text or its place has a lone surrogate, which UTF-8 cannot carry.
 */
export type CipherError = "malformed" | "unknown_key" | "not_authentic" | "not_text";

/** `kid` is the key the record asks for, where it could be read. */
export type CipherAnswer = { ok: true; value: string } | { ok: false; error: CipherError; kid?: string };

export interface Cipher {
  /** Always under the current key, with a new random nonce. */
  encrypt(text: string, place: Place): Promise<CipherAnswer>;
  /** Refuses everything but exactly what `encrypt` wrote for this place. */
  decrypt(stored: string, place: Place): Promise<CipherAnswer>;
  /** Whether it was written under an older key. False for what is malformed: that can never be re-encrypted. */
  needsReencryption(stored: string): boolean;
  /** The key id of new records. */
  currentKid: string;
}

/** NIST SP 800-38D: with random 96-bit nonces one key is good for 2^32 records. */
const nonceBytes = 12;
const tagBytes = 16;
/** `v1.<kid>.<nonce>.<ciphertext>`, the latter two in base64url without padding. */
const format = /^v1\.([a-z][a-z0-9_-]{0,31})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** AES-256-GCM, one record at a time; the record's place and key id are authenticated with it. */
export function makeCipher({ current, keys }: Keyring): Cipher {
  return {
    currentKid: current,
    async encrypt(text, place) {
      const key = keys.get(current);
      if (!key) return { ok: false, error: "unknown_key", kid: current };
      if (![text, ...parts(place)].every((part) => part.isWellFormed()))
        return { ok: false, error: "not_text" };
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: bind(place, current) },
        key,
        new TextEncoder().encode(text),
      );
      return { ok: true, value: `v1.${current}.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}` };
    },
    async decrypt(stored, place) {
      const record = parse(stored);
      if (!record) return { ok: false, error: "malformed" };
      const { kid, iv, sealed } = record;
      const key = keys.get(kid);
      if (!key) return { ok: false, error: "unknown_key", kid };
      if (!parts(place).every((part) => part.isWellFormed())) return { ok: false, error: "not_text", kid };
      try {
        const algorithm = { name: "AES-GCM", iv, additionalData: bind(place, kid) };
        const opened = await crypto.subtle.decrypt(algorithm, key, sealed);
        const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        return { ok: true, value: decoder.decode(opened) };
      } catch {
        // WebCrypto says no more than that the tag does not fit, and neither do we.
        return { ok: false, error: "not_authentic", kid };
      }
    },
    needsReencryption(stored) {
      const kid = parse(stored)?.kid;
      return kid !== undefined && kid !== current;
    },
  };
}

const parts = ({ table, row, column }: Place) => [table, row, column];

/** Each part with its length in front, so that no two places share one spelling. */
function bind(place: Place, kid: string): Uint8Array<ArrayBuffer> {
  const encoded = [...parts(place), kid].map((part) => new TextEncoder().encode(part));
  const whole = new Uint8Array(encoded.reduce((length, part) => length + 4 + part.length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of encoded) {
    view.setUint32(at, part.length);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return whole;
}

function parse(stored: string) {
  const [, kid, nonce, ciphertext] = format.exec(stored) ?? [];
  if (kid === undefined || nonce === undefined || ciphertext === undefined) return undefined;
  const iv = fromBase64Url(nonce);
  const sealed = fromBase64Url(ciphertext);
  return iv && sealed && sealed.length >= tagBytes ? { kid, iv, sealed } : undefined;
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Undefined for a second spelling of the same bytes: a record has exactly one. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  return toBase64Url(bytes) === text ? bytes : undefined;
}
