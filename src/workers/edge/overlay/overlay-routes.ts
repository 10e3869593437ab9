import { type Context, Hono } from "hono";
import type { EdgeBindings } from "#workers/edge/app";
import { assets } from "#workers/edge/overlay/assets";
import { findTicket } from "#workers/edge/overlay/find-ticket";
import { openOldSocket, openSocket } from "#workers/edge/overlay/open-socket";
import frame from "#workers/edge/overlay/page/frame.html";
import page from "#workers/edge/overlay/page/page.html";
import { assetHeaders, frameHeaders, otherOrigin, pageHeaders } from "#workers/edge/overlay/page-headers";

/**
 * Browser sources. The token opens the page and, as a WebSocket subprotocol, the socket; it stands in no
 * query, and the page takes it out of its own address.
 */
export function overlayRoutes() {
  const app = new Hono<EdgeBindings>();
  app.get("/assets/:name", (c) => {
    const asset = assets.get(c.req.param("name"));
    return asset ? c.body(asset.body, 200, assetHeaders(asset.contentType)) : c.notFound();
  });
  app.get("/frame", (c) => {
    const url = new URL(c.req.url);
    const ancestor = c.env.OVERLAY_FRAME_ORIGIN === "" ? otherOrigin(url, "") : c.env.PUBLIC_URL;
    return c.html(frame, 200, frameHeaders(url.origin, ancestor || "'none'"));
  });
  app.get("/socket/:type", openSocket);
  // After the token is gone from the address, a reload finds the page again here and the token in the tab.
  app.get("/open/:type", showPage);
  // The hub shows in a frame how a theme looks; no token, no socket.
  app.get("/preview/:type", showPage);
  app.get("/:token/:type", openPage);
  return app;
}

/** The older addresses (40-core §1.34). */
export function oldOverlayRoutes() {
  const app = new Hono<EdgeBindings>();
  app.get("/browser/source/:token/:type", openPage);
  app.get("/ws/:token/:type", openOldSocket);
  return app;
}

async function openPage(c: Context<EdgeBindings, "/:token/:type">): Promise<Response> {
  const ticket = await findTicket(c.env, c.req.param("token"), c.req.param("type"), { isOpening: true });
  if (ticket) return showPage(c);
  return c.text("There is no overlay at this address. Copy it again from the hub.", 404, pageHeaders(""));
}

function showPage(c: Context<EdgeBindings>): Response | Promise<Response> {
  const frameOrigin = otherOrigin(new URL(c.req.url), c.env.OVERLAY_FRAME_ORIGIN);
  return c.html(page.replace("%FRAME_ORIGIN%", frameOrigin), 200, pageHeaders(frameOrigin));
}
