import { DurableObject } from "cloudflare:workers";
import type { AcceptResult, ChannelService } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { InteractiveResult } from "#contracts/platform";
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

  async bumpConfig(version: number): Promise<void> {
    this.#channel.bumpConfig(version);
  }

  async executions(filter: { eventId?: string; limit: number }): Promise<Execution[]> {
    return this.#channel.executions(filter);
  }

  override async alarm(): Promise<void> {
    await this.#channel.wake();
  }
}
