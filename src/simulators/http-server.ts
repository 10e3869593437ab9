import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** Answers a request; `null` hangs up without an answer. */
export type Handler = (request: Request) => Promise<Response | null>;

/** Takes a request for a socket; false when it is not meant for it. */
export type UpgradeHandler = (request: IncomingMessage, stream: Duplex, head: Buffer) => boolean;

export interface HttpServer {
  url: string;
  close(): Promise<void>;
}

/** Where a handler finds whose call it is; whatever the caller put there is overwritten. */
export const remoteAddressHeader = "x-simulated-remote-address";

const bodyLimitBytes = 1024 * 1024;

/** Serves on the loopback address only. Port 0 takes a free one; a taken port rejects with EADDRINUSE. */
export async function serveLocally(
  port: number,
  handler: Handler,
  onUpgrade?: UpgradeHandler,
): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, handler).catch(() => outgoing.destroy());
  });
  server.on("upgrade", (request, stream, head) => {
    if (!onUpgrade?.(request, stream, head)) stream.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handler: Handler) {
  const body = await readBody(incoming);
  const response =
    body === null ? new Response("too large", { status: 413 }) : await handler(toRequest(incoming, body));
  if (response === null) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  await pour(response.body, outgoing);
}

async function pour(body: ReadableStream<Uint8Array>, outgoing: ServerResponse) {
  const reader = body.getReader();
  const left = once(outgoing, "close");
  outgoing.once("close", () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await Promise.race([once(outgoing, "drain"), left]);
  }
  outgoing.end();
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > bodyLimitBytes) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function toRequest(incoming: IncomingMessage, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  headers.set(remoteAddressHeader, incoming.socket.remoteAddress ?? "");
  const method = incoming.method ?? "GET";
  const url = `http://${incoming.headers.host ?? "localhost"}${incoming.url ?? "/"}`;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers, ...(hasBody ? { body: new Uint8Array(body) } : {}) });
}
