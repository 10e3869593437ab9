import { env } from "cloudflare:test";
import type { GatewayAssignment, GatewayDown, GatewayUp } from "#contracts/gateway";
import { gatewayDown, gatewayHeaders } from "#contracts/gateway";
import { linkWorld } from "#test/fakes/test-worker.workerd";

let objects = 0;

/** A link of its own, and the id its gateway shakes hands with. */
export function aLink() {
  const id = `gateway-${++objects}`;
  return Object.assign(env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(id)), { gatewayId: id });
}
export type Link = ReturnType<typeof aLink>;

let coordinators = 0;

/** What all gateways of a test are wished to be in on IRC, by network; a fresh coordinator with it. */
export function wish(channels: Record<string, string[]>, isFresh = true): void {
  if (isFresh) linkWorld.coordinator = `coordinator-${++coordinators}`;
  const irc = Object.entries(channels).map(([connection, names]) => ({ connection, channels: names }));
  linkWorld.wishes = { connections: { irc }, networks: [] };
}

export const aNonce = () => crypto.randomUUID().replaceAll("-", "");

export function open(link: Link, nonce = aNonce(), timestamp = Date.now()): Promise<Response> {
  const headers = {
    upgrade: "websocket",
    [gatewayHeaders.id]: link.gatewayId,
    [gatewayHeaders.timestamp]: String(timestamp),
    [gatewayHeaders.nonce]: nonce,
  };
  return link.fetch("https://edge/gateway", { headers });
}

/** A gateway's end of the socket. */
export async function connect(link: Link, nonce = aNonce(), timestamp = Date.now()) {
  const { webSocket } = await open(link, nonce, timestamp);
  if (!webSocket) throw new Error("no socket");
  const heard: GatewayDown[] = [];
  const closed = Promise.withResolvers<number>();
  webSocket.addEventListener("message", ({ data }) => {
    heard.push(gatewayDown.parse(JSON.parse(String(data))));
  });
  webSocket.addEventListener("close", ({ code }) => closed.resolve(code));
  webSocket.accept();
  const up = (message: GatewayUp) => webSocket.send(JSON.stringify(message));
  const assignments = () => heard.filter((message) => message.type === "assignment");
  return {
    heard,
    closed: closed.promise,
    up,
    text: (text: string) => webSocket.send(text),
    close: (code = 1000) => webSocket.close(code),
    sends: () => heard.filter((message) => message.type === "send"),
    assignments,
    /** Renews as a gateway does that carried out `version`; the answer. */
    async renew(
      version = assignments().at(-1)?.lease?.version ?? 0,
      platforms = ["irc"],
    ): Promise<GatewayAssignment> {
      const before = assignments().length;
      up({ type: "renew", version, platforms });
      await until(() => assignments().length > before);
      const last = assignments().at(-1);
      if (!last) throw new Error("no assignment");
      return last;
    },
    hears: async (expected: GatewayDown) => {
      await until(() => heard.some((message) => JSON.stringify(message) === JSON.stringify(expected)));
    },
  };
}

export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isTrue()); tries++) {
    if (tries > 300) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
