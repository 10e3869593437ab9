import { verifyHandshake } from "#lib/gateway-signature";
import type { Log } from "#lib/log";

/** Opens the sidecar's socket; it asks for its lease as soon as it is open. No key configured means no sidecar is let in. */
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
  return link.fetch(request);
}
