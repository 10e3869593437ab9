import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { productVersion } from "#contracts/version";
import type { LinkHealth } from "#gateway/link";
import type { ConnectionHealth } from "#gateway/source";
import type { Backlog } from "#gateway/spool";

export interface GatewayHealth {
  link: LinkHealth;
  spool: Backlog;
  /** Frames that were not kept: heard without a claim that held, or longer than a frame may be. */
  dropped: { unheld: number; tooLong: number };
  connections: ConnectionHealth[];
}

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/** `/health` (alive), `/healthz` (503 naming what is down) and `/metrics` (Prometheus text). */
export async function startHealthServer(
  { host, port }: { host: string; port: number },
  read: () => GatewayHealth,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://gateway");
    const page = answer(pathname, read());
    response.writeHead(page.status, { "content-type": page.type, "cache-control": "no-store" });
    response.end(page.body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new Error(`GATEWAY_PORT ${port} cannot be used (${cause.message}): choose another`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address ? address.port : 0;
}

function answer(path: string, health: GatewayHealth) {
  const about = { module: "gateway", version: productVersion, timestamp: new Date().toISOString() };
  if (path === "/metrics") return { status: 200, type: "text/plain; version=0.0.4", body: metrics(health) };
  if (path === "/health") return json(200, { status: "healthy", ...about });
  if (path !== "/healthz") return json(404, { status: "not found", ...about });
  const checks = Object.fromEntries([
    ["edge", health.link.isConnected],
    ...health.connections.map(({ platform, connection, isConnected }) => [
      `${platform}:${connection}`,
      isConnected,
    ]),
  ]);
  const isHealthy = Object.values(checks).every(Boolean);
  return json(isHealthy ? 200 : 503, {
    status: isHealthy ? "healthy" : "unhealthy",
    ...about,
    checks,
    ...health,
  });
}

function json(status: number, body: object) {
  return { status, type: "application/json", body: JSON.stringify(body) };
}

function metrics({ link, spool, dropped, connections }: GatewayHealth): string {
  const rows = [
    ["gateway_link_connected", Number(link.isConnected)],
    ["gateway_link_connections_total", link.connections],
    ["gateway_batches_in_flight", link.inFlight],
    ["gateway_frames_acknowledged_total", link.acknowledgedFrames],
    ["gateway_spool_frames", spool.frames],
    ["gateway_spool_oldest_age_seconds", spool.oldestAgeMs / 1000],
    ["gateway_spool_dropped_total", spool.dropped],
    ["gateway_unheld_frames_total", dropped.unheld],
    ["gateway_too_long_frames_total", dropped.tooLong],
    ["process_resident_memory_bytes", process.memoryUsage.rss()],
    ["nodejs_heap_size_used_bytes", process.memoryUsage().heapUsed],
    ...connections.flatMap(connectionRows),
  ];
  return `${rows.map((row) => row.join(" ")).join("\n")}\n`;
}

function connectionRows(health: ConnectionHealth): [name: string, value: number][] {
  const { platform, connection, isConnected, joined, assigned, failedAttempts, numbers = {} } = health;
  const row = (name: string, value: number): [string, number] => [
    `gateway_${platform}_${name}{connection="${connection.replace(/["\\\n]/g, "_")}"}`,
    value,
  ];
  return [
    row("connected", Number(isConnected)),
    row("channels_joined", joined),
    row("channels_assigned", assigned),
    row("failed_attempts", failedAttempts),
    ...Object.entries(numbers).map(([name, value]) => row(name, value)),
  ];
}
