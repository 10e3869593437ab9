import * as z from "zod";
import type { AttemptResult } from "#durable-objects/webhook-target/attempt";
import { type Admission, breakerSnapshot, CircuitBreaker } from "#lib/circuit-breaker";

const kept = z.object({ failingSince: z.int().nullable(), dropped: z.int() });

/** How an address does: its breaker in memory, what must outlive a sleep in SQLite. */
export class HealthBook {
  #sql: SqlStorage;
  #now: () => number;
  #breaker: CircuitBreaker;
  #kept: z.infer<typeof kept>;
  #closedUntil = 0;

  constructor(sql: SqlStorage, now: () => number) {
    this.#sql = sql;
    this.#now = now;
    const snapshot = breakerSnapshot.safeParse(read(sql, "breaker")).data;
    this.#breaker = new CircuitBreaker({ now, snapshot });
    this.#kept = kept.safeParse(read(sql, "health")).data ?? { failingSince: null, dropped: 0 };
  }

  admit(): Admission {
    const admission = this.#breaker.admit();
    if (!admission.isAdmitted) this.#closedUntil = this.#now() + admission.retryAfterMs;
    return admission;
  }

  /** Milliseconds until the breaker lets a call try again. */
  closedForMs(): number {
    return Math.max(0, this.#closedUntil - this.#now());
  }

  /** Written only when something changed: an address that works costs no row. */
  report(era: number, { end, verdict }: AttemptResult): void {
    const before = this.#breaker.snapshot();
    this.#breaker.report(era, verdict);
    const after = this.#breaker.snapshot();
    if (before.failuresInARow !== after.failuresInARow || before.era !== after.era)
      write(this.#sql, "breaker", after);
    const failingSince = end === "sent" ? null : (this.#kept.failingSince ?? this.#now());
    if (failingSince !== this.#kept.failingSince) this.#keep({ failingSince });
  }

  drop(count: number): void {
    this.#keep({ dropped: this.#kept.dropped + count });
  }

  failingForMs(): number {
    const { failingSince } = this.#kept;
    return failingSince === null ? 0 : this.#now() - failingSince;
  }

  facts(): z.infer<typeof kept> {
    return { ...this.#kept };
  }

  #keep(change: Partial<z.infer<typeof kept>>): void {
    this.#kept = { ...this.#kept, ...change };
    write(this.#sql, "health", this.#kept);
  }
}

function read(sql: SqlStorage, name: string): unknown {
  const row = sql.exec<{ value: string }>("SELECT value FROM kv WHERE name = ?", name).toArray()[0];
  return row && JSON.parse(row.value);
}

function write(sql: SqlStorage, name: string, value: unknown): void {
  sql.exec(
    "INSERT INTO kv VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    name,
    JSON.stringify(value),
  );
}
