import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What the way to the database does to a call. */
export type DatabaseFault =
  | { kind: "none" }
  /** The connection breaks before anything is heard. */
  | { kind: "refuse" }
  /** Nothing is ever answered, and nothing is done. */
  | { kind: "blackHole" }
  /** One call in so many is done, and its answer is lost: nobody knows whether it was. */
  | { kind: "resetAfterSend"; oneIn: number }
  /** Calls wait until it is over, and are done then, whether or not anybody still listens. */
  | { kind: "freeze" }
  | { kind: "slow"; ms: number }
  /** As a server that shuts down or fails over: `57P01`, nothing is done. */
  | { kind: "shutdown" };

export interface DatabaseProxy {
  /** For DATABASE_HTTP_ENDPOINT. */
  url: string;
  set(fault: DatabaseFault): void;
  /** Calls that came, since the start. */
  calls(): number;
  /** Calls that met the fault that was set. */
  hit(): number;
  close(): Promise<void>;
}

/** Stands before the endpoint of the test's Postgres, where every statement of a Worker passes. */
export async function startDatabaseProxy(endpoint: string): Promise<DatabaseProxy> {
  let fault: DatabaseFault = { kind: "none" };
  let calls = 0;
  let hits = 0;
  let thaw: (() => void)[] = [];
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    calls += 1;
    const now = fault;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const isHit = now.kind === "resetAfterSend" ? calls % now.oneIn === 0 : now.kind !== "none";
    if (isHit) hits += 1;
    if (now.kind === "refuse") return void response.destroy();
    if (now.kind === "blackHole") return;
    if (now.kind === "shutdown") return shutDown(response);
    if (now.kind === "slow") await sleep(now.ms);
    if (now.kind === "freeze") await new Promise<void>((resolve) => thaw.push(resolve));
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: own(request),
      body: Buffer.concat(chunks),
    });
    const body = await answer.text();
    if (now.kind === "resetAfterSend" && isHit) return void response.destroy();
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.keepAliveTimeout = 120_000;
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/sql`,
    set(next) {
      fault = next;
      for (const go of thaw) go();
      thaw = [];
    },
    calls: () => calls,
    hit: () => hits,
    close: () =>
      new Promise((resolve) => {
        for (const go of thaw) go();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Length and connection belong to this hop. */
function own({ headers }: IncomingMessage): Record<string, string> {
  const hop = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      hop.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

function shutDown(response: ServerResponse): void {
  const message = "terminating connection due to administrator command";
  response.writeHead(503, { "content-type": "application/json" });
  response.end(JSON.stringify({ message, code: "57P01", severity: "FATAL" }));
}
