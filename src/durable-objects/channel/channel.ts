import type { AcceptResult, LateResponse, RunResult } from "#contracts/channel";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { Outcome } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import { Activity } from "#durable-objects/channel/activity";
import { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import { Cooldowns } from "#durable-objects/channel/cooldowns";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { Desk } from "#durable-objects/channel/desk";
import { Drain } from "#durable-objects/channel/drain";
import { Flushes, flushAfterMs } from "#durable-objects/channel/flush";
import { Handler } from "#durable-objects/channel/handler";
import { Inbox } from "#durable-objects/channel/inbox";
import { Outbox, type OutboxRow } from "#durable-objects/channel/outbox";
import { Postman } from "#durable-objects/channel/postman";
import { RateWindows } from "#durable-objects/channel/rate-windows";
import { Retries } from "#durable-objects/channel/retries";
import { RuleBook } from "#durable-objects/channel/rule-book";
import { RuleHits } from "#durable-objects/channel/rule-hits";
import { Sessions } from "#durable-objects/channel/sessions";
import { Traces } from "#durable-objects/channel/traces";
import { reportConflict, Visits } from "#durable-objects/channel/visits";
import { nextWake } from "#durable-objects/channel/wake";
import type { SqlStore } from "#durable-objects/storage/migrate";

export interface ChannelStorage extends SqlStore {
  setAlarm(at: number): Promise<void>;
}

/** The life of a channel's messages: accepted, drained in order, delivered, summed up. Storage and clock are given. */
export class Channel {
  /** Questions about what was and what waits. */
  readonly desk: Desk;
  #deps: ChannelDeps;
  #storage: ChannelStorage;
  #keepAlive: (work: Promise<unknown>) => void;
  #inbox: Inbox;
  #outbox: Outbox;
  #traces: Traces;
  #retries: Retries;
  #flushes: Flushes;
  #config: ChannelConfigStore;
  #handler: Handler;
  #drain: Drain;
  #postman: Postman;
  #visits: Visits;
  #sweepers: readonly { sweep(now: number): void }[];
  #armedFor = 0;
  #isFlushing = false;

  constructor(storage: ChannelStorage, deps: ChannelDeps, keepAlive: (work: Promise<unknown>) => void) {
    this.#deps = deps;
    this.#storage = storage;
    this.#keepAlive = keepAlive;
    const { sql } = storage;
    const now = deps.now();
    const activity = new Activity(sql);
    const ruleHits = new RuleHits(sql);
    const sessions = new Sessions(sql);
    this.#inbox = new Inbox(sql, now);
    this.#outbox = new Outbox(sql);
    this.#traces = new Traces(sql);
    this.#retries = new Retries(sql);
    const cooldowns = new Cooldowns(sql);
    const windows = new RateWindows(this.#traces.list({ limit: 1000 }), now);
    this.#flushes = new Flushes(storage, { activity, traces: this.#traces, ruleHits });
    this.#config = new ChannelConfigStore(sql, {
      load: (entityId) => deps.loadConfig(entityId),
      now: deps.now,
      onStale: (error) => this.#report("config.load", error),
    });
    const onCostlyRule = (ruleId: number) =>
      this.#outbox.addRuleSwitch(ruleId, this.#config.current, deps.now());
    this.#handler = new Handler({
      deps,
      config: this.#config,
      traces: this.#traces,
      cooldowns,
      windows,
      rules: new RuleBook(deps, onCostlyRule),
    });
    this.#sweepers = [this.#inbox, this.#outbox, this.#retries, cooldowns, sessions];
    this.desk = new Desk({
      storage,
      inbox: this.#inbox,
      outbox: this.#outbox,
      traces: this.#traces,
      retries: this.#retries,
      sessions,
      now: deps.now,
    });
    this.#postman = new Postman(this.#outbox, deps, {
      keepAlive,
      siblings: () => this.#config.siblings,
      onSettled: () => this.#armForRest(),
      onGivenUp: (key, note) => this.#report("outbox.send", note, key),
    });
    this.#drain = new Drain({
      deps,
      storage,
      inbox: this.#inbox,
      outbox: this.#outbox,
      traces: this.#traces,
      retries: this.#retries,
      sessions,
      cooldowns,
      windows,
      ruleHits,
      activity,
      config: this.#config,
      handle: (event, attempt) => this.#handler.handle(event, attempt),
      onCommitted: (ready) => this.#afterCommit(ready),
      isChatIdle: () => this.#postman.isIdle("chat"),
    });
    this.#visits = new Visits({
      deps,
      inbox: this.#inbox,
      traces: this.#traces,
      desk: this.desk,
      drain: this.#drain,
      start: () => keepAlive(this.#run()),
    });
  }

  /** Durable before it returns (the output gate holds the answer until the write is on disk). */
  async accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult> {
    const now = this.#deps.now();
    const result = this.#storage.transactionSync(() => this.#inbox.accept(events, now));
    if (result.conflicts > 0) reportConflict(this.#deps.log, entityId, events[0]);
    if (result.stored > 0) {
      // A crash right after this line leaves the alarm to finish what was accepted. It is the one that flushes, so that
      // a quiet channel wakes once and not twice.
      await this.#arm(now + flushAfterMs);
      this.#keepAlive(this.#run());
    }
    return result;
  }

  process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult> {
    return this.#visits.process(entityId, event, waitMs);
  }

  run(entityId: string, event: PlatformEvent, waitMs: number): Promise<RunResult> {
    return this.#visits.run(entityId, event, waitMs);
  }

  respond(response: LateResponse): Outcome<{ sessionId: string }> {
    const outcome = this.desk.respond(response);
    this.#postman.deliver();
    return outcome;
  }

  bumpConfig(version: number): void {
    this.#config.bump(version);
  }

  /** Look-ups of the configuration in this life: from the snapshot, and from the database. */
  get cacheCounts(): { hits: number; misses: number } {
    return { ...this.#config.counts };
  }

  config(entityId: string): Promise<ChannelConfig | null> {
    return this.#config.get(entityId);
  }

  replayDry(eventId: string): Promise<Execution | undefined> {
    return this.#handler.replayDry(eventId);
  }

  replayDeadLetters(choice: { id: string } | { from: number; to: number }): number {
    const count = this.desk.replayDeadLetters(choice);
    if (count > 0) this.#keepAlive(this.#run());
    return count;
  }

  /** The alarm: at least once, and gone after six failures, so it never throws and always re-arms. */
  async wake(): Promise<void> {
    const now = this.#deps.now();
    this.#armedFor = 0;
    try {
      await this.#work();
      await this.#flush();
      for (const store of this.#sweepers) store.sweep(now);
    } catch (error) {
      this.#report("channel.wake", error);
    } finally {
      await this.#armForRest();
    }
  }

  async #run(): Promise<void> {
    await this.#work();
    await this.#armForRest();
  }

  async #work(): Promise<void> {
    try {
      await this.#postman.settleInterrupted();
      this.#postman.deliver();
      await this.#drain.run();
    } catch (error) {
      // Nothing was taken out of the inbox: the alarm comes back for it.
      this.#report("channel.drain", error);
    }
  }

  #afterCommit(ready: readonly OutboxRow[]): void {
    this.#flushes.touch(this.#deps.now());
    this.#postman.deliver(ready);
    if (this.#flushes.isFull()) this.#keepAlive(this.#flush());
  }

  /** Sends what waits when its time has come, and only what waited when it began. */
  async #flush(): Promise<void> {
    const community = this.#config.current?.community;
    const now = this.#deps.now();
    const isDue = (this.#flushes.dueAt() ?? Number.POSITIVE_INFINITY) <= now || this.#flushes.isFull();
    if (!community || !isDue || this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      this.#flushes.prepare(community.id, this.#deps.newId);
      for (const flush of this.#flushes.prepared()) {
        await this.#deps.writeFlush(flush);
        this.#flushes.done(flush.id);
      }
    } catch (error) {
      this.#flushes.postpone(this.#deps.now());
      this.#report("channel.flush", error);
    } finally {
      this.#isFlushing = false;
    }
  }

  async #armForRest(): Promise<void> {
    const at = nextWake({
      now: this.#deps.now(),
      isInboxEmpty: this.#inbox.isEmpty(),
      nextSendAt: this.#outbox.nextAt(),
      nextRetryAt: this.#retries.nextAt(),
      flushAt: this.#config.current === null ? undefined : this.#flushes.dueAt(),
    });
    if (at !== undefined) await this.#arm(at);
  }

  /** One row written per change, so an alarm that comes soon enough is left alone. */
  async #arm(at: number): Promise<void> {
    const isArmed = this.#armedFor > this.#deps.now() && this.#armedFor <= at + 100;
    if (isArmed) return;
    this.#armedFor = at;
    await this.#storage.setAlarm(at);
  }

  #report(action: string, error: unknown, key?: string): void {
    const community = this.#config.current?.community.id;
    this.#deps.log({
      level: "ERROR",
      category: "ERROR",
      action,
      result: "FAILURE",
      community,
      details: { error, key },
    });
  }
}
