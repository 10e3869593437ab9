import * as z from "zod";
import { type OverlayPage, type OverlayPart, overlayPart, overlayType, type Seqs } from "#contracts/overlay";

/** A socket remembers itself: what it shows survives the object's sleep. */
export const pageFacts = z.object({
  type: overlayType,
  community: z.string(),
  communityId: z.coerce.number().int(),
  tokenHash: z.string(),
  openedAt: z.int(),
  delivered: z.partialRecord(overlayPart, z.int()).default({}),
});
export type PageFacts = z.infer<typeof pageFacts>;

/** As upstream (40-core §1.34); one more is refused until one leaves. */
export const mostPages = 1000;
/** A page says "ping" every 15 s; one that did not for so long is gone without a word. */
const silentMs = 300_000;

/** The open pages of one community. The runtime keeps the sockets, also while the object sleeps. */
export class Pages {
  #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  count(): number {
    return this.#ctx.getWebSockets().length;
  }

  accept(socket: WebSocket, facts: PageFacts): void {
    this.#ctx.acceptWebSocket(socket, [facts.type, facts.tokenHash]);
    socket.serializeAttachment(facts);
  }

  /** To every page that shows this part; how many they are. */
  send(part: OverlayPart, text: string): number {
    const sockets = this.watching(part);
    for (const socket of sockets) sendQuietly(socket, text);
    return sockets.length;
  }

  watching(part: OverlayPart): WebSocket[] {
    return [...this.#ctx.getWebSockets(part), ...this.#ctx.getWebSockets("scene")];
  }

  all(): WebSocket[] {
    return this.#ctx.getWebSockets();
  }

  closeToken(tokenHash: string): void {
    for (const socket of this.#ctx.getWebSockets(tokenHash)) socket.close(1008, "this address was replaced");
  }

  /** Closes what has not been heard of; a page that is only slow comes back by itself. */
  dropSilent(now: number): void {
    for (const socket of this.all())
      if (now - this.#heardAt(socket) > silentMs) socket.close(1001, "nothing was heard of this page");
  }

  noteDelivered(socket: WebSocket, delivered: Seqs): void {
    const facts = factsOf(socket);
    socket.serializeAttachment({ ...facts, delivered: { ...facts.delivered, ...delivered } });
  }

  list(): OverlayPage[] {
    return this.all().map((socket) => {
      const { type, openedAt, delivered } = factsOf(socket);
      return { type, openedAt, delivered, heardAt: this.#heardAt(socket) };
    });
  }

  #heardAt(socket: WebSocket): number {
    return this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? factsOf(socket).openedAt;
  }
}

export function factsOf(socket: WebSocket): PageFacts {
  return pageFacts.parse(socket.deserializeAttachment());
}

/** A socket that is closing resumes by itself later; it must not keep the frame from the others. */
export function sendQuietly(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // Gone between the list and the send.
  }
}
