import WebSocket from "ws";
import { type OverlayFrame, overlayFrame } from "#contracts/overlay";

export interface OverlayClient {
  frames: OverlayFrame[];
  send(message: object): void;
  close(): void;
}

/** A browser source without a browser: the same socket, the same subprotocol. Rejects with the HTTP status when refused. */
export function openOverlay(
  base: URL,
  token: string,
  type: string,
  headers: Record<string, string> = {},
): Promise<OverlayClient> {
  const address = new URL(`/overlay/socket/${type}`, base);
  address.protocol = "ws:";
  const socket = new WebSocket(address, ["waddlebot", token], { headers });
  const frames: OverlayFrame[] = [];
  socket.on("message", (data) => frames.push(overlayFrame.parse(JSON.parse(data.toString()))));
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_, response) =>
      reject(new Error(`refused with ${response.statusCode}`)),
    );
    socket.once("error", reject);
    socket.once("open", () =>
      resolve({
        frames,
        send: (message) => socket.send(JSON.stringify(message)),
        close: () => socket.terminate(),
      }),
    );
  });
}
