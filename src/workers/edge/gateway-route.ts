import { and, eq } from "drizzle-orm";
import { openDatabase } from "#db/client";
import { servers } from "#db/schema/core";
import { verifyHandshake } from "#lib/gateway-signature";
import type { Log } from "#lib/log";
import type { GatewayLink } from "#workers/edge/index";

/** Opens the sidecar's socket and tells it what to join. No key configured means no sidecar is let in. */
export async function openGatewayLink(request: Request, env: EdgeEnv, log: Log): Promise<Response> {
  if (request.headers.get("upgrade") !== "websocket")
    return new Response("a WebSocket is expected here", { status: 426 });
  const verdict = await verifyHandshake(request.headers, env.GATEWAY_KEY, Date.now());
  if (!verdict.ok) {
    log({
      level: "WARNING",
      category: "AUTH",
      action: "gateway.connect",
      result: "DENIED",
      details: { reason: verdict.reason },
    });
    return new Response("refused", { status: 401 });
  }
  const link = env.GATEWAY_LINK.get(env.GATEWAY_LINK.idFromName(verdict.handshake.gatewayId));
  const response = await link.fetch(request);
  if (response.status === 101) await renewAssignment(link, env, log);
  return response;
}

/** Fails open: while the database is away, the sidecar keeps what the object told it last. */
async function renewAssignment(link: DurableObjectStub<GatewayLink>, env: EdgeEnv, log: Log): Promise<void> {
  try {
    await link.assign(await ircAssignment(env));
  } catch (error) {
    log({
      level: "ERROR",
      category: "ERROR",
      action: "gateway.assign",
      result: "FAILURE",
      details: { error },
    });
  }
}

async function ircAssignment(env: EdgeEnv) {
  const rows = await openDatabase(env)
    .select({ connection: servers.serverId, channel: servers.channel })
    .from(servers)
    .where(and(eq(servers.platform, "irc"), eq(servers.isActive, true)));
  const networks = Map.groupBy(rows, (row) => row.connection);
  return [...networks].map(([connection, channels]) => ({
    connection,
    channels: channels.map(({ channel }) => channel).filter((channel) => channel !== null),
  }));
}
