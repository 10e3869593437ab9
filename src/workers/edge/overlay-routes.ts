import { and, eq } from "drizzle-orm";
import { type Context, Hono } from "hono";
import { type OverlayType, overlayType } from "#contracts/overlay";
import { openDatabase } from "#db/client";
import { communities, overlayTokens } from "#db/schema/core";
import { sha256Hex } from "#lib/sha256";
import type { EdgeBindings } from "#workers/edge/app";
import script from "#workers/edge/overlay-page/page.client.js";
import style from "#workers/edge/overlay-page/page.css";
import page from "#workers/edge/overlay-page/page.html";

interface OverlayTicket {
  communityId: number;
  community: string;
  type: OverlayType;
  tokenHash: string;
}

/** 64 hex digits, one type of one community (90-decisions C-30). */
const tokenShape = /^[0-9a-f]{64}$/;

const pageHeaders = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src https:; media-src https:; base-uri 'none'; form-action 'none'",
};

/**
 * Browser sources. The token opens the page and, as a WebSocket subprotocol, the socket; it stands in no
 * query, and the page takes it out of its own address.
 */
export function overlayRoutes() {
  const app = new Hono<EdgeBindings>();
  app.get("/assets/page.js", () => asset(script, "text/javascript; charset=utf-8"));
  app.get("/assets/page.css", () => asset(style, "text/css; charset=utf-8"));
  app.get("/socket/:type", openSocket);
  // After the token is gone from the address, a reload finds the page again here and the token in the tab.
  app.get("/open/:type", (c) => c.html(page, 200, pageHeaders));
  app.get("/:token/:type", async (c) => {
    const ticket = await findTicket(c.env, c.req.param("token"), c.req.param("type"));
    if (!ticket)
      return c.text("There is no overlay at this address. Copy it again from the hub.", 404, pageHeaders);
    return c.html(page, 200, pageHeaders);
  });
  return app;
}

async function openSocket(c: Context<EdgeBindings, "/socket/:type">): Promise<Response> {
  if (c.req.header("upgrade") !== "websocket") return c.text("a WebSocket is expected here", 426);
  if (!isSameOrigin(c.req.header("origin"), c.req.url)) return c.text("refused", 403);
  const protocols = (c.req.header("sec-websocket-protocol") ?? "").split(",").map((part) => part.trim());
  const ticket = await findTicket(c.env, protocols[1] ?? "", c.req.param("type"));
  if (protocols[0] !== "waddlebot" || !ticket) return c.text("refused", 401);
  const target = new URL("https://overlay/");
  target.search = new URLSearchParams({
    type: ticket.type,
    community: ticket.community,
    tokenHash: ticket.tokenHash,
  }).toString();
  const headers = new Headers({ upgrade: "websocket" });
  return c.env.OVERLAY.get(c.env.OVERLAY.idFromName(String(ticket.communityId))).fetch(target, { headers });
}

/** A browser always says where it comes from; another site's page may not listen in. */
function isSameOrigin(origin: string | undefined, url: string): boolean {
  return origin === undefined || URL.parse(origin)?.host === new URL(url).host;
}

async function findTicket(env: EdgeEnv, token: string, type: string): Promise<OverlayTicket | undefined> {
  const known = overlayType.safeParse(type);
  if (!tokenShape.test(token) || !known.success) return undefined;
  const tokenHash = await sha256Hex(token);
  const [row] = await openDatabase(env)
    .select({ communityId: overlayTokens.communityId, community: communities.name })
    .from(overlayTokens)
    .innerJoin(communities, eq(communities.id, overlayTokens.communityId))
    .where(
      and(
        eq(overlayTokens.tokenHash, tokenHash),
        eq(overlayTokens.type, known.data),
        eq(overlayTokens.isActive, true),
      ),
    );
  return row && { ...row, type: known.data, tokenHash };
}

function asset(body: string, contentType: string): Response {
  return new Response(body, { headers: { ...pageHeaders, "content-type": contentType } });
}
