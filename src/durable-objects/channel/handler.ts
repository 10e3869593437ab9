import type { ChannelConfig } from "#contracts/channel-config";
import type { Command } from "#contracts/command";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { makeUserKey } from "#contracts/ids";
import { succeed } from "#contracts/outcome";
import type { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import type { Cooldowns } from "#durable-objects/channel/cooldowns";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import type { Attempt, Handled } from "#durable-objects/channel/handled";
import { logDropped } from "#durable-objects/channel/log-handled";
import type { RateWindows } from "#durable-objects/channel/rate-windows";
import type { RuleBook } from "#durable-objects/channel/rule-book";
import type { Said } from "#durable-objects/channel/said";
import type { Traces } from "#durable-objects/channel/traces";
import { type HandleDeps, handleEvent } from "#durable-objects/channel/walk";
import { parseCommand } from "#router/parse-command";

export interface HandlerParts {
  deps: ChannelDeps;
  config: ChannelConfigStore;
  traces: Traces;
  cooldowns: Cooldowns;
  windows: RateWindows;
  rules: RuleBook;
  said: Said;
}

/** Walks events with what this channel knows: its configuration, cooldowns, limits and rules. */
export class Handler {
  #parts: HandlerParts;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  /** Undefined when this channel is nobody's, or the bot itself said it. Throws when there is no configuration and Postgres does not answer. */
  async handle(event: PlatformEvent, attempt: Attempt): Promise<Handled | undefined> {
    const config = await this.#configFor(event);
    if (!config?.isActive) {
      logDropped(this.#parts.deps.log, event, config ? "channel switched off" : "channel not registered");
      return undefined;
    }
    if (this.#isOwn(event, config)) {
      logDropped(this.#parts.deps.log, event, "own message");
      return undefined;
    }
    const deps = this.#depsFor(config, event);
    // A further try was let through when it was the first.
    const isRetry = attempt.retryCount > 0;
    const free = { cooldownLeftMs: () => 0, limitLeftMs: () => 0 };
    return handleEvent(event, config, isRetry ? { ...deps, ...free } : deps, attempt);
  }

  /** Plain chat asks for no right, so it never makes the channel look at roles again. */
  #configFor(event: PlatformEvent): Promise<ChannelConfig | null> {
    const { config } = this.#parts;
    const mayNeedRole = "customId" in event || ("text" in event && parseCommand(event.text) !== undefined);
    if (!mayNeedRole) return config.get(event.entityId);
    return config.getForRole(event.entityId, makeUserKey(event.platform, event.user.id));
  }

  /**
   * What the bot said and a platform reads back: heard, it would be answered, and the answer heard (threats row 10). Known
   * by its message and not by its author, because people connect their own account as the bot and go on typing with it.
   */
  #isOwn(event: PlatformEvent, { ownAccounts }: ChannelConfig): boolean {
    const { origin } = event;
    return (origin === "platform" || origin === "api") && this.#parts.said.has(event, ownAccounts);
  }

  async replayDry(eventId: string): Promise<Execution | undefined> {
    const event = this.#parts.traces.eventOf(eventId);
    return event && this.planDry(event);
  }

  /** The planner and nothing else: no module is called, nothing is written. */
  async planDry(event: PlatformEvent): Promise<Execution | undefined> {
    const config = await this.#parts.config.get(event.entityId);
    if (!config) return undefined;
    const { execution } = await handleEvent(event, config, {
      ...this.#depsFor(config, event),
      invoke: async () => succeed({ responses: [], effects: [] }),
      charge: async () => succeed(null),
    });
    return execution;
  }

  #depsFor(config: ChannelConfig, event: PlatformEvent): HandleDeps {
    const { deps, cooldowns, windows, rules } = this.#parts;
    return {
      manifests: deps.manifests,
      now: deps.now,
      invoke: deps.invoke,
      charge: (userKey, points, key) =>
        deps.charge({ communityId: config.community.id, userKey, points, key }),
      cooldownLeftMs: (userKey: string, command: Command) => cooldowns.leftMs(userKey, command, deps.now()),
      limitLeftMs: (userKey: string, command: Command) => windows.leftMs(userKey, command, deps.now()),
      matchRules: (text: string) => rules.match(config, event, text),
    };
  }
}
