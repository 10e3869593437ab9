import type { AcceptResult } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { FeedNotes } from "#durable-objects/channel/feed-notes";
import type { Inbox } from "#durable-objects/channel/inbox";
import type { EndState, Outbox, OutboxRow } from "#durable-objects/channel/outbox";
import { OverlayLines } from "#durable-objects/channel/overlay-lines";
import type { OverlayWatch } from "#durable-objects/channel/overlay-watch";
import { Timers } from "#durable-objects/channel/timers/timers";
import type { Traces } from "#durable-objects/channel/traces";
import type { Watch } from "#durable-objects/channel/watch";
import { WebhookNotes } from "#durable-objects/channel/webhook-notes";
import type { SqlStore } from "#durable-objects/storage/migrate";

/** A part with a life of its own that the channel wakes and tells, without knowing what it does: timers, webhooks. */
export interface Companion {
  /** When it wants to be woken; undefined for not at all. Asked after every piece of work, so it may not read a table each time. */
  nextAt?(): number | undefined;
  /** The channel woke, for this or for something else: at least once, before the inbox is drained. A throw is reported. */
  onAlarm?(): unknown;
  /**
   * Inside the transaction that ends these events, each once and in order, whatever they led to; rows put into the outbox
   * here leave right after. Events of a channel that is nobody's, and those replayed by hand, are not told.
   */
  onEvents?(events: readonly PlatformEvent[], now: number): void;
  /** Inside the transaction that ends a command's event, once: what was decided and what came of it. */
  onExecution?(execution: Execution, now: number): void;
  /** An effect came to its end: it happened, was given up, or nobody knows. */
  onEnded?(row: OutboxRow, state: EndState, problem: string | null, now: number): void;
  /** Forgets what is old; once a wake. */
  sweep?(now: number): void;
}

/** What a companion may use of its channel. */
export interface CompanionParts {
  storage: SqlStore;
  deps: ChannelDeps;
  config: ChannelConfigStore;
  inbox: Inbox;
  outbox: Outbox;
  traces: Traces;
  watch: Watch;
  /** Holds the object awake until this is done. */
  keepAlive(work: Promise<unknown>): void;
  overlayWatch: OverlayWatch;
  /** Takes events of the bot's own into the inbox, as durable as a platform's, and has them handled. */
  enqueue(events: PlatformEvent[]): Promise<AcceptResult>;
}

export type MakeCompanions = (parts: CompanionParts) => readonly Companion[];

/** The companions of every channel. */
export const makeCompanions: MakeCompanions = (parts) => [
  new Timers(parts),
  new WebhookNotes(parts),
  new FeedNotes(parts),
  new OverlayLines(parts),
];

/** All of a channel's companions as one. */
export class Companions {
  #all: readonly Companion[];
  #onError: (error: unknown) => void;

  constructor(all: readonly Companion[], onError: (error: unknown) => void) {
    this.#all = all;
    this.#onError = onError;
  }

  nextAt(): number | undefined {
    const times = this.#all.map((one) => one.nextAt?.()).filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** One that fails keeps neither the others nor the channel from their work. */
  async onAlarm(): Promise<void> {
    for (const one of this.#all) {
      try {
        await one.onAlarm?.();
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  onEvents(events: readonly PlatformEvent[], now: number): void {
    if (events.length > 0) for (const one of this.#all) one.onEvents?.(events, now);
  }

  onExecution(execution: Execution, now: number): void {
    for (const one of this.#all) one.onExecution?.(execution, now);
  }

  onEnded(row: OutboxRow, state: EndState, problem: string | null, now: number): void {
    for (const one of this.#all) one.onEnded?.(row, state, problem, now);
  }

  sweep(now: number): void {
    for (const one of this.#all) one.sweep?.(now);
  }
}
