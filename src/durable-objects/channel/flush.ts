import { type Activity, mergeActivity, sumActivity } from "#durable-objects/channel/activity";
import type { RuleHits } from "#durable-objects/channel/rule-hits";
import type { Traces } from "#durable-objects/channel/traces";
import { type Flush, flushBody } from "#durable-objects/channel/write-flush";
import type { SqlStore } from "#durable-objects/storage/migrate";

/** Points, counters and log rows may wait this long before they leave in one flush. */
export const flushAfterMs = 10_000;
const retryAfterMs = 2000;
/** So many command rows make a flush by themselves. */
const maxExecutions = 500;

/** What waits for Postgres. A flush keeps its id until it is known to be in: repeated, it adds nothing. */
export class Flushes {
  #storage: SqlStore;
  #activity: Activity;
  #traces: Traces;
  #ruleHits: RuleHits;
  #dirtySince: number | undefined;
  #notBefore = 0;
  #lastFlushed: number | undefined;

  constructor(storage: SqlStore, parts: { activity: Activity; traces: Traces; ruleHits: RuleHits }) {
    this.#storage = storage;
    this.#activity = parts.activity;
    this.#traces = parts.traces;
    this.#ruleHits = parts.ruleHits;
    // What the last life left behind may leave at once.
    const hasOpen = storage.sql.exec("SELECT 1 FROM flushes LIMIT 1").toArray().length > 0;
    const hasTraces = this.#flushedTrace() < this.#traces.lastNumber;
    if (hasOpen || hasTraces || !this.#activity.isEmpty() || !this.#ruleHits.isEmpty()) this.#dirtySince = 0;
  }

  /** Something waits: since when it may leave, in epoch milliseconds; undefined when all is in Postgres. */
  dueAt(): number | undefined {
    return this.#dirtySince === undefined
      ? undefined
      : Math.max(this.#dirtySince + flushAfterMs, this.#notBefore);
  }

  /** Something was counted or recorded. */
  touch(now: number): void {
    this.#dirtySince ??= now;
  }

  /** So many records wait that the ring would soon write over them. */
  isFull(): boolean {
    return this.#traces.lastNumber - this.#flushedTrace() >= maxExecutions;
  }

  /** Writes down everything that waits as one flush with a key of its own, for as long as Postgres takes. */
  prepare(communityId: number, newId: () => string): void {
    const { records, events, last } = this.#traces.after(this.#flushedTrace(), 2 * maxExecutions);
    if (records.length === 0 && this.#activity.isEmpty() && this.#ruleHits.isEmpty()) return;
    this.#storage.transactionSync(() => {
      const body = {
        communityId,
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
    this.#dirtySince = undefined;
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
