import * as z from "zod";
import type { GatewayDown, GatewayUp } from "#contracts/gateway";
import { gatewayUp } from "#contracts/gateway";
import { linkPosition } from "#durable-objects/gateway-link/link-store";

const maxMessageLength = 4 << 20;

/** A socket remembers itself; `isOver` marks one whose batches count no more. */
const attachment = linkPosition.extend({
  isOver: z.boolean(),
  /** The last version the gateway carried out. */
  version: z.int(),
  /** What to add to the gateway's clock to get ours. */
  clockOffsetMs: z.int(),
});
export type Attachment = z.infer<typeof attachment>;

export function read(socket: WebSocket): Attachment {
  return attachment.parse(socket.deserializeAttachment());
}

export function write(socket: WebSocket, value: Attachment): void {
  socket.serializeAttachment(value);
}

export function readUp(data: string | ArrayBuffer): GatewayUp | undefined {
  if (typeof data !== "string" || data.length > maxMessageLength) return undefined;
  try {
    return gatewayUp.safeParse(JSON.parse(data)).data;
  } catch {
    // Not JSON: as wrong as any other message we do not know.
    return undefined;
  }
}

export function sendQuietly(socket: WebSocket, message: GatewayDown): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // Closing: the gateway comes back and sends again, and a send that waits runs into its time limit.
  }
}

export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already.
  }
}
