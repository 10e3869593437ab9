import { DurableObject } from "cloudflare:workers";
import type {
  AcceptResult,
  ChannelCounters,
  ChannelService,
  DeadLetter,
  DeadLetterFilter,
  LateReceipt,
  LateResponse,
  QueueStats,
  RunResult,
} from "#contracts/channel";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { FeedNote } from "#contracts/feed";
import type { Outcome } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import type { TimerStatus } from "#contracts/timer";
import { Channel } from "#durable-objects/channel/channel";
import { makeChannelDeps } from "#durable-objects/channel/deps";
import { channelMigrations } from "#durable-objects/channel/tables";
import { migrate } from "#durable-objects/storage/migrate";

/** One channel: its inbox, its order, its limits. The shell only; `channel.ts` holds the life of a message. */
export class ChannelObject extends DurableObject<EdgeEnv> implements ChannelService {
  #channel: Channel;

  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(ctx, env);
    migrate(ctx.storage, channelMigrations);
    this.#channel = new Channel(ctx.storage, makeChannelDeps(env), (work) => ctx.waitUntil(work));
  }

  async accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult> {
    return this.#channel.accept(entityId, events);
  }

  async process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult> {
    return this.#channel.process(entityId, event, waitMs);
  }

  async run(entityId: string, event: PlatformEvent, waitMs: number): Promise<RunResult> {
    return this.#channel.run(entityId, event, waitMs);
  }

  async respond(response: LateResponse): Promise<Outcome<LateReceipt>> {
    return this.#channel.respond(response);
  }

  async session(sessionId: string): Promise<{ entityId: string; requestCount: number } | undefined> {
    return this.#channel.desk.session(sessionId);
  }

  async forget(userKeys: string[]): Promise<number> {
    return this.#channel.desk.forget(userKeys);
  }

  async bumpConfig(version: number): Promise<void> {
    this.#channel.bumpConfig(version);
  }

  async executions(filter: { eventId?: string; limit: number }): Promise<Execution[]> {
    return this.#channel.desk.executions(filter);
  }

  async watch(entityId: string, until: number): Promise<FeedNote[]> {
    return this.#channel.watch(entityId, until);
  }

  async replayDry(eventId: string): Promise<Execution | undefined> {
    return this.#channel.replayDry(eventId);
  }

  async planDry(event: PlatformEvent): Promise<Execution | undefined> {
    return this.#channel.planDry(event);
  }

  async deadLetters(filter: DeadLetterFilter): Promise<DeadLetter[]> {
    return this.#channel.desk.deadLetters(filter);
  }

  async replayDeadLetters(choice: { id: string } | { from: number; to: number }): Promise<number> {
    return this.#channel.replayDeadLetters(choice);
  }

  async queueStats(): Promise<QueueStats[]> {
    return this.#channel.desk.queueStats();
  }

  async counters(): Promise<ChannelCounters> {
    return this.#channel.counters();
  }

  async config(entityId: string): Promise<ChannelConfig | null> {
    return this.#channel.config(entityId);
  }

  async timers(entityId: string): Promise<TimerStatus[]> {
    return this.#channel.timers(entityId);
  }

  async watchChat(until: number): Promise<void> {
    this.#channel.watchChat(until);
  }

  override async alarm(): Promise<void> {
    await this.#channel.wake();
  }
}
