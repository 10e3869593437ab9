import { equalSecrets } from "#lib/equal-secrets";

/** The header a state-changing request of a page carries; no other site can make a browser send it. */
export const csrfHeader = "x-csrf-token";

/** Bound to the session by HMAC, so a token of one session opens nothing in another (threats row 16). */
export async function csrfTokenOf(secret: string, sessionToken: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`csrf|${sessionToken}`));
  return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface PageRequest {
  method: string;
  headers: Headers;
  /** Where the request was sent to. */
  url: string;
}

/**
 * Why a request of a cookie session may change nothing; undefined for one of our own page. Reading is free: no GET
 * changes anything.
 */
export async function whyForged(
  { method, headers, url }: PageRequest,
  { secret, origin, sessionToken }: { secret: string; origin: string | undefined; sessionToken: string },
): Promise<string | undefined> {
  if (method === "GET" || method === "HEAD") return undefined;
  const from = whyForeign({ headers, url }, origin);
  if (from) return from;
  const given = headers.get(csrfHeader);
  if (given === null) return "no CSRF token";
  return (await equalSecrets(given, await csrfTokenOf(secret, sessionToken)))
    ? undefined
    : "a wrong CSRF token";
}

/** For routes that open a session: there is no token yet, and another site must not sign anybody in (login CSRF). */
export function whyForeign(
  { headers, url }: Pick<PageRequest, "headers" | "url">,
  origin: string | undefined,
): string | undefined {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return "sent by another site";
  const claimed = headers.get("origin");
  if (claimed === null) return undefined;
  return claimed === origin || claimed === URL.parse(url)?.origin ? undefined : "of another origin";
}
