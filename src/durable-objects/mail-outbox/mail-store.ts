import { mailMigrations } from "#durable-objects/mail-outbox/tables";
import { migrate, type SqlStore } from "#durable-objects/storage/migrate";

/** How long it is known that a mail was sent: asking again within it sends nothing. */
const rememberedMs = 7 * 86_400_000;

export interface WaitingMail {
  id: string;
  sealed: string;
  tries: number;
  usefulUntil: number;
}

export interface MailCounts {
  waiting: number;
  sent: number;
  failed: number;
  /** Why the mail that failed last did, in words. */
  problem: string | null;
}

type Row = { id: string; sealed: string; tries: number; useful_until: number };

/** What waits, and how each mail ended. */
export class MailStore {
  readonly #sql: SqlStorage;

  constructor(storage: SqlStore) {
    migrate(storage, mailMigrations);
    this.#sql = storage.sql;
  }

  has(id: string): boolean {
    return this.#sql.exec("SELECT 1 FROM mails WHERE id = ?", id).toArray().length > 0;
  }

  add(id: string, { sealed, usefulUntil, now }: { sealed: string; usefulUntil: number; now: number }): void {
    this.#sql.exec("DELETE FROM mails WHERE next_at IS NULL AND changed_at < ?", now - rememberedMs);
    this.#sql.exec(
      `INSERT INTO mails (id, sealed, state, next_at, useful_until, changed_at) VALUES (?, ?, 'waiting', ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      id,
      sealed,
      now,
      usefulUntil,
      now,
    );
  }

  /** The row of nobody's mail: written and taken away like another's. */
  addNothing(id: string, facts: { sealed: string; usefulUntil: number; now: number }): void {
    this.add(id, facts);
    this.#sql.exec("DELETE FROM mails WHERE id = ?", id);
  }

  due(now: number, limit: number): WaitingMail[] {
    return this.#sql
      .exec<Row>(
        "SELECT id, sealed, tries, useful_until FROM mails WHERE next_at <= ? ORDER BY next_at LIMIT ?",
        now,
        limit,
      )
      .toArray()
      .map(({ id, sealed, tries, useful_until }) => ({ id, sealed, tries, usefulUntil: useful_until }));
  }

  nextAt(): number | undefined {
    const next = this.#sql.exec("SELECT min(next_at) AS next FROM mails").one()["next"];
    return next === null ? undefined : Number(next);
  }

  later(id: string, { at, now, problem }: { at: number; now: number; problem: string }): void {
    this.#sql.exec(
      "UPDATE mails SET tries = tries + 1, next_at = ?, problem = ?, changed_at = ? WHERE id = ?",
      at,
      problem,
      now,
      id,
    );
  }

  /** Sent, or given up: what stood in it is wiped. */
  end(
    id: string,
    { state, now, problem }: { state: "sent" | "failed"; now: number; problem: string | null },
  ) {
    this.#sql.exec(
      `UPDATE mails SET state = ?, tries = tries + 1, sealed = NULL, next_at = NULL, problem = ?, changed_at = ?
       WHERE id = ?`,
      state,
      problem,
      now,
      id,
    );
  }

  counts(): MailCounts {
    const counted = { waiting: 0, sent: 0, failed: 0 };
    for (const row of this.#sql.exec("SELECT state, count(*) AS n FROM mails GROUP BY state")) {
      const { state, n } = row;
      if (state === "waiting" || state === "sent" || state === "failed") counted[state] = Number(n);
    }
    const [last] = this.#sql
      .exec(
        "SELECT problem FROM mails WHERE state <> 'sent' AND problem IS NOT NULL ORDER BY changed_at DESC LIMIT 1",
      )
      .toArray();
    return { ...counted, problem: last ? String(last["problem"]) : null };
  }
}
