import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
import { type GatewayFrame, gatewayDown } from "#contracts/gateway";
import { signHandshake } from "#lib/gateway-signature";
import { ircServer } from "#test/bench/bench-channels";

export interface GatewaySocket {
  /** Resolves once the edge has acknowledged the batch: every frame is stored. */
  sendBatch(frames: readonly GatewayFrame[]): Promise<void>;
  close(): void;
}

/** A gateway reduced to its socket, so that a batch has exactly the size it was given. */
export async function openGatewaySocket(
  edgeUrl: URL,
  gatewayId: string,
  key: string,
): Promise<GatewaySocket> {
  const url = new URL("/gateway", edgeUrl);
  url.protocol = "ws:";
  const handshake = { gatewayId, timestamp: Date.now(), nonce: randomBytes(16).toString("hex") };
  const socket = new WebSocket(url, { headers: await signHandshake(handshake, key) });
  await once(socket, "open");
  let seq = 0;
  return {
    sendBatch(frames) {
      seq += 1;
      const isAcknowledged = awaitAcknowledgement(socket, seq);
      socket.send(JSON.stringify({ type: "events", seq, frames }));
      return isAcknowledged;
    },
    close: () => socket.close(),
  };
}

function awaitAcknowledgement(socket: WebSocket, seq: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = (code: number) => reject(new Error(`the edge closed the gateway's socket (${code})`));
    const onMessage = (data: unknown) => {
      const message = gatewayDown.parse(JSON.parse(String(data)));
      if (message.type !== "acknowledged" || message.seq < seq) return;
      socket.off("message", onMessage);
      socket.off("close", onClose);
      resolve();
    };
    socket.on("message", onMessage);
    socket.on("close", onClose);
  });
}

/** Plain IRC lines of twenty people; they go round the channels. */
export function plainFrames(run: string, channels: readonly string[], count: number): GatewayFrame[] {
  return Array.from({ length: count }, (_, index) => {
    const person = Math.floor(index / channels.length) % 20;
    const channel = channels[index % channels.length] ?? "";
    return {
      platform: "irc",
      connection: ircServer,
      id: `${run}-${index}`,
      receivedAt: Date.now(),
      raw: `:bench${person}!u@host.example PRIVMSG ${channel} :nothing but a plain line, number ${index}`,
    };
  });
}
