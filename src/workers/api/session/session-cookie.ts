import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { longestMs } from "#durable-objects/hub-session/session-state";
import { randomShape } from "#workers/api/connections/random-text";

const name = "waddlebot";
/** `__Host-`: no other host and no subdomain can have set it. Lax: people come back from a platform by a link. */
const options = { path: "/", secure: true, httpOnly: true, sameSite: "Lax", prefix: "host" } as const;

export function setSessionCookie(c: Context, token: string): void {
  setCookie(c, name, token, { ...options, maxAge: longestMs / 1000 });
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, name, { path: "/", secure: true, prefix: "host" });
}

/** What the browser holds; undefined for anything that we cannot have given out. */
export function readSessionCookie(c: Context): string | undefined {
  const token = getCookie(c, name, "host");
  return token !== undefined && randomShape.test(token) ? token : undefined;
}
