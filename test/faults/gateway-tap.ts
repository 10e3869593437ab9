import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { type GatewayFrame, gatewayDown, gatewayUp } from "#contracts/gateway";

/** What went over the gateway's socket, seen from the middle. */
export interface GatewayTap {
  url: string;
  /** Every frame that was sent up, by id. */
  sent: ReadonlyMap<string, GatewayFrame>;
  /** Ids of the frames of batches that the edge acknowledged, as the gateway was told; without those that tell a gap. */
  acknowledged: ReadonlySet<string>;
  /** How often a frame was sent that had been sent before. */
  repeats: number;
  close(): Promise<void>;
}

export interface GatewayTapOptions {
  /** Called instead of keeping books, which a long run has no room for. */
  onAcknowledged?: (frames: readonly GatewayFrame[]) => void;
}

/** Passes a gateway's socket on to the edge, byte for byte, and keeps the books. */
export async function startGatewayTap(
  edgeUrl: URL,
  { onAcknowledged }: GatewayTapOptions = {},
): Promise<GatewayTap> {
  const sent = new Map<string, GatewayFrame>();
  const acknowledged = new Set<string>();
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const target = new URL("/gateway", edgeUrl.href.replace(/^http/, "ws"));

  server.on("upgrade", (request, stream, head) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => name.startsWith("x-waddlebot-")),
    );
    const up = new WebSocket(target, { headers });
    up.on("error", () => stream.destroy());
    up.once("open", () => sockets.handleUpgrade(request, stream, head, (down) => join(down, up)));
  });

  function noteSent(frame: GatewayFrame): void {
    if (sent.has(frame.id)) tap.repeats += 1;
    sent.set(frame.id, frame);
  }

  function join(down: WebSocket, up: WebSocket): void {
    const batches = new Map<number, GatewayFrame[]>();
    down.on("message", (data) => {
      const message = gatewayUp.parse(JSON.parse(String(data)));
      if (message.type === "events") {
        batches.set(message.seq, message.frames);
        if (!onAcknowledged) message.frames.forEach(noteSent);
      }
      if (up.readyState === WebSocket.OPEN) up.send(String(data));
    });
    up.on("message", (data) => {
      const message = gatewayDown.parse(JSON.parse(String(data)));
      if (message.type === "acknowledged")
        for (const [seq, frames] of batches) {
          if (seq > message.seq) continue;
          batches.delete(seq);
          if (onAcknowledged) onAcknowledged(frames);
          else for (const { id, gap } of frames) if (!gap) acknowledged.add(id);
        }
      if (down.readyState === WebSocket.OPEN) down.send(String(data));
    });
    // The reason matters less than that both ends go: a killed process must look killed to the edge.
    down.on("close", (code) => (code === 1000 ? up.close(1000) : up.terminate()));
    up.on("close", () => down.terminate());
    down.on("error", () => undefined);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const tap = {
    url: `http://127.0.0.1:${port}`,
    sent,
    acknowledged,
    repeats: 0,
    close: () =>
      new Promise<void>((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return tap;
}
