import type { Context } from "hono";
import { accessConfig } from "#workers/api/access/config";
import type { ApiBindings } from "#workers/api/bindings";
import { failure } from "#workers/shared/envelope";

/**
 * Why this may not become a socket; undefined when it may. A browser sends its cookie along for any page that asks, and always
 * says which page that was, so another site's is turned away (threats row 16). Without an origin it is no browser, and then
 * what it shows must be a key or a token, which no site can make a browser send.
 */
export function whyNoSocket(c: Context<ApiBindings>) {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
    return failure(c, 426, "A WebSocket is expected here.");
  const origin = c.req.header("origin");
  const isOwn = origin === undefined ? !isByCookie(c) : isAllowed(c, origin);
  return isOwn ? undefined : failure(c, 403, "This page may not listen here.");
}

function isByCookie(c: Context<ApiBindings>): boolean {
  const names = ["authorization", "x-api-key", "apikey"];
  return names.every((name) => c.req.header(name) === undefined);
}

function isAllowed(c: Context<ApiBindings>, origin: string): boolean {
  const here = new URL(c.req.url);
  const house = URL.parse(c.env.PUBLIC_URL)?.origin;
  return (
    URL.parse(origin)?.host === here.host ||
    origin === house ||
    accessConfig(c.env).corsOrigins.includes(origin)
  );
}

/** Hands the socket to an object, which is told in the query what the caller was let in for. */
export function handOver(object: Pick<Fetcher, "fetch">, ticket: Record<string, string>): Promise<Response> {
  const target = new URL("https://object/");
  target.search = new URLSearchParams(ticket).toString();
  return object.fetch(target, { headers: { upgrade: "websocket" } });
}
