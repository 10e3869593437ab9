import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";
import { type Activity, mergeActivity, sumActivity } from "#durable-objects/channel/activity";
import type { EventLog } from "#durable-objects/channel/event-log";
import { toActivity, toRawEvent } from "#durable-objects/channel/event-records";
import { flushAfterMs, flushMoment, flushPeriodMs } from "#durable-objects/channel/flush-moment";
import type { RuleHits } from "#durable-objects/channel/rule-hits";
import type { Traces } from "#durable-objects/channel/traces";
import { type Flush, flushBody } from "#durable-objects/channel/write-flush";
import type { SqlStore } from "#durable-objects/storage/migrate";

const retryAfterMs = 2000;
/** So many events are worth a flush of their own. */
const earlyFlushEvents = 50;
/** So many command rows make a flush by themselves. */
const maxExecutions = 500;

export interface FlushParts {
  activity: Activity;
  traces: Traces;
  ruleHits: RuleHits;
  eventLog: EventLog;
}

/** What waits for Postgres. A flush keeps its id until it is known to be in: repeated, it adds nothing. */
export class Flushes {
  #storage: SqlStore;
  #activity: Activity;
  #traces: Traces;
  #ruleHits: RuleHits;
  #eventLog: EventLog;
  #dirtySince: number | undefined;
  #notBefore = 0;
  /** Events since the last flush in this life. */
  #waiting = 0;
  #lastLargeAt = 0;
  #lastFlushed: number | undefined;
  /** Of this life's own, so that no two channels keep step. */
  #phaseMs = Math.floor(Math.random() * flushPeriodMs);

  constructor(storage: SqlStore, parts: FlushParts) {
    this.#storage = storage;
    this.#activity = parts.activity;
    this.#traces = parts.traces;
    this.#ruleHits = parts.ruleHits;
    this.#eventLog = parts.eventLog;
    // What the last life left behind may leave at once.
    const hasOpen = storage.sql.exec("SELECT 1 FROM flushes LIMIT 1").toArray().length > 0;
    if (hasOpen || this.#flushedTrace() < this.#traces.lastNumber || !this.#isEmpty()) this.#dirtySince = 0;
  }

  /** Something waits: since when it may leave, in epoch milliseconds; undefined when all is in Postgres. */
  dueAt(): number | undefined {
    return this.#dirtySince === undefined
      ? undefined
      : Math.max(flushMoment(this.#dirtySince, this.#phaseMs), this.#notBefore);
  }

  /** When what comes now may leave, in epoch milliseconds. */
  dueFor(now: number): number {
    return this.dueAt() ?? flushMoment(now, this.#phaseMs);
  }

  /** Something was counted or recorded: so many events. */
  touch(now: number, events = 1): void {
    this.#dirtySince ??= now;
    this.#waiting += events;
  }

  /** Much came at once after a quieter time: it may leave now, and no alarm is needed for it. */
  mayLeaveEarly(now: number): boolean {
    return (
      this.#waiting >= earlyFlushEvents && now >= Math.max(this.#lastLargeAt + flushAfterMs, this.#notBefore)
    );
  }

  /** So many records wait that the ring would soon write over them. */
  isFull(): boolean {
    return this.#traces.lastNumber - this.#flushedTrace() >= maxExecutions;
  }

  /** Writes down everything that waits as one flush with a key of its own, for as long as Postgres takes. */
  prepare(
    { community, entityId }: Pick<ChannelConfig, "community" | "entityId">,
    newId: () => string,
    now: number,
  ): void {
    const { records, events, last } = this.#traces.after(this.#flushedTrace(), 2 * maxExecutions);
    if (records.length === 0 && this.#isEmpty()) return;
    this.#storage.transactionSync(() => {
      const body = {
        communityId: community.id,
        entityId,
        ...this.#logEvents(records, events),
        // A durable record counts its own event, so a command costs no second row for it.
        activity: mergeActivity(this.#activity.take(), sumActivity(events)),
        executions: records,
        ruleHits: this.#ruleHits.take(),
      };
      this.#storage.sql.exec("INSERT INTO flushes (id, body) VALUES (?, ?)", newId(), JSON.stringify(body));
      this.#storage.sql.exec(
        "INSERT INTO kv VALUES ('flushed', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        String(last),
      );
      this.#lastFlushed = last;
    });
    // Of a flood only so much fits into one flush; the rest leaves with the next.
    this.#dirtySince = this.#eventLog.isEmpty() && last >= this.#traces.lastNumber ? undefined : now;
    if (this.#waiting >= earlyFlushEvents) this.#lastLargeAt = now;
    this.#waiting = 0;
  }

  /** Raw events and activities: those that wait, and those of the durable records, which need no row of their own. */
  #logEvents(records: readonly Execution[], events: readonly PlatformEvent[]) {
    const failed = new Set(records.filter(({ status }) => status === "failed").map(({ eventId }) => eventId));
    const all = [...this.#eventLog.take(), ...events];
    return {
      events: all.flatMap((event) => toRawEvent(event, !failed.has(event.id)) ?? []),
      activities: all.flatMap((event) => toActivity(event) ?? []),
    };
  }

  #isEmpty(): boolean {
    return this.#activity.isEmpty() && this.#ruleHits.isEmpty() && this.#eventLog.isEmpty();
  }

  /** What is prepared, oldest first. */
  prepared(): Flush[] {
    return this.#storage.sql
      .exec<{ id: string; body: string }>("SELECT id, body FROM flushes ORDER BY number")
      .toArray()
      .map(({ id, body }) => ({ id, ...flushBody.parse(JSON.parse(body)) }));
  }

  done(id: string): void {
    this.#storage.sql.exec("DELETE FROM flushes WHERE id = ?", id);
  }

  /** Postgres did not take it: what is prepared stays so, and is tried again then. */
  postpone(now: number): void {
    this.#dirtySince ??= now;
    this.#notBefore = now + retryAfterMs;
  }

  #flushedTrace(): number {
    if (this.#lastFlushed === undefined) {
      const row = this.#storage.sql
        .exec<{ value: string }>("SELECT value FROM kv WHERE name = 'flushed'")
        .toArray()[0];
      this.#lastFlushed = Number(row?.value ?? 0);
    }
    return this.#lastFlushed;
  }
}
