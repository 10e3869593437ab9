import * as z from "zod";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import { isLogged } from "#durable-objects/channel/event-records";

export const eventLogTable = "CREATE TABLE event_log (number INTEGER PRIMARY KEY, events TEXT NOT NULL);";

/** So much leaves with one flush at most: in UTF-8 up to thrice as many bytes, and the records of commands beside it. */
const flushCharacters = 300_000;

/** Events without a durable record of their own that wait for the next flush; one row a batch. */
export class EventLog {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(events: readonly PlatformEvent[]): void {
    const logged = events.filter(isLogged);
    for (let from = 0; from < logged.length; from += 50) {
      this.#sql.exec(
        "INSERT INTO event_log (events) VALUES (?)",
        JSON.stringify(logged.slice(from, from + 50)),
      );
    }
  }

  /** Takes the oldest out, as many as fit. The caller stores them as a flush in the same transaction. */
  take(): PlatformEvent[] {
    const last = this.#lastThatFits();
    const rows = this.#sql
      .exec<{ events: string }>("SELECT events FROM event_log WHERE number <= ? ORDER BY number", last)
      .toArray();
    if (rows.length > 0) this.#sql.exec("DELETE FROM event_log WHERE number <= ?", last);
    return rows.flatMap(({ events }) => z.array(platformEvent).parse(JSON.parse(events)));
  }

  #lastThatFits(): number {
    const rows = this.#sql
      .exec<{ number: number; size: number }>(
        "SELECT number, length(events) AS size FROM event_log ORDER BY number LIMIT 1000",
      )
      .toArray();
    let size = 0;
    let last = 0;
    for (const row of rows) {
      size += row.size;
      if (last > 0 && size > flushCharacters) break;
      last = row.number;
    }
    return last;
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM event_log LIMIT 1").toArray().length === 0;
  }
}
