import type { TimerMemory } from "#durable-objects/channel/timers/judge-timer";

/** One row a timer, written when it is first seen and at each tick that is decided on. */
export const timerTable = `CREATE TABLE timers (id INTEGER PRIMARY KEY, tick INTEGER NOT NULL, ran_at INTEGER, lines INTEGER NOT NULL);`;

type Row = { id: number; tick: number; ran_at: number | null; lines: number };

/** What a channel remembers of its timers: in SQLite, read once in a life. */
export class TimerMemories {
  #sql: SqlStorage;
  #held: Map<number, TimerMemory> | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(id: number): TimerMemory | undefined {
    return this.#all().get(id);
  }

  /** Inside a transaction that may still fail: {@link forget} what was read then. */
  put(id: number, memory: TimerMemory): void {
    this.#sql.exec(
      `INSERT INTO timers VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET tick = excluded.tick, ran_at = excluded.ran_at, lines = excluded.lines`,
      id,
      memory.tick,
      memory.ranAt,
      memory.lines,
    );
    this.#all().set(id, memory);
  }

  /** What is in memory may never have been written: read it again. */
  forget(): void {
    this.#held = undefined;
  }

  keepOnly(ids: ReadonlySet<number>): void {
    for (const id of [...this.#all().keys()]) {
      if (ids.has(id)) continue;
      this.#sql.exec("DELETE FROM timers WHERE id = ?", id);
      this.#all().delete(id);
    }
  }

  #all(): Map<number, TimerMemory> {
    this.#held ??= new Map(
      this.#sql
        .exec<Row>("SELECT * FROM timers")
        .toArray()
        .map(({ id, tick, ran_at, lines }) => [id, { tick, ranAt: ran_at, lines }]),
    );
    return this.#held;
  }
}
