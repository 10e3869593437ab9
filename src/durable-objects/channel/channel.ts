import type { AcceptResult, ChannelCounters, LateReceipt, LateResponse, RunResult } from "#contracts/channel";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import type { FeedNote } from "#contracts/feed";
import type { Outcome } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import type { TimerStatus } from "#contracts/timer";
import { AlarmClock, type AlarmStorage } from "#durable-objects/channel/alarm-clock";
import { Companions, type MakeCompanions, makeCompanions } from "#durable-objects/channel/companions";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { Desk } from "#durable-objects/channel/desk";
import { Drain } from "#durable-objects/channel/drain";
import { decisionNote } from "#durable-objects/channel/feed-note";
import { Flusher } from "#durable-objects/channel/flusher";
import { Handler } from "#durable-objects/channel/handler";
import type { OutboxRow } from "#durable-objects/channel/outbox";
import { Postman } from "#durable-objects/channel/postman";
import { RuleBook } from "#durable-objects/channel/rule-book";
import { openStores, type Stores } from "#durable-objects/channel/stores";
import { timerStatuses } from "#durable-objects/channel/timers/timers";
import { reportConflict, Visits } from "#durable-objects/channel/visits";
import { nextWake } from "#durable-objects/channel/wake";
import type { SqlStore } from "#durable-objects/storage/migrate";

export interface ChannelStorage extends SqlStore, AlarmStorage {}

/** The life of a channel's messages: accepted, drained in order, delivered, summed up. Storage and clock are given. */
export class Channel {
  /** Questions about what was and what waits. */
  readonly desk: Desk;
  #deps: ChannelDeps;
  #storage: ChannelStorage;
  #keepAlive: (work: Promise<unknown>) => void;
  #stores: Stores;
  #companions: Companions;
  #alarm: AlarmClock;
  #flusher: Flusher;
  #handler: Handler;
  #drain: Drain;
  #postman: Postman;
  #visits: Visits;

  constructor(
    storage: ChannelStorage,
    deps: ChannelDeps,
    keepAlive: (work: Promise<unknown>) => void,
    makeAll: MakeCompanions = makeCompanions,
  ) {
    this.#deps = deps;
    this.#storage = storage;
    this.#keepAlive = keepAlive;
    const stores = openStores(storage, deps);
    const { config, outbox, report, said } = stores;
    this.#stores = stores;
    this.#alarm = new AlarmClock(storage, deps.now);
    this.#flusher = new Flusher({ deps, ...stores });
    const onCostlyRule = (ruleId: number) => outbox.addRuleSwitch(ruleId, config.current, deps.now());
    this.#handler = new Handler({ deps, ...stores, rules: new RuleBook(deps, onCostlyRule) });
    this.desk = new Desk({ storage, ...stores, now: deps.now });
    const enqueue = (events: PlatformEvent[]) => this.#take(events);
    this.#companions = new Companions(makeAll({ storage, deps, ...stores, enqueue, keepAlive }), (error) =>
      report("channel.companion", error),
    );
    this.#postman = new Postman(outbox, deps, {
      keepAlive,
      carry: (body) => said.during(body, () => deps.carry(body, config.siblings)),
      onSettled: () => this.#armForRest(),
      onGivenUp: (key, note) => report("outbox.send", note, key),
      onEnded: (row, state, problem) => this.#companions.onEnded(row, state, problem, deps.now()),
    });
    this.#drain = new Drain({
      deps,
      storage,
      ...stores,
      handle: (event, attempt) => this.#handler.handle(event, attempt),
      onEvents: (events) => this.#companions.onEvents(events, deps.now()),
      onExecution: (execution) => this.#companions.onExecution(execution, deps.now()),
      onCommitted: (ready, events) => this.#afterCommit(ready, events),
      isChatIdle: () => this.#postman.isIdle("chat"),
    });
    const start = () => keepAlive(this.#run());
    this.#visits = new Visits({ deps, ...stores, desk: this.desk, drain: this.#drain, start });
  }

  /** Durable before it returns (the output gate holds the answer until the write is on disk). */
  async accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult> {
    const result = await this.#take(events);
    if (result.conflicts > 0) reportConflict(this.#deps.log, entityId, events[0]);
    return result;
  }

  process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult> {
    return this.#visits.process(entityId, event, waitMs);
  }

  run(entityId: string, event: PlatformEvent, waitMs: number): Promise<RunResult> {
    return this.#visits.run(entityId, event, waitMs);
  }

  respond(response: LateResponse): Outcome<LateReceipt> {
    const outcome = this.desk.respond(response);
    this.#postman.deliver();
    return outcome;
  }

  bumpConfig(version: number): void {
    this.#stores.config.bump(version);
  }

  counters(): ChannelCounters {
    return { configCache: { ...this.#stores.config.counts }, modules: this.#deps.moduleHealth() };
  }

  config(entityId: string): Promise<ChannelConfig | null> {
    return this.#stores.config.get(entityId);
  }

  /** Until then what people say is shown on an overlay too. */
  watchChat(until: number): void {
    this.#stores.overlayWatch.extend(until);
  }

  /** When this channel's timers ran and will run. Being asked also sets the alarm of one that slept. */
  async timers(entityId: string): Promise<TimerStatus[]> {
    const config = await this.#stores.config.get(entityId);
    await this.#armForRest();
    return timerStatuses(config?.timers ?? [], this.#storage.sql, this.#deps.now());
  }

  /** Reports what happens here to the community's feed until then; what was decided lately is the answer. */
  async watch(entityId: string, until: number): Promise<FeedNote[]> {
    await this.#stores.config.get(entityId);
    this.#stores.watch.extend(until);
    return this.#stores.traces.list({ limit: 20 }).map(decisionNote);
  }

  replayDry(eventId: string): Promise<Execution | undefined> {
    return this.#handler.replayDry(eventId);
  }

  planDry(event: PlatformEvent): Promise<Execution | undefined> {
    return this.#handler.planDry(event);
  }

  replayDeadLetters(choice: { id: string } | { from: number; to: number }): number {
    const count = this.desk.replayDeadLetters(choice);
    if (count > 0) this.#keepAlive(this.#run());
    return count;
  }

  /** The alarm: at least once, and gone after six failures, so it never throws and always re-arms. */
  async wake(): Promise<void> {
    const now = this.#deps.now();
    this.#alarm.rang();
    try {
      await this.#companions.onAlarm();
      await this.#work();
      await this.#flusher.flush();
      this.#sweep(now);
    } catch (error) {
      this.#stores.report("channel.wake", error);
    } finally {
      await this.#armForRest();
    }
  }

  /** The one way into the inbox, for platforms and for the bot's own timers. */
  async #take(events: PlatformEvent[]): Promise<AcceptResult> {
    const now = this.#deps.now();
    const result = this.#storage.transactionSync(() => this.#stores.inbox.accept(events, now));
    if (result.stored > 0) {
      // A crash right after this line leaves the alarm to finish what was accepted. It is the one that flushes, so that
      // a quiet channel wakes once and not twice.
      await this.#alarm.arm(this.#stores.flushes.dueFor(now));
      this.#keepAlive(this.#run());
    }
    return result;
  }

  async #run(): Promise<void> {
    await this.#work();
    await this.#armForRest();
    if (!this.#stores.flushes.mayLeaveEarly(this.#deps.now())) return;
    await this.#flusher.flush();
    await this.#armForRest();
  }

  async #work(): Promise<void> {
    try {
      await this.#postman.settleInterrupted();
      this.#postman.deliver();
      await this.#drain.run();
    } catch (error) {
      // Nothing was taken out of the inbox: the alarm comes back for it.
      this.#stores.report("channel.drain", error);
    }
  }

  #sweep(now: number): void {
    const { inbox, outbox, retries, cooldowns, sessions } = this.#stores;
    for (const store of [inbox, outbox, retries, cooldowns, sessions, this.#companions]) store.sweep(now);
  }

  #afterCommit(ready: readonly OutboxRow[], events: number): void {
    this.#stores.flushes.touch(this.#deps.now(), events);
    this.#postman.deliver(ready);
    if (this.#stores.flushes.isFull()) this.#keepAlive(this.#flusher.flush());
  }

  async #armForRest(): Promise<void> {
    const { inbox, retries } = this.#stores;
    const at = nextWake({
      now: this.#deps.now(),
      isInboxEmpty: inbox.isEmpty(),
      nextSendAt: this.#postman.nextAt(),
      nextRetryAt: retries.nextAt(),
      flushAt: this.#flusher.dueAt(),
      companionsAt: this.#companions.nextAt(),
    });
    if (at === undefined) await this.#alarm.disarm();
    else await this.#alarm.arm(at);
  }
}
