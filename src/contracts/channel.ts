import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { InteractiveResult } from "#contracts/platform";

export interface AcceptResult {
  /** Events stored by this call; the rest were stored before. */
  stored: number;
  duplicates: number;
  /** Same id, other content: refused and reported. */
  conflicts: number;
}

/** The channel object as the edge, the gateway link and the api see it. */
export interface ChannelService {
  /** Returns once every event is durable. Never waits for a module or the database. */
  accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult>;
  /** Takes the same path as `accept` and waits for the reply, at most `waitMs`; later ones follow through `replyTo`. */
  process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult>;
  /** The configuration changed: forget the snapshot older than `version`. */
  bumpConfig(version: number): Promise<void>;
  /** Newest first. */
  executions(filter: { eventId?: string; limit: number }): Promise<Execution[]>;
}
