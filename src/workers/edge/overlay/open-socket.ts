import type { Context } from "hono";
import type { EdgeBindings } from "#workers/edge/app";
import { findTicket, type OverlayTicket } from "#workers/edge/overlay/find-ticket";

type Overlay = Context<EdgeBindings, "/:type">;

/** The token is a subprotocol, so that it stands in no address and no log. */
export async function openSocket(c: Overlay): Promise<Response> {
  if (c.req.header("upgrade") !== "websocket") return c.text("a WebSocket is expected here", 426);
  if (!isSameOrigin(c.req.header("origin"), c.req.url)) return c.text("refused", 403);
  const protocols = (c.req.header("sec-websocket-protocol") ?? "").split(",").map((part) => part.trim());
  const ticket = await findTicket(c.env, protocols[1] ?? "", c.req.param("type"));
  if (protocols[0] !== "waddlebot" || !ticket) return c.text("refused", 401);
  return connect(c.env, ticket, c.req.query("last") ?? "");
}

/** The older address with the token in it (40-core §1.34). A wrong one is told by closing with 1008. */
export async function openOldSocket(c: Context<EdgeBindings, "/:token/:type">): Promise<Response> {
  if (c.req.header("upgrade") !== "websocket") return c.text("a WebSocket is expected here", 426);
  if (!isSameOrigin(c.req.header("origin"), c.req.url)) return c.text("refused", 403);
  const ticket = await findTicket(c.env, c.req.param("token"), c.req.param("type"));
  const answer = ticket && (await connect(c.env, ticket, c.req.query("last") ?? ""));
  if (answer?.webSocket) return new Response(null, { status: 101, webSocket: answer.webSocket });
  if (answer && answer.status !== 401) return answer;
  const pair = new WebSocketPair();
  pair[1].accept();
  pair[1].close(1008, "there is no overlay at this address");
  return new Response(null, { status: 101, webSocket: pair[0] });
}

function connect(env: EdgeEnv, ticket: OverlayTicket, last: string): Promise<Response> {
  const target = new URL("https://overlay/");
  target.search = new URLSearchParams({
    type: ticket.type,
    community: ticket.community,
    communityId: String(ticket.communityId),
    tokenHash: ticket.tokenHash,
    last: last.slice(0, 500),
  }).toString();
  const headers = new Headers({ upgrade: "websocket" });
  return env.OVERLAY.get(env.OVERLAY.idFromName(String(ticket.communityId))).fetch(target, { headers });
}

/** A browser always says where it comes from; another site's page may not listen in. */
function isSameOrigin(origin: string | undefined, url: string): boolean {
  return origin === undefined || URL.parse(origin)?.host === new URL(url).host;
}
