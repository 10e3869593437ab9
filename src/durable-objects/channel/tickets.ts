import type { PlatformEvent } from "#contracts/event";
import type { Inline } from "#durable-objects/channel/commit";
import type { Handled } from "#durable-objects/channel/handled";

/** What became of an event somebody waits for. `handled` is absent when this channel is nobody's. */
export interface Settled {
  handled: Handled | undefined;
  inline: Inline;
}

/** Someone waits for this event's answer. Until it is deferred, the answer itself is the acknowledgement. */
export interface Ticket {
  seq: number;
  event: PlatformEvent;
  /** Stored, because the one who waits was told to wait, or because it is being tried again. */
  isStored: boolean;
  /** Nobody waits any more: replies go through the event's `replyTo`. */
  isDeferred: boolean;
  /** A session was asked for. */
  wantsSession: boolean;
  settled: Promise<Settled>;
  resolve(settled: Settled): void;
  reject(error: unknown): void;
}

export function makeTicket(event: PlatformEvent, seq: number, wantsSession: boolean): Ticket {
  const { promise, resolve, reject } = Promise.withResolvers<Settled>();
  // Whoever waits may have been deferred already; a rejection nobody hears is reported by the loop.
  promise.catch(() => undefined);
  return { event, seq, isStored: false, isDeferred: false, wantsSession, settled: promise, resolve, reject };
}
