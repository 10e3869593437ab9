import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Timer, TimerStatus } from "#contracts/timer";
import { timerGraceMs } from "#contracts/timer-schedule";
import type { Companion, CompanionParts } from "#durable-objects/channel/companions";
import {
  type DueTimer,
  judgeTimer,
  nextLook,
  type TimerMemory,
} from "#durable-objects/channel/timers/judge-timer";
import { Pulse } from "#durable-objects/channel/timers/pulse";
import { sayTimer } from "#durable-objects/channel/timers/say-timer";
import { roleOfTimer, timerEvent } from "#durable-objects/channel/timers/timer-event";
import { TimerMemories } from "#durable-objects/channel/timers/timer-memories";

type TimerParts = Pick<CompanionParts, "storage" | "deps" | "config" | "inbox" | "outbox" | "traces">;
type Roles = ChannelConfig["roles"];

/** A tick that could not be written is tried again this soon, until its 15 minutes are over. */
const againMs = 2000;

/**
 * The timers of one channel (20-receivers §1.14). A tick is decided on once: its row and what it leads to are one
 * transaction, and its effect has an id made of timer and tick.
 */
export class Timers implements Companion {
  #parts: TimerParts;
  #memories: TimerMemories;
  #pulse: Pulse;
  /** When something is due, for this snapshot; recomputed when either changes. */
  #next: { config: ChannelConfig; reckonedAt: number; dueAt: number | undefined } | undefined;

  constructor(parts: TimerParts) {
    this.#parts = parts;
    this.#memories = new TimerMemories(parts.storage.sql);
    this.#pulse = new Pulse(parts.storage.sql);
  }

  /** Undefined for a channel without a timer, which then sleeps. */
  nextAt(): number | undefined {
    const dueAt = this.#dueAt();
    const now = this.#parts.deps.now();
    return dueAt === undefined || dueAt > now ? dueAt : now + againMs;
  }

  /** Runs what is due. What could not be written stays due. */
  async onAlarm(): Promise<void> {
    const { deps, config: store } = this.#parts;
    const held = store.current;
    if (!held || (this.#dueAt() ?? Number.POSITIVE_INFINITY) > deps.now()) return;
    try {
      const config = await store.get(held.entityId);
      if (!config?.isActive) return;
      this.#meet(config.timers);
      const due = config.timers.filter((timer) => this.#judge(timer));
      const roles = await this.#freshRoles(due, config);
      for (const timer of due) this.#runOne(timer, config, roles);
    } finally {
      this.#next = undefined;
    }
  }

  onEvents(events: readonly PlatformEvent[]): void {
    const { timers = [] } = this.#parts.config.current ?? {};
    this.#pulse.feel(
      events,
      timers.some(({ minLines }) => minLines > 0),
    );
  }

  /** Rows of timers that are gone. */
  sweep(): void {
    const { current } = this.#parts.config;
    if (current) this.#memories.keepOnly(new Set(current.timers.map(({ id }) => id)));
  }

  #dueAt(): number | undefined {
    const config = this.#parts.config.current;
    if (!config?.isActive || config.timers.length === 0) return undefined;
    const now = this.#parts.deps.now();
    // Reckoned by a clock that was far ahead, it is worth nothing.
    const isSound = this.#next !== undefined && now > this.#next.reckonedAt - timerGraceMs;
    if (isSound && this.#next?.config === config) return this.#next.dueAt;
    this.#meet(config.timers);
    const looks = config.timers.flatMap((timer) => nextLook(timer, this.#memoryOf(timer), now) ?? []);
    const dueAt = looks.length === 0 ? undefined : Math.min(...looks);
    this.#next = { config, reckonedAt: now, dueAt };
    return dueAt;
  }

  #judge(timer: Timer): DueTimer | undefined {
    return judgeTimer(timer, this.#memoryOf(timer), this.#pulse.now, this.#parts.deps.now());
  }

  #runOne(timer: Timer, config: ChannelConfig, roles: Roles): void {
    const due = this.#judge(timer);
    if (!due) return;
    try {
      this.#parts.storage.transactionSync(() => this.#decide(due, config, roles));
      if (due.skippedBecause !== undefined) this.#note("timer.skip", timer, config, due.skippedBecause);
    } catch (error) {
      this.#memories.forget();
      this.#note("timer.fire", timer, config, error);
    }
  }

  /** Inside a transaction: the tick is done, and so is what it leads to, or neither. */
  #decide({ timer, tick, skippedBecause }: DueTimer, config: ChannelConfig, roles: Roles): void {
    const memory = this.#memoryOf(timer);
    if (skippedBecause !== undefined) return this.#memories.put(timer.id, { ...memory, tick });
    const now = this.#parts.deps.now();
    this.#memories.put(timer.id, { tick, ranAt: now, lines: this.#pulse.now.lines });
    const role = roleOfTimer(timer, roles);
    const event = timerEvent({ timer, tick, entityId: config.entityId, role, now });
    if (timer.action === "command") this.#parts.inbox.accept([event], now);
    else sayTimer(timer, event, config, this.#parts);
  }

  /** Assigned roles of makers count only as long as they are fresh (threats row 5); one that cannot be asked for is none. */
  async #freshRoles(due: readonly Timer[], { entityId }: ChannelConfig): Promise<Roles> {
    const commands = due.filter(({ action }) => action === "command");
    const makers = [...new Set(commands.flatMap((timer) => timer.makers))];
    const fresh = await Promise.all(makers.map((maker) => this.#parts.config.getForRole(entityId, maker)));
    const pairs = makers.map((maker, index) => [maker, fresh[index]?.roles[maker]] as const);
    return Object.fromEntries(pairs.flatMap(([maker, role]) => (role ? [[maker, role]] : [])));
  }

  /** A timer seen for the first time counts lines from here on. */
  #meet(timers: readonly Timer[]): void {
    for (const timer of timers)
      if (!this.#memories.get(timer.id)) this.#memories.put(timer.id, this.#memoryOf(timer));
  }

  #memoryOf({ id, since }: Timer): TimerMemory {
    return this.#memories.get(id) ?? { tick: since, ranAt: null, lines: this.#pulse.now.lines };
  }

  #note(action: "timer.skip" | "timer.fire", { id }: Timer, config: ChannelConfig, why: unknown): void {
    const isSkip = action === "timer.skip";
    this.#parts.deps.log({
      level: isSkip ? "INFO" : "ERROR",
      category: isSkip ? "SYSTEM" : "ERROR",
      action,
      result: isSkip ? "IGNORED" : "FAILURE",
      community: config.community.id,
      details: { timerId: id, ...(isSkip ? { because: why } : { error: why }) },
    });
  }
}

/** What a channel's storage says of these timers. */
export function timerStatuses(timers: readonly Timer[], sql: SqlStorage, now: number): TimerStatus[] {
  const memories = new TimerMemories(sql);
  return timers.map((timer) => {
    const memory = memories.get(timer.id) ?? { tick: timer.since, ranAt: null, lines: 0 };
    return { id: timer.id, lastRunAt: memory.ranAt, nextRunAt: nextLook(timer, memory, now) ?? null };
  });
}
