import { once } from "node:events";
import { WebSocket } from "ws";
import { type GatewayDown, type GatewayFrame, type GatewayUp, gatewayDown } from "#contracts/gateway";
import { signHandshake } from "#lib/gateway-signature";

export interface Sidecar {
  /** Sends one batch; resolves true when it is acknowledged, false when the edge hangs up instead. */
  sendBatch(seq: number, frames: readonly GatewayFrame[]): Promise<boolean>;
  /** What the edge asked it to say, in the order it was asked. Each is answered as said. */
  said: Extract<GatewayDown, { type: "send" }>["message"][];
  close(): void;
}

let nonces = 0;

/** A gateway that says what it is told, and sends what the test wants. It holds everything there is, for 50 s. */
export async function connectSidecar(edgeUrl: URL, key: string, batchTimeMs = 5000): Promise<Sidecar> {
  const nonce = (++nonces).toString(16).padStart(32, "0");
  const headers = await signHandshake({ gatewayId: "main", timestamp: Date.now(), nonce }, key);
  const socket = new WebSocket(new URL("/gateway", edgeUrl.href.replace(/^http/, "ws")), { headers });
  const said: Sidecar["said"] = [];
  const waiting = new Map<number, (isAcknowledged: boolean) => void>();
  const send = (message: GatewayUp) => socket.send(JSON.stringify(message));
  const giveUp = () => {
    for (const settle of waiting.values()) settle(false);
  };
  const assigned = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    const message = gatewayDown.parse(JSON.parse(String(data)));
    if (message.type === "assignment") assigned.resolve();
    if (message.type === "acknowledged") waiting.get(message.seq)?.(true);
    if (message.type !== "send") return;
    said.push(message.message);
    const { id } = message.message;
    send({ type: "sent", id, outcome: { ok: true, platformMessageIds: [`said-${said.length}`] } });
  });
  socket.on("close", giveUp);
  // A killed workerd resets the connection; "close" follows and tells whoever waits.
  socket.on("error", () => undefined);
  await once(socket, "open");
  send({ type: "renew", version: 0, platforms: ["irc"] });
  await assigned.promise;
  return {
    said,
    sendBatch(seq, frames) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      waiting.set(seq, resolve);
      const timer = setTimeout(() => resolve(false), batchTimeMs);
      send({ type: "events", seq, frames: [...frames] });
      return promise.finally(() => clearTimeout(timer));
    },
    close: () => socket.terminate(),
  };
}
