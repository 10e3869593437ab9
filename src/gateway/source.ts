import type { DatabaseSync } from "node:sqlite";
import type { ConnectionAssignment, GatewayFrame, GatewayUp, IrcNetworkConfig } from "#contracts/gateway";
import type { OutboundMessage } from "#contracts/sender";
import type { Log } from "#lib/log";

/** What came of saying something: as it goes up to the edge. */
export type SentOutcome = Extract<GatewayUp, { type: "sent" }>["outcome"];

/** What a source heard. `id` where the platform gives one that is equal on every delivery, else one is made. */
export interface Heard {
  connection: string;
  /** The channel it belongs to, where channels are claimed one by one (IRC). */
  channel?: string;
  id?: string;
  /** Cut by nobody: a frame longer than `maxRawLength` is counted and dropped. */
  raw: string;
}

/** A time a connection did not listen, in epoch milliseconds. `from` is null where this process cannot know it. */
export interface Missed {
  connection: string;
  from: number | null;
  to: number;
}

/** What the gateway gives to every source. */
export interface SourceContext {
  /**
   * Durable when it returns: the frame is on disk, and goes up from there. False when it was not taken because the
   * connection is not ours to hear for. Never throws for what was heard.
   */
  forward(heard: Heard): boolean;
  /** Durable when it returns; the edge records and shows it. The same one told twice counts once. */
  missed(gap: Missed): void;
  /** The gateway's one file, for what a source must remember over a restart. A source makes its own tables. */
  database: DatabaseSync;
  log: Log;
  now: () => number;
  random: () => number;
}

/** One line of `/healthz`, and the rows of `/metrics` that belong to it. */
export interface ConnectionHealth {
  platform: string;
  connection: string;
  /** False makes the gateway unhealthy. */
  isConnected: boolean;
  /** Channels it should be in and is in; for a connection without channels 1 and 0 or 1. */
  assigned: number;
  joined: number;
  /** Attempts lost since a connection last held. */
  failedAttempts: number;
  /** What is wrong and what to do, for the one who runs the gateway. */
  reason?: string;
  /** The source's own numbers by name (`identifies_total`); names end on `_total` where they only rise. */
  numbers?: Readonly<Record<string, number>>;
}

/** One platform's sockets. It reconnects by itself, for ever, and knows neither the edge nor the spool. */
export interface Source {
  /** Its frames, assignments and sends carry this name. */
  readonly platform: string;
  start(): void;
  /** The whole of what to be connected to, again and again: the same list twice changes nothing. Empty: leave all. `networks` absent: as before. */
  setAssignment(
    connections: readonly ConnectionAssignment[],
    networks?: readonly IrcNetworkConfig[],
    /** True: others share, so what the list does not name is not ours, whatever the configuration says. */
    isShared?: boolean,
  ): void;
  /**
   * Says one message. `onStart` must be called right before the first byte may leave, and only then: a message that was
   * started and not finished is never tried again. Absent where the gateway does not speak for the platform.
   */
  say?(message: OutboundMessage, onStart: () => void): Promise<SentOutcome>;
  /** The edge has stored these frames of this platform and all before them; for a source that resumes behind them. */
  acknowledged?(frames: readonly GatewayFrame[]): void;
  health(): readonly ConnectionHealth[];
  /** Leaves politely; takes at most 2 s. */
  close(): Promise<void>;
}

/** Builds a source from what it was configured with. */
export type MakeSource = (context: SourceContext) => Source;
