import * as z from "zod";
import type { DeadLetter, DeadLetterFilter } from "#contracts/channel";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import { execution } from "#contracts/execution";
import type { Refusal } from "#contracts/outcome";
import type { DoneCall } from "#durable-objects/channel/handled";
import { uses as storedUses, type Use } from "#durable-objects/channel/rate-windows";

/** One try and three more, after 1, 2 and 4 seconds (90-decisions C-22). */
const waitsMs = [1000, 2000, 4000] as const;
/** Nobody in chat waits longer for one try: who asks for more time than this is taken at their word, and it is over. */
export const maxWaitMs = 10_000;

export interface Waiting {
  seq: number;
  event: PlatformEvent;
  retryCount: number;
  done: DoneCall[];
  /** False once a dead letter of this event was replayed: its points were counted before. */
  counts: boolean;
  /** What the first try counted against limits. */
  uses: readonly Use[];
}

const doneCalls = z.array(execution.shape.calls.element.extend({ message: z.string().optional() }));
type RetryRow = {
  event_id: string;
  seq: number;
  retry_count: number;
  event: string;
  done: string;
  counts: number;
  uses: string;
};
type DeadRow = {
  id: number;
  event_id: string;
  event: string;
  error: string;
  attempts: number;
  at: number;
  replayed_at: number | null;
};

/** Events set aside after a passing failure, so that their channel goes on without them; and those given up. */
export class Retries {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Sets an event aside, or gives it up after its last try. Returns whether it will be tried again: never before
   * `retryAfterMs` have passed.
   */
  setAside({ seq, event, retryCount, done, counts, uses }: Waiting, refusal: Refusal, now: number): boolean {
    const error = refusal.message ?? refusal.code;
    const waitMs = waitsMs[retryCount];
    this.#sql.exec("DELETE FROM retries WHERE event_id = ?", event.id);
    if (waitMs === undefined) {
      this.#sql.exec(
        "INSERT INTO dead (event_id, event, error, attempts, at) VALUES (?, ?, ?, ?, ?)",
        event.id,
        JSON.stringify(event),
        error,
        retryCount + 1,
        now,
      );
      return false;
    }
    this.#sql.exec(
      "INSERT INTO retries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      event.id,
      seq,
      retryCount + 1,
      now + Math.max(waitMs, refusal.retryAfterMs ?? 0),
      JSON.stringify(event),
      JSON.stringify(done),
      error,
      counts ? 1 : 0,
      JSON.stringify(uses),
    );
    return true;
  }

  /** True when this attempt is the last one. */
  isLast(retryCount: number): boolean {
    return retryCount >= waitsMs.length;
  }

  due(now: number): Waiting | undefined {
    const row = this.#sql
      .exec<RetryRow>("SELECT * FROM retries WHERE next_at <= ? ORDER BY next_at, seq LIMIT 1", now)
      .toArray()[0];
    if (!row) return undefined;
    return {
      seq: row.seq,
      event: platformEvent.parse(JSON.parse(row.event)),
      retryCount: row.retry_count,
      done: doneCalls.parse(JSON.parse(row.done)),
      counts: row.counts === 1,
      uses: storedUses.parse(JSON.parse(row.uses)),
    };
  }

  finish(eventId: string): void {
    this.#sql.exec("DELETE FROM retries WHERE event_id = ?", eventId);
  }

  /** Counted against limits by events that wait for a further try. */
  uses(): Use[] {
    const rows = this.#sql.exec<{ uses: string }>("SELECT uses FROM retries WHERE uses <> '[]'").toArray();
    return rows.flatMap((row) => storedUses.parse(JSON.parse(row.uses)));
  }

  nextAt(): number | undefined {
    const next = this.#sql.exec("SELECT min(next_at) AS next FROM retries").one()["next"];
    return next === null ? undefined : Number(next);
  }

  counts(): { pending: number; dead: number } {
    const count = (sql: string) => Number(this.#sql.exec(sql).one()["n"]);
    return {
      pending: count("SELECT count(*) AS n FROM retries"),
      dead: count("SELECT count(*) AS n FROM dead WHERE replayed_at IS NULL"),
    };
  }

  dead({ from = 0, to = Number.MAX_SAFE_INTEGER, limit }: DeadLetterFilter): DeadLetter[] {
    return this.#sql
      .exec<DeadRow>("SELECT * FROM dead WHERE at BETWEEN ? AND ? ORDER BY id DESC LIMIT ?", from, to, limit)
      .toArray()
      .map((row) => ({
        id: `event-${row.id}`,
        kind: "event",
        eventId: row.event_id,
        summary: z.object({ type: z.string() }).parse(JSON.parse(row.event)).type,
        error: row.error,
        attempts: row.attempts,
        at: row.at,
        replayedAt: row.replayed_at,
      }));
  }

  /** Back into the queue, from the first try. A letter is replayed once. */
  replay(choice: { id: number } | { from: number; to: number }, seq: () => number, now: number): number {
    const rows =
      "id" in choice
        ? this.#sql
            .exec<DeadRow>("SELECT * FROM dead WHERE id = ? AND replayed_at IS NULL", choice.id)
            .toArray()
        : this.#sql
            .exec<DeadRow>(
              "SELECT * FROM dead WHERE at BETWEEN ? AND ? AND replayed_at IS NULL ORDER BY id",
              choice.from,
              choice.to,
            )
            .toArray();
    for (const row of rows) {
      this.#sql.exec("UPDATE dead SET replayed_at = ? WHERE id = ?", now, row.id);
      this.#sql.exec(
        "INSERT INTO retries VALUES (?, ?, 0, ?, ?, '[]', 'replayed', 0, '[]') ON CONFLICT DO NOTHING",
        row.event_id,
        seq(),
        now,
        row.event,
      );
    }
    return rows.length;
  }

  /** Letters are kept a month, so that somebody can look at Monday on Friday. */
  sweep(now: number): void {
    this.#sql.exec("DELETE FROM dead WHERE at < ?", now - 30 * 86_400_000);
  }
}
