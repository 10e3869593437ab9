import { scrypt, timingSafeEqual } from "node:crypto";
import { fromBase64, toBase64 } from "#lib/keyring";

/**
 * OWASP's scrypt for 16 MiB: one hash takes about an eighth of a second. More memory would be better, but an isolate has 128 MiB
 * for all its requests; PBKDF2 stops at 100,000 rounds on Cloudflare (docs/decisions/0043).
 */
const cost = { N: 16_384, r: 8, p: 5 };
const maxmem = 32 * 1024 * 1024;
const keyBytes = 32;
const saltBytes = 16;
const format = /^scrypt\$16384\$8\$5\$([A-Za-z0-9+/=]{24})\$([A-Za-z0-9+/=]{44})$/;
/** What nobody's password is compared with, so that an unknown address takes as long as a known one. */
const nobody = `scrypt$16384$8$5$${"A".repeat(22)}==$${"A".repeat(43)}=`;

/** `scrypt$N$r$p$salt$key`, with a salt of its own. The length of a password is to be bounded before. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  const key = await derive(password, salt);
  return `scrypt$${cost.N}$${cost.r}$${cost.p}$${toBase64(salt)}$${toBase64(key)}`;
}

/** Whether it is the password; nothing stored is nobody's password, and takes as long to say no. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const known = stored === undefined ? null : format.exec(stored);
  const [, salt = "", wanted = ""] = known ?? format.exec(nobody) ?? [];
  const key = await derive(password, fromBase64(salt));
  const isEqual = timingSafeEqual(key, fromBase64(wanted));
  return known !== null && isEqual;
}

/** Two keyboards may write one letter in two ways. */
async function derive(password: string, salt: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  scrypt(password.normalize("NFC"), salt, keyBytes, { ...cost, maxmem }, (error, key) =>
    error ? reject(error) : resolve(key),
  );
  return promise;
}
