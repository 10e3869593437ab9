import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { type GatewayFrame, gatewayUp } from "#contracts/gateway";

export interface DiscordEdge {
  url: string;
  close(): Promise<void>;
}

/** An edge that only acknowledges and tells when each frame came, so that what is measured is the gateway. */
export async function startDiscordEdge(
  onFrame: (frame: GatewayFrame, at: number) => void,
): Promise<DiscordEdge> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const at = performance.now();
      const message = gatewayUp.parse(JSON.parse(String(data)));
      if (message.type !== "events") return;
      for (const frame of message.frames) onFrame(frame, at);
      socket.send(JSON.stringify({ type: "acknowledged", seq: message.seq }));
    });
    socket.send(JSON.stringify({ type: "assignment", irc: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the edge has no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
