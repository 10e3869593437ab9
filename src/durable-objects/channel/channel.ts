import type { AcceptResult, LateResponse, RunResult } from "#contracts/channel";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Command } from "#contracts/command";
import type { Execution } from "#contracts/execution";
import { type Outcome, succeed } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import { Activity } from "#durable-objects/channel/activity";
import { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import { Cooldowns } from "#durable-objects/channel/cooldowns";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { Desk } from "#durable-objects/channel/desk";
import { Drain } from "#durable-objects/channel/drain";
import { Flushes } from "#durable-objects/channel/flush";
import { Inbox } from "#durable-objects/channel/inbox";
import { logDropped } from "#durable-objects/channel/log-handled";
import { sessionIdOf } from "#durable-objects/channel/make-execution";
import { Outbox } from "#durable-objects/channel/outbox";
import { Postman } from "#durable-objects/channel/postman";
import { RateWindows } from "#durable-objects/channel/rate-windows";
import { Retries } from "#durable-objects/channel/retries";
import { RuleBook } from "#durable-objects/channel/rule-book";
import { RuleHits } from "#durable-objects/channel/rule-hits";
import { Sessions } from "#durable-objects/channel/sessions";
import { makeTicket, type Settled, type Ticket } from "#durable-objects/channel/tickets";
import { Traces } from "#durable-objects/channel/traces";
import { nextWake } from "#durable-objects/channel/wake";
import { type Attempt, type Handled, handleEvent } from "#durable-objects/channel/walk";
import type { SqlStore } from "#durable-objects/storage/migrate";
import { timedOut, within } from "#lib/within";

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
  #cooldowns: Cooldowns;
  #windows: RateWindows;
  #flushes: Flushes;
  #config: ChannelConfigStore;
  #rules: RuleBook;
  #drain: Drain;
  #postman: Postman;
  #sweepers: readonly { sweep(now: number): void }[];
  #armedFor = 0;

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
    this.#cooldowns = new Cooldowns(sql);
    this.#windows = new RateWindows(this.#traces.list({ limit: 1000 }), now);
    this.#flushes = new Flushes(storage, { activity, traces: this.#traces, ruleHits });
    this.#config = new ChannelConfigStore(sql, {
      load: deps.loadConfig,
      now: deps.now,
      onStale: (error) => this.#report("config.load", error),
    });
    this.#rules = new RuleBook(deps, (ruleId) => this.#outbox.addRuleSwitch(ruleId, this.#config.current, deps.now()));
    this.#sweepers = [this.#inbox, this.#outbox, this.#retries, this.#cooldowns, sessions];
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
      cooldowns: this.#cooldowns,
      windows: this.#windows,
      ruleHits,
      activity,
      config: this.#config,
      handle: (event, attempt) => this.#handle(event, attempt),
      onCommitted: () => this.#postman.deliver(),
    });
  }

  /** Durable before it returns (the output gate holds the answer until the write is on disk). */
  async accept(entityId: string, events: PlatformEvent[]): Promise<AcceptResult> {
    const now = this.#deps.now();
    const result = this.#storage.transactionSync(() => this.#inbox.accept(events, now));
    if (result.conflicts > 0) this.#reportConflict(entityId, events[0]);
    if (result.stored > 0) {
      // A crash right after this line leaves the alarm to finish what was accepted.
      await this.#arm(now + 2000);
      this.#keepAlive(this.#run());
    }
    return result;
  }

  async process(entityId: string, event: PlatformEvent, waitMs: number): Promise<InteractiveResult> {
    const settled = await this.#await(entityId, event, waitMs, false);
    if (settled === "seen") return this.#repeat(event.id);
    if (settled === timedOut) return { kind: "deferred" };
    const { handled, inline } = settled;
    if (handled?.refusal && inline.length === 0) return { kind: "refused", refusal: handled.refusal };
    return { kind: "replies", replies: inline };
  }

  async run(entityId: string, event: PlatformEvent, waitMs: number): Promise<RunResult> {
    const settled = await this.#await(entityId, event, waitMs, true);
    if (settled === "seen") {
      return { kind: "duplicate", execution: this.desk.executions({ eventId: event.id, limit: 1 })[0] ?? null };
    }
    if (settled === timedOut) return { kind: "deferred", sessionId: sessionIdOf(event) };
    if (!settled.handled) return { kind: "ignored" };
    return { kind: "done", execution: settled.handled.execution, replies: settled.inline.map(({ text }) => text) };
  }

  async #await(
    entityId: string,
    event: PlatformEvent,
    waitMs: number,
    wantsSession: boolean,
  ): Promise<Settled | "seen" | typeof timedOut> {
    if (this.#inbox.isConflict(event)) this.#reportConflict(entityId, event);
    const known = this.#drain.ticketOf(event.id);
    if (!known && this.#inbox.isSeen(event)) return "seen";
    const ticket = known ?? this.#open(event, wantsSession);
    const settled = await within(ticket.settled, waitMs);
    if (settled === timedOut) this.#drain.defer(ticket);
    return settled;
  }

  #open(event: PlatformEvent, wantsSession: boolean): Ticket {
    const ticket = makeTicket(event, this.#inbox.takeSeq(), wantsSession);
    this.#drain.queue(ticket);
    this.#keepAlive(this.#run());
    return ticket;
  }

  /** A repeated interaction gets what the first one got. */
  #repeat(eventId: string): InteractiveResult {
    const [record] = this.#traces.list({ eventId, limit: 1 });
    if (!record) return { kind: "deferred" };
    const replies = record.responses.filter(({ type, state }) => type === "chat" && state === "inline");
    return { kind: "replies", replies: replies.map(({ text }) => ({ type: "chat", text, ephemeral: true })) };
  }

  respond(response: LateResponse): Outcome<{ sessionId: string }> {
    const outcome = this.desk.respond(response);
    this.#postman.deliver();
    return outcome;
  }

  bumpConfig(version: number): void {
    this.#config.bump(version);
  }

  config(entityId: string): Promise<ChannelConfig | null> {
    return this.#config.get(entityId);
  }

  /** The planner and nothing else: no module is called, nothing is written. */
  async replayDry(eventId: string): Promise<Execution | undefined> {
    const event = this.#traces.eventOf(eventId);
    const config = this.#config.current;
    if (!event || !config) return undefined;
    const dry = { ...this.#handleDeps(config, event), invoke: async () => succeed({ responses: [], effects: [] }) };
    const { execution } = await handleEvent(event, config, { ...dry, charge: async () => succeed(null) });
    return execution;
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
      await this.#run();
      await this.#flush();
      for (const store of this.#sweepers) store.sweep(now);
    } catch (error) {
      this.#report("channel.wake", error);
    } finally {
      await this.#armForRest();
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#postman.settleInterrupted();
      this.#postman.deliver();
      await this.#drain.run();
    } catch (error) {
      // Nothing was taken out of the inbox: the alarm comes back for it.
      this.#report("channel.drain", error);
    }
    await this.#armForRest();
  }

  async #handle(event: PlatformEvent, attempt: Attempt): Promise<Handled | undefined> {
    const config = await this.#config.get(event.entityId);
    if (!config?.isActive) {
      logDropped(this.#deps.log, event, config ? "channel switched off" : "channel not registered");
      return undefined;
    }
    return handleEvent(event, config, this.#handleDeps(config, event), attempt);
  }

  #handleDeps(config: ChannelConfig, event: PlatformEvent) {
    const deps = this.#deps;
    return {
      manifests: deps.manifests,
      now: deps.now,
      invoke: deps.invoke,
      charge: deps.charge,
      cooldownLeftMs: (userKey: string, command: Command) =>
        this.#cooldowns.leftMs(userKey, command, deps.now()),
      limitLeftMs: (userKey: string, command: Command) =>
        this.#windows.leftMs(userKey, command, deps.now()),
      matchRules: (text: string) => this.#rules.match(config, event, text),
    };
  }

  async #flush(): Promise<void> {
    const community = this.#config.current?.community;
    if (!community) return;
    for (let flush = this.#flushes.take(community.id, this.#deps.newId); flush; ) {
      await this.#deps.writeFlush(flush);
      this.#flushes.done(flush);
      flush = this.#flushes.take(community.id, this.#deps.newId);
    }
  }

  async #armForRest(): Promise<void> {
    const at = nextWake({
      now: this.#deps.now(),
      isInboxEmpty: this.#inbox.isEmpty(),
      nextSendAt: this.#outbox.nextAt(),
      nextRetryAt: this.#retries.nextAt(),
      isFlushed: this.#flushes.isEmpty() || this.#config.current === null,
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
    this.#deps.log({ level: "ERROR", category: "ERROR", action, result: "FAILURE", community, details: { error, key } });
  }

  #reportConflict(entityId: string, event: PlatformEvent | undefined): void {
    const details = { entityId, reason: "an event id came again with other content" };
    const correlationId = event?.correlationId;
    this.#deps.log({ level: "ERROR", category: "AUTH", action: "inbox.accept", result: "DENIED", correlationId, details });
  }
}
