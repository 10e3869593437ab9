import * as z from "zod";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { FeedNote } from "#contracts/feed";
import type { Outcome } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import type { ModuleResponse } from "#contracts/response";
import type { TimerStatus } from "#contracts/timer";

export interface AcceptResult {
  /** Events stored by this call; the rest were stored before. */
  stored: number;
  duplicates: number;
  /** Same id, other content: refused and reported. */
  conflicts: number;
}

/** What of one event the router's REST intake answers with. */
export type RunResult =
  | { kind: "done"; execution: Execution; replies: string[] }
  /** Not done within the time; `execution` can be asked for later. */
  | { kind: "deferred"; sessionId: string }
  /** This id was handled before. */
  | { kind: "duplicate"; execution: Execution | null }
  /** This id was used for something else before. */
  | { kind: "conflict" }
  /** Nobody registered this channel, or it is switched off. */
  | { kind: "ignored" };

/** What the queue gave up on, with its reason. `kind` event came in, send was going out. */
export const deadLetter = z.object({
  id: z.string(),
  kind: z.enum(["event", "send"]),
  eventId: z.string(),
  summary: z.string(),
  error: z.string(),
  attempts: z.int(),
  at: z.int(),
  replayedAt: z.int().nullable(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

export interface DeadLetterFilter {
  /** Epoch milliseconds, inclusive. */
  from?: number;
  to?: number;
  limit: number;
}

/** One stream of a channel: what waits, what is in the middle, what was given up. */
export const queueStats = z.object({
  stream: z.enum(["events:inbound", "events:responses"]),
  depth: z.int(),
  pending: z.int(),
  dead: z.int(),
  oldestAgeMs: z.int(),
});
export type QueueStats = z.infer<typeof queueStats>;

export interface LateResponse {
  eventId: string;
  sessionId: string;
  module: string;
  response: ModuleResponse;
  /** The module's own name for this answer, so that it may say the same words twice; without it, it may not. */
  key?: string;
}

export interface LateReceipt {
  sessionId: string;
  /** Under which the answer is kept: the same for every repetition of it. */
  key: string;
  /** It was given before, so nothing was said or shown again. */
  isRepeat: boolean;
}

/** What a channel counted since its object began. */
export interface ChannelCounters {
  /** Look-ups of the configuration: from the snapshot, and from the database (CCH-1). */
  configCache: { hits: number; misses: number };
  /** The breaker of each own module that was called (CBR-6). */
  modules: {
    module: string;
    state: "CLOSED" | "OPEN" | "HALF_OPEN";
    /** 0 closed, 1 open, 2 half open. */
    stateValue: 0 | 1 | 2;
    successes: number;
    failures: number;
    /** Calls that never reached the module. */
    refusals: number;
  }[];
}

/** The channel object as the edge, the gateway link and the api see it. */
export interface ChannelService {
  /** Returns once every event is durable. Never waits for a module or the database. */
  accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult>;
  /** Takes the same path as `accept` and waits for the reply, at most `waitMs`; later ones follow through `replyTo`. */
  process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult>;
  /** As `process`, with the whole record, for the REST intake. Opens a session. */
  run(entityId: string, event: PlatformEvent, waitMs: number): Promise<RunResult>;
  /** A module's answer after its call is over; `not_found` without a live session or execution. */
  respond(response: LateResponse): Promise<Outcome<LateReceipt>>;
  /** The live session with this id, its life extended; undefined when it is over. */
  session(sessionId: string): Promise<{ entityId: string; requestCount: number } | undefined>;
  /** The configuration changed: forget the snapshot older than `version`. */
  bumpConfig(version: number): Promise<void>;
  /** Newest first. */
  executions(filter: { eventId?: string; limit: number }): Promise<Execution[]>;
  /** Tells the community's feed what happens here until `until` (epoch ms); answers with what was decided lately. */
  watch(entityId: string, until: number): Promise<FeedNote[]>;
  /** Runs the planner again on a recorded event with today's configuration; nothing happens. */
  replayDry(eventId: string): Promise<Execution | undefined>;
  /** What would happen to an event that never was; undefined where nobody registered this channel. Nothing happens. */
  planDry(event: PlatformEvent): Promise<Execution | undefined>;
  deadLetters(filter: DeadLetterFilter): Promise<DeadLetter[]>;
  /** Puts letters back into the queue; effects that happened before do not happen again. Returns how many. */
  replayDeadLetters(choice: { id: string } | { from: number; to: number }): Promise<number>;
  queueStats(): Promise<QueueStats[]>;
  counters(): Promise<ChannelCounters>;
  /** When the channel's timers ran and will run; reads a configuration that is old and sets the alarm. */
  timers(entityId: string): Promise<TimerStatus[]>;
  /** Sends what people say to the community's overlays until then, epoch milliseconds; renewed by whoever shows it. */
  watchChat(until: number): Promise<void>;
  /** The snapshot the channel decides with now. */
  config(entityId: string): Promise<ChannelConfig | null>;
}
