import * as z from "zod";
import type { DeliveryFilter, WebhookDelivery, WebhookMessage } from "#contracts/outgoing-webhook";

/** More than this does not wait for one address; what comes beyond is counted and dropped. */
export const mostWaiting = 10_000;
/** The channel may hand a message over again for a day, so its id is remembered longer. */
const sentKeptMs = 26 * 3_600_000;
const deadKeptMs = 30 * 86_400_000;
const mostDead = 1000;

const row = z
  .object({
    id: z.string(),
    type: z.string(),
    state: z.enum(["waiting", "sent", "dead"]),
    attempts: z.int(),
    created_at: z.int(),
    last_at: z.int().nullable(),
    next_at: z.int().nullable(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    body: z.string(),
  })
  .transform(
    (one): WebhookDelivery => ({
      id: one.id,
      type: one.type,
      state: one.state,
      attempts: one.attempts,
      createdAt: one.created_at,
      lastAttemptAt: one.last_at,
      nextAttemptAt: one.next_at,
      lastStatus: one.last_status,
      lastError: one.last_error,
      body: one.body,
    }),
  );

/** How one attempt ended, for the row. */
export interface AttemptNote {
  status: number | null;
  error: string | null;
  now: number;
}

/** What waits for one address, what was sent and what was given up. */
export class DeliveryQueue {
  #sql: SqlStorage;
  #waiting: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#waiting = this.#count("waiting");
  }

  /** False when it is there already or too much waits; told apart by {@link has}. */
  add({ id, type, body }: WebhookMessage, now: number): boolean {
    if (this.#waiting >= mostWaiting) return false;
    const added = this.#sql
      .exec(
        `INSERT INTO deliveries (id, type, body, state, attempts, created_at, next_at)
         VALUES (?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
        id,
        type,
        body,
        now,
        now,
      )
      .toArray();
    this.#waiting += added.length;
    return added.length > 0;
  }

  /** A message whose one attempt is over, kept for the list. */
  addDone({ id, type, body }: WebhookMessage, state: "sent" | "dead", note: AttemptNote): void {
    this.#sql.exec(
      `INSERT INTO deliveries (id, type, body, state, attempts, created_at, last_at, last_status, last_error)
       VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      id,
      type,
      body,
      state,
      note.now,
      note.now,
      note.status,
      note.error,
    );
  }

  has(id: string): boolean {
    return this.#sql.exec("SELECT 1 FROM deliveries WHERE id = ?", id).toArray().length > 0;
  }

  get(id: string): WebhookDelivery | undefined {
    return this.#read("WHERE id = ?", id)[0];
  }

  /** Oldest first, without those that are under way. */
  due(now: number, limit: number): WebhookDelivery[] {
    return this.#read("WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, seq LIMIT ?", now, limit);
  }

  nextAt(): number | undefined {
    if (this.#waiting === 0) return undefined;
    const { next } = this.#sql
      .exec("SELECT min(next_at) AS next FROM deliveries WHERE state = 'waiting'")
      .one();
    return typeof next === "number" ? next : undefined;
  }

  /** What arrived needs its body no more. */
  sent(id: string, { status, now }: AttemptNote): void {
    this.#waiting -= this.#change(
      `state = 'sent', body = '', attempts = attempts + 1, last_at = ?, next_at = NULL, last_status = ?, last_error = NULL`,
      id,
      now,
      status,
    );
  }

  postpone(id: string, nextAt: number, { status, error, now }: AttemptNote): void {
    this.#change(
      "attempts = attempts + 1, last_at = ?, next_at = ?, last_status = ?, last_error = ?",
      id,
      now,
      nextAt,
      status,
      error,
    );
  }

  giveUp(id: string, { status, error, now }: AttemptNote): void {
    this.#waiting -= this.#change(
      "state = 'dead', attempts = attempts + 1, last_at = ?, next_at = NULL, last_status = ?, last_error = ?",
      id,
      now,
      status,
      error,
    );
  }

  /** Everything that waits, because nothing may be sent any more. */
  giveUpAll(error: string): void {
    if (this.#waiting === 0) return;
    this.#sql.exec(
      "UPDATE deliveries SET state = 'dead', next_at = NULL, last_error = ? WHERE state = 'waiting'",
      error,
    );
    this.#waiting = 0;
  }

  /** The webhook is gone, and with it everything that was kept for it. */
  clear(): void {
    this.#sql.exec("DELETE FROM deliveries");
    this.#waiting = 0;
  }

  replay(choice: { id: string } | "all", now: number): number {
    const [where, ...values] = choice === "all" ? ["true"] : ["id = ?", choice.id];
    const found = this.#sql
      .exec(
        `UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ?, created_at = ?
         WHERE state = 'dead' AND ${where} RETURNING id`,
        now,
        now,
        ...values,
      )
      .toArray().length;
    this.#waiting += found;
    return found;
  }

  /** Newest first. */
  list({ state, limit }: DeliveryFilter): WebhookDelivery[] {
    if (state === undefined) return this.#read("ORDER BY seq DESC LIMIT ?", limit);
    return this.#read("WHERE state = ? ORDER BY seq DESC LIMIT ?", state, limit);
  }

  counts(): { waiting: number; dead: number } {
    return { waiting: this.#waiting, dead: this.#count("dead") };
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM deliveries LIMIT 1").toArray().length === 0;
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM deliveries WHERE state = 'sent' AND created_at < ?", now - sentKeptMs);
    this.#sql.exec(
      `DELETE FROM deliveries WHERE state = 'dead' AND (created_at < ?
         OR seq <= (SELECT seq FROM deliveries WHERE state = 'dead' ORDER BY seq DESC LIMIT 1 OFFSET ?))`,
      now - deadKeptMs,
      mostDead,
    );
  }

  /** How many rows were waiting and were changed: 0 or 1. */
  #change(sets: string, id: string, ...values: (string | number | null)[]): number {
    const found = this.#sql.exec(
      `UPDATE deliveries SET ${sets} WHERE id = ? AND state = 'waiting' RETURNING id`,
      ...values,
      id,
    );
    return found.toArray().length;
  }

  #count(state: string): number {
    return Number(this.#sql.exec("SELECT count(*) AS n FROM deliveries WHERE state = ?", state).one()["n"]);
  }

  #read(where: string, ...values: (string | number)[]): WebhookDelivery[] {
    return z.array(row).parse(this.#sql.exec(`SELECT * FROM deliveries ${where}`, ...values).toArray());
  }
}
