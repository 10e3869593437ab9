import { env } from "cloudflare:test";
import type { OverlayFrame, OverlayPageMessage, OverlayType } from "#contracts/overlay";
import { overlayFrame } from "#contracts/overlay";
import { until } from "#test/fakes/gateway-socket.workerd";

let overlays = 0;

/** The overlays of a community of its own. */
export function anOverlay() {
  const communityId = 1000 + ++overlays;
  return Object.assign(env.OVERLAY.get(env.OVERLAY.idFromName(String(communityId))), { communityId });
}
export type Overlay = ReturnType<typeof anOverlay>;

export function openPage(overlay: Overlay, type: OverlayType, { last = "", tokenHash = "hash" } = {}) {
  const query = new URLSearchParams({
    type,
    community: "The Waddle Inn",
    communityId: String(overlay.communityId),
    tokenHash,
    last,
  });
  return overlay.fetch(`https://overlay/?${query}`, { headers: { upgrade: "websocket" } });
}

/** A page's end of the socket. */
export async function aPage(overlay: Overlay, type: OverlayType, options?: Parameters<typeof openPage>[2]) {
  const { webSocket, status } = await openPage(overlay, type, options);
  if (!webSocket) throw new Error(`refused with ${status}`);
  const heard: OverlayFrame[] = [];
  const closed = Promise.withResolvers<number>();
  webSocket.addEventListener("message", ({ data }) => {
    if (data !== "pong") heard.push(overlayFrame.parse(JSON.parse(String(data))));
  });
  webSocket.addEventListener("close", ({ code }) => closed.resolve(code));
  webSocket.accept();
  const shown = () => heard.filter((frame) => frame.type === "show");
  return {
    heard,
    closed: closed.promise,
    shown,
    texts: () => shown().flatMap(({ content }) => ("text" in content ? [content.text] : [])),
    ack: (message: Omit<OverlayPageMessage, "type">) =>
      webSocket.send(JSON.stringify({ type: "ack", ...message })),
    send: (text: string) => webSocket.send(text),
    close: () => webSocket.close(1000),
    hears: (count: number) => until(() => shown().length >= count),
    hello: () => {
      const [hello] = heard;
      if (hello?.type !== "hello") throw new Error("no hello");
      return hello;
    },
    greeted: () => until(() => heard.length > 0),
  };
}
export type Page = Awaited<ReturnType<typeof aPage>>;
