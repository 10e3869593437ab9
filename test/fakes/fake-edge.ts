import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type * as z from "zod";
import type { GatewayUp, gatewayDown } from "#contracts/gateway";
import { gatewayUp } from "#contracts/gateway";
import { verifyHandshake } from "#lib/gateway-signature";

type EventsBatch = Extract<GatewayUp, { type: "events" }>;
/** As it may be written, defaults left out. */
type Down = z.input<typeof gatewayDown>;

/** The edge's end of the gateway's socket, with faults a test can switch on. */
export interface FakeEdge {
  url: string;
  /** Every batch as it came, repeats included. */
  batches: EventsBatch[];
  answers: Extract<GatewayUp, { type: "sent" }>[];
  renewals: Extract<GatewayUp, { type: "renew" }>[];
  handshakes: number;
  refusals: number;
  acknowledges: boolean;
  send(message: Down): void;
  /** Drops the socket; a close code says goodbye first. */
  drop(code?: number): void;
  stop(): Promise<void>;
}

export interface FakeEdgeOptions {
  key: string;
  assignment?: Extract<Down, { type: "assignment" }>["irc"];
  port?: number;
}

export async function startFakeEdge({ key, assignment = [], port = 0 }: FakeEdgeOptions): Promise<FakeEdge> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  let current: WebSocket | undefined;

  function receive(socket: WebSocket, text: string): void {
    const message = gatewayUp.parse(JSON.parse(text));
    if (message.type === "sent") {
      edge.answers.push(message);
      return;
    }
    if (message.type === "renew") {
      edge.renewals.push(message);
      return;
    }
    if (message.type === "fetched") return;
    edge.batches.push(message);
    if (edge.acknowledges) socket.send(JSON.stringify({ type: "acknowledged", seq: message.seq }));
  }

  server.on("upgrade", async (request, stream, head) => {
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
    );
    const verdict = await verifyHandshake(headers, key, Date.now());
    if (!verdict.ok || request.url !== "/gateway") {
      edge.refusals += 1;
      stream.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      edge.handshakes += 1;
      current = socket;
      socket.on("message", (data) => receive(socket, String(data)));
      edge.send({ type: "assignment", irc: assignment });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the fake edge has no address");

  const edge: FakeEdge = {
    url: `http://127.0.0.1:${address.port}`,
    batches: [],
    answers: [],
    renewals: [],
    handshakes: 0,
    refusals: 0,
    acknowledges: true,
    send: (message) => current?.send(JSON.stringify(message)),
    drop(code) {
      if (code === undefined) current?.terminate();
      else current?.close(code);
    },
    stop: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return edge;
}
