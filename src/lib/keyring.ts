import * as z from "zod";
import { readJson } from "#lib/read-json";

/** WebCrypto's key; Node and workerd give its type different names. */
export type AesKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** Named AES-256 keys. New records are written with `current`; the others only open what is older. */
export interface Keyring {
  current: string;
  keys: ReadonlyMap<string, AesKey>;
}

export type KeyringAnswer = { ok: true; value: Keyring } | { ok: false; error: "keyring"; message: string };

export const keyBytes = 32;
/** Never like a number: JSON objects put such names first, whatever the order they were written in. */
export const keyIdPattern = /^[a-z][a-z0-9_-]{0,31}$/;

/** 32 bytes in base64 are 43 digits and one sign of padding. */
const base64Key = /^[A-Za-z0-9+/]{43}=$/;
const written = z.record(z.string(), z.string());

/**
 * Reads `{"k2":"<base64 of 32 bytes>","k1":"…"}`; the first key is the current one. Fails closed: one bad key
 * and there is no keyring. The message names the variable and the key's id, never anything of a key.
 */
export async function parseKeyring(
  text: string | undefined,
  variable = "TOKEN_ENCRYPTION_KEYS",
): Promise<KeyringAnswer> {
  const fail = (why: string): KeyringAnswer => ({
    ok: false,
    error: "keyring",
    message: `${variable} ${why}`,
  });
  if (!text) return fail("is not set");
  const entries = written.safeParse(readJson(text));
  if (!entries.success) return fail("is not a JSON object of key ids and base64 keys");
  const pairs = Object.entries(entries.data);
  const current = pairs[0]?.[0];
  if (current === undefined) return fail("holds no key");
  const badId = pairs.findIndex(([kid]) => !keyIdPattern.test(kid));
  if (badId >= 0) return fail(`has a bad key id at place ${badId + 1}: a letter first, then a-z 0-9 _ -`);
  const badKey = pairs.find(([, key]) => !base64Key.test(key));
  if (badKey) return fail(`key ${badKey[0]} is not the base64 of ${keyBytes} bytes`);
  // A rotation to the same key would look done and protect nobody.
  if (new Set(pairs.map(([, key]) => key)).size < pairs.length) return fail("has one key under two ids");
  const keys = new Map<string, AesKey>();
  for (const [kid, key] of pairs) keys.set(kid, await importKey(fromBase64(key)));
  return { ok: true, value: { current, keys } };
}

/** An AES-256-GCM key that cannot be read back. Throws unless there are 32 bytes. */
export async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<AesKey> {
  if (bytes.length !== keyBytes) throw new Error(`a key has ${keyBytes} bytes, not ${bytes.length}`);
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Throws for what is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  return Uint8Array.from({ length: binary.length }, (_, at) => binary.charCodeAt(at));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
