import type { MiddlewareHandler } from "hono";

/** What an answer that is no page says to a browser that comes upon it; one that says otherwise itself keeps its word. */
const always = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;
const forData = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
} as const;

/** Outermost, so that refusals and errors have them, too (ASVS 3.4.1, 3.4.4 to 3.4.6, 14.3.2). */
export const withSafeHeaders: MiddlewareHandler = async function withSafeHeaders(c, next) {
  await next();
  const { status, headers } = c.res;
  if (status === 101) return;
  const isData = /json/.test(headers.get("content-type") ?? "json");
  for (const [name, value] of Object.entries({ ...always, ...(isData ? forData : {}) }))
    if (!headers.has(name)) c.header(name, value);
};
