import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { sha256Hex } from "#lib/sha256";
import { signInLifeSeconds } from "#workers/api/auth/sign-in-states";
import { randomShape } from "#workers/api/connections/random-text";

/** One cookie for each sign-in that is under way, so that two tabs do not disturb each other. */
const options = { path: "/", secure: true, httpOnly: true, sameSite: "Lax", prefix: "host" } as const;

export async function bindSignIn(c: Context, state: string, key: string): Promise<void> {
  setCookie(c, await nameOf(state), key, { ...options, maxAge: signInLifeSeconds });
}

/** What this browser was given when the sign-in began, and no longer has; undefined in any other browser. */
export async function takeSignInKey(c: Context, state: string): Promise<string | undefined> {
  const name = await nameOf(state);
  const key = getCookie(c, name, "host");
  if (key === undefined) return undefined;
  deleteCookie(c, name, { path: "/", secure: true, prefix: "host" });
  return randomShape.test(key) ? key : undefined;
}

async function nameOf(state: string): Promise<string> {
  return `sign-in-${(await sha256Hex(state)).slice(0, 16)}`;
}
