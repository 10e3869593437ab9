import { type PlatformEvent, platformEvent } from "#contracts/event";

/** Sliding: every use gives it another hour (10-router §1.4). */
export const sessionMs = 3_600_000;

type Row = { event_id: string; event: string; last_at: number; request_count: number };

export interface Session {
  eventId: string;
  event: PlatformEvent;
  requestCount: number;
}

/** Sessions somebody may come back to: opened by the REST intake and for modules outside, which may answer later. */
export class Sessions {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  open(id: string, event: PlatformEvent, now: number): void {
    this.#sql.exec(
      "INSERT INTO sessions VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET last_at = excluded.last_at",
      id,
      event.id,
      JSON.stringify(event),
      now,
    );
  }

  /** The live session, its life extended; undefined when it never was or is over. */
  use(id: string, now: number): Session | undefined {
    const row = this.#sql
      .exec<Row>(
        `UPDATE sessions SET last_at = ?, request_count = request_count + 1 WHERE id = ? AND last_at > ?
         RETURNING event_id, event, last_at, request_count`,
        now,
        id,
        now - sessionMs,
      )
      .toArray()[0];
    return (
      row && {
        eventId: row.event_id,
        event: platformEvent.parse(JSON.parse(row.event)),
        requestCount: row.request_count,
      }
    );
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM sessions WHERE last_at <= ?", now - sessionMs);
  }
}
