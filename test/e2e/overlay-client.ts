import WebSocket from "ws";
import { type OverlayFrame, overlayFrame } from "#contracts/overlay";

export interface OverlayClient {
  frames: OverlayFrame[];
  /** The code it was closed with, once it is. */
  closed: Promise<number>;
  send(message: object): void;
  close(): void;
}

export interface OverlayOptions {
  headers?: Record<string, string>;
  /** `ticker:5`: what it has seen before. */
  last?: string;
}

/** A browser source without a browser: the same socket, the same subprotocol. Rejects with the HTTP status when refused. */
export function openOverlay(
  base: URL,
  token: string,
  type: string,
  { headers = {}, last }: OverlayOptions = {},
): Promise<OverlayClient> {
  const address = new URL(`/overlay/socket/${type}`, base);
  address.protocol = "ws:";
  if (last !== undefined) address.searchParams.set("last", last);
  return listen(new WebSocket(address, ["waddlebot", token], { headers }));
}

/** The older address, with the token in it. */
export function openOldOverlay(base: URL, token: string, type: string): Promise<OverlayClient> {
  const address = new URL(`/ws/${token}/${type}`, base);
  address.protocol = "ws:";
  return listen(new WebSocket(address));
}

function listen(socket: WebSocket): Promise<OverlayClient> {
  const frames: OverlayFrame[] = [];
  const closed = new Promise<number>((resolve) => socket.once("close", (code) => resolve(code)));
  socket.on("message", (data) => frames.push(overlayFrame.parse(JSON.parse(data.toString()))));
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_, response) =>
      reject(new Error(`refused with ${response.statusCode}`)),
    );
    socket.once("error", reject);
    socket.once("open", () =>
      resolve({
        frames,
        closed,
        send: (message) => socket.send(JSON.stringify(message)),
        close: () => socket.terminate(),
      }),
    );
  });
}
