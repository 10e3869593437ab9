import { createServer, type Socket } from "node:net";

/** One client of a line server. */
export interface LineClient {
  send(line: string): void;
  /** Ends the connection as a server does that throws somebody out. */
  close(): void;
}

export interface LineServer {
  port: number;
  clients(): readonly LineClient[];
  close(): Promise<void>;
}

export interface LineHandlers {
  onLine(client: LineClient, line: string): void;
  onOpen?(client: LineClient): void;
  onClose?(client: LineClient): void;
}

/** A TCP server of lines that end in CR LF. Keeps no state of its own. */
export async function startLineServer(handlers: LineHandlers, port = 0): Promise<LineServer> {
  const sockets = new Map<Socket, LineClient>();
  const server = createServer((socket) => {
    const client: LineClient = {
      send: (line) => socket.write(`${line}\r\n`),
      close: () => socket.destroy(),
    };
    sockets.set(socket, client);
    handlers.onOpen?.(client);
    let rest = "";
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      handlers.onClose?.(client);
    });
    socket.on("data", (chunk) => {
      const lines = `${rest}${chunk}`.split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) handlers.onLine(client, line);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    clients: () => [...sockets.values()],
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.keys()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
