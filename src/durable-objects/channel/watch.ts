/**
 * Until when somebody looks on at this channel. One row of `kv`, so that a channel that slept knows; written only when it
 * begins, is renewed or ends.
 */
export class Watch {
  #sql: SqlStorage;
  #until: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const [row] = sql.exec<{ value: string }>("SELECT value FROM kv WHERE name = 'watched'").toArray();
    this.#until = Number(row?.value ?? 0);
  }

  get until(): number {
    return this.#until;
  }

  isOn(now: number): boolean {
    return this.#until > now;
  }

  extend(until: number): void {
    if (until > this.#until) this.#keep(until);
  }

  end(): void {
    if (this.#until > 0) this.#keep(0);
  }

  #keep(until: number): void {
    this.#until = until;
    this.#sql.exec(
      "INSERT INTO kv VALUES ('watched', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      String(until),
    );
  }
}
