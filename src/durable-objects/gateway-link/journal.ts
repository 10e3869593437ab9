import * as z from "zod";
import { type PlatformEvent, platformEvent } from "#contracts/event";

const storedEvents = z.array(platformEvent);

/** Events that are acknowledged and not yet in their channels; one row a batch, so that a batch costs one write. */
export class Journal {
  #sql: SqlStorage;
  #done: number[] = [];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What the last life left behind, oldest first. */
  rows(): { id: number; events: PlatformEvent[] }[] {
    return this.#sql
      .exec<{ id: number; events: string }>("SELECT id, events FROM journal ORDER BY id")
      .toArray()
      .map(({ id, events }) => ({ id, events: storedEvents.parse(JSON.parse(events)) }));
  }

  add(events: readonly PlatformEvent[]): number {
    this.sweep();
    const row = this.#sql
      .exec<{ id: number }>("INSERT INTO journal (events) VALUES (?) RETURNING id", JSON.stringify(events))
      .one();
    return row.id;
  }

  /** It may go; it goes with the next write, because a delete of its own would cost a second one. */
  finish(id: number): void {
    this.#done.push(id);
  }

  sweep(): void {
    for (const id of this.#done) this.#sql.exec("DELETE FROM journal WHERE id = ?", id);
    this.#done = [];
  }
}
