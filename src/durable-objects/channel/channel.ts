import type { AcceptResult } from "#contracts/channel";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { refuse } from "#contracts/outcome";
import type { InteractiveResult } from "#contracts/platform";
import { Activity } from "#durable-objects/channel/activity";
import { ChannelConfigStore } from "#durable-objects/channel/channel-config-store";
import { Cooldowns } from "#durable-objects/channel/cooldowns";
import { deliverDue } from "#durable-objects/channel/deliver";
import type { ChannelDeps } from "#durable-objects/channel/deps";
import { Drain } from "#durable-objects/channel/drain";
import { Flushes } from "#durable-objects/channel/flush";
import { Inbox } from "#durable-objects/channel/inbox";
import { Outbox, type Outgoing } from "#durable-objects/channel/outbox";
import { Traces } from "#durable-objects/channel/traces";
import { nextWake } from "#durable-objects/channel/wake";
import type { SqlStore } from "#durable-objects/storage/migrate";

export interface ChannelStorage extends SqlStore {
  setAlarm(at: number): Promise<void>;
}

const outgoingKinds: readonly Outgoing["kind"][] = ["chat", "overlay", "registry"];

/** The life of a channel's messages: accepted, drained in order, delivered, summed up. Storage and clock are given. */
export class Channel {
  #deps: ChannelDeps;
  #storage: ChannelStorage;
  #keepAlive: (work: Promise<unknown>) => void;
  #inbox: Inbox;
  #outbox: Outbox;
  #traces: Traces;
  #flushes: Flushes;
  #config: ChannelConfigStore;
  #drain: Drain;
  #delivering = new Set<Outgoing["kind"]>();
  #armedFor = 0;
  #isSettled = false;

  constructor(storage: ChannelStorage, deps: ChannelDeps, keepAlive: (work: Promise<unknown>) => void) {
    this.#deps = deps;
    this.#storage = storage;
    this.#keepAlive = keepAlive;
    const { sql } = storage;
    const activity = new Activity(sql);
    this.#inbox = new Inbox(sql, deps.now());
    this.#outbox = new Outbox(sql);
    this.#traces = new Traces(sql);
    this.#flushes = new Flushes(storage, activity, this.#traces);
    this.#config = new ChannelConfigStore(sql, {
      load: deps.loadConfig,
      now: deps.now,
      onStale: (error) => this.#report("config.load", error),
    });
    this.#drain = new Drain({
      deps,
      storage,
      inbox: this.#inbox,
      outbox: this.#outbox,
      traces: this.#traces,
      activity,
      config: this.#config,
      cooldowns: new Cooldowns(sql),
      onCommitted: () => this.#deliver(),
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
    if (this.#inbox.isConflict(event) || this.#drain.isConflict(event)) {
      // Whoever knows an id and not its words gets no reply of the first, in flight or long done.
      this.#reportConflict(entityId, event);
      return { kind: "refused", refusal: refuse("conflict") };
    }
    return this.#drain.take(event, waitMs, () => this.#keepAlive(this.#run()));
  }

  bumpConfig(version: number): void {
    this.#config.bump(version);
  }

  executions(filter: { eventId?: string; limit: number }): Execution[] {
    return this.#traces.list(filter).map((record) => {
      const states = this.#outbox.statesOf(record.eventId);
      const responses = record.responses.map((response) => {
        const row = states.get(response.key);
        if (!row) return response;
        const ids = row.state === "sent" ? (row.note ?? "").split(" ").filter(Boolean) : [];
        return { ...response, state: row.state, platformMessageIds: ids };
      });
      return { ...record, responses };
    });
  }

  /** The alarm: at least once, and gone after six failures, so it never throws and always re-arms. */
  async wake(): Promise<void> {
    const now = this.#deps.now();
    this.#armedFor = 0;
    try {
      await this.#run();
      await this.#flush();
      this.#inbox.sweep(now);
      this.#outbox.sweep(now);
    } catch (error) {
      this.#report("channel.wake", error);
    } finally {
      await this.#armForRest();
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#settleInterrupted();
      this.#deliver();
      await this.#drain.run();
    } catch (error) {
      // Nothing was taken out of the inbox: the alarm comes back for it.
      this.#report("channel.drain", error);
    }
    await this.#armForRest();
  }

  /** Once per life: what the last life was sending when it died. */
  async #settleInterrupted(): Promise<void> {
    if (this.#isSettled) return;
    const rows = this.#outbox.interrupted();
    for (const row of rows) {
      const state = (await this.#deps.isResendSafe(row.body)) ? "new" : "unknown";
      this.#outbox.mark(row.key, state, "interrupted while sending");
    }
    this.#isSettled = true;
  }

  #deliver(): void {
    for (const kind of outgoingKinds) {
      if (!this.#delivering.has(kind)) this.#keepAlive(this.#deliverKind(kind));
    }
  }

  async #deliverKind(kind: Outgoing["kind"]): Promise<void> {
    this.#delivering.add(kind);
    const siblings = (this.#config.current?.entityIds ?? []).filter(
      (id) => id !== this.#config.current?.entityId,
    );
    try {
      await deliverDue(this.#outbox, kind, {
        now: this.#deps.now,
        carry: (body) => this.#deps.carry(body, siblings),
        onGivenUp: (row, note) => this.#report("outbox.send", note, row.key),
      });
    } finally {
      this.#delivering.delete(kind);
    }
    await this.#armForRest();
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
      isFlushed: this.#flushes.isEmpty() || this.#config.current === null,
    });
    if (at !== undefined) await this.#arm(at);
  }

  /** One row written per change, so an alarm that comes soon enough is left alone. */
  async #arm(at: number): Promise<void> {
    const isArmed = this.#armedFor > this.#deps.now() && this.#armedFor <= at + 1000;
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

  #reportConflict(entityId: string, event: PlatformEvent | undefined): void {
    this.#deps.log({
      level: "ERROR",
      category: "AUTH",
      action: "inbox.accept",
      result: "DENIED",
      correlationId: event?.correlationId,
      details: { entityId, reason: "an event id came again with other content" },
    });
  }
}
