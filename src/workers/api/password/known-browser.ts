import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { equalSecrets } from "#lib/equal-secrets";
import { randomText } from "#workers/api/connections/random-text";

const name = "waddlebot-known";
const lifeSeconds = 180 * 86_400;
const shape = /^([A-Za-z0-9_-]{43})\.([0-9a-f]{64})$/;

/** Remembers that this browser was signed in to the account of that address. It opens nothing; it only has guesses of its own. */
export async function rememberBrowser(c: Context, secret: string, email: string): Promise<void> {
  const nonce = randomText();
  const value = `${nonce}.${await macOf(secret, email, nonce)}`;
  setCookie(c, name, value, {
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    prefix: "host",
    maxAge: lifeSeconds,
  });
}

/** What tells this browser from others, when it was signed in to that account before. */
export async function knownBrowser(c: Context, secret: string, email: string): Promise<string | undefined> {
  const [, nonce, mac] = shape.exec(getCookie(c, name, "host") ?? "") ?? [];
  if (nonce === undefined || mac === undefined) return undefined;
  return (await equalSecrets(mac, await macOf(secret, email, nonce))) ? nonce : undefined;
}

async function macOf(secret: string, email: string, nonce: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`known|${nonce}|${email}`));
  return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
