/** Until when somebody looks at this channel's chat on an overlay. One row, written once a lease. */
export class OverlayWatch {
  #sql: SqlStorage;
  #until: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const row = sql.exec<{ value: string }>("SELECT value FROM kv WHERE name = 'overlay_watch'").toArray()[0];
    this.#until = Number(row?.value ?? 0);
  }

  get until(): number {
    return this.#until;
  }

  extend(until: number): void {
    if (until <= this.#until) return;
    this.#until = until;
    this.#sql.exec(
      "INSERT INTO kv VALUES ('overlay_watch', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      String(until),
    );
  }
}
