import * as z from "zod";
import { type Handler, type HttpServer, serveLocally } from "#simulators/http-server";

/** One call as it arrived. */
export interface WebhookCall {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface WebhookReceiver extends HttpServer {
  calls: WebhookCall[];
  /** What it answers; sends the body back until told otherwise. */
  respond: Handler;
  /** Those of one type, oldest first. */
  of(type: string): WebhookCall[];
  /** For the fetcher Worker: this address may be called, and every name in the world leads to this machine. */
  vars: Record<string, string>;
  /** As it was in the beginning. */
  reset(): void;
}

const typed = z.looseObject({ type: z.string() });
const echo: Handler = async (request) => new Response(await request.text());

/** Somebody's endpoint, and the resolver their attacker would like to have. */
export async function listenForWebhooks(): Promise<WebhookReceiver> {
  const calls: WebhookCall[] = [];
  const server = await serveLocally(0, async (request) => {
    const url = new URL(request.url);
    if (url.pathname === "/dns-query") {
      const Answer = url.searchParams.get("type") === "A" ? [{ type: 1, data: "127.0.0.1" }] : [];
      return Response.json({ Status: 0, Answer });
    }
    const body = await request.clone().text();
    calls.push({ path: url.pathname, headers: Object.fromEntries(request.headers), body, at: Date.now() });
    return receiver.respond(request);
  });
  const receiver: WebhookReceiver = {
    ...server,
    calls,
    respond: echo,
    of: (type) => calls.filter(({ body }) => typed.safeParse(JSON.parse(body)).data?.type === type),
    vars: {
      FETCHER_ALLOWED_HOSTS: new URL(server.url).host,
      DNS_RESOLVER_URL: `${server.url}/dns-query`,
    },
    reset: () => {
      calls.length = 0;
      receiver.respond = echo;
    },
  };
  return receiver;
}
