import type { PlatformEvent } from "#contracts/event";
import type { Execution } from "#contracts/execution";

export interface RuleHitRow {
  ruleId: number;
  isShadow: boolean;
  hits: number;
  lastAt: number;
  /** The last text that hit, cut; shows a moderator what a rule in shadow mode would have done. */
  sample: string;
}

const sampleLength = 200;

/** How often each rule hit since the last flush. */
export class RuleHits {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(rules: Execution["rules"], event: PlatformEvent, now: number): void {
    const sample = "text" in event ? event.text.slice(0, sampleLength) : "";
    for (const { id, isShadow } of rules) {
      this.#sql.exec(
        `INSERT INTO rule_hits VALUES (?, ?, 1, ?, ?)
         ON CONFLICT DO UPDATE SET hits = hits + 1, last_at = excluded.last_at, sample = excluded.sample`,
        id,
        isShadow ? 1 : 0,
        now,
        sample,
      );
    }
  }

  /** Takes everything out. The caller stores it as a flush in the same transaction. */
  take(): RuleHitRow[] {
    const rows = this.#sql.exec("SELECT * FROM rule_hits").toArray();
    if (rows.length > 0) this.#sql.exec("DELETE FROM rule_hits");
    return rows.map((row) => ({
      ruleId: Number(row["rule_id"]),
      isShadow: row["is_shadow"] === 1,
      hits: Number(row["hits"]),
      lastAt: Number(row["last_at"]),
      sample: String(row["sample"]),
    }));
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM rule_hits LIMIT 1").toArray().length === 0;
  }
}
