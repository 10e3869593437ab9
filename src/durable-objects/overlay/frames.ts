import { type OverlayFrame, type OverlayType, overlayFrame } from "#contracts/overlay";
import type { ModuleResponse } from "#contracts/response";

export const ringSize = 500;

type Row = { seq: number; key: string; at: number; response: string };

/** The last 500 frames of one community, numbered without a gap. */
export class Frames {
  #sql: SqlStorage;
  #last: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#last = Number(sql.exec("SELECT max(seq) AS last FROM frames").one()["last"] ?? 0);
  }

  get last(): number {
    return this.#last;
  }

  /** Undefined when this key was shown before: a repeated delivery moves nothing. */
  append(key: string, type: OverlayType, response: ModuleResponse, now: number): OverlayFrame | undefined {
    if (this.#sql.exec("SELECT 1 FROM frames WHERE key = ?", key).toArray().length > 0) return undefined;
    const seq = ++this.#last;
    this.#sql.exec(
      `INSERT INTO frames VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, key = excluded.key,
         type = excluded.type, at = excluded.at, response = excluded.response`,
      seq % ringSize,
      seq,
      key,
      type,
      now,
      JSON.stringify(response),
    );
    return overlayFrame.parse({ type: "show", seq, key, shownAt: now, response });
  }

  /** What a page of this type missed since `after`, oldest first; a gap is said, not hidden. */
  since(after: number, type: OverlayType): OverlayFrame[] {
    const oldest = Number(
      this.#sql.exec("SELECT min(seq) AS first FROM frames").one()["first"] ?? this.#last + 1,
    );
    const missed = Math.max(0, Math.min(oldest, this.#last + 1) - after - 1);
    const gap: OverlayFrame[] = missed > 0 && after > 0 ? [{ type: "gap", seq: oldest - 1, missed }] : [];
    const rows = this.#sql
      .exec<Row>(
        "SELECT seq, key, at, response FROM frames WHERE seq > ? AND type = ? ORDER BY seq",
        after,
        type,
      )
      .toArray();
    return [...gap, ...rows.map(toFrame)];
  }

  markPlayed(seq: number, now: number): void {
    this.#sql.exec("INSERT INTO played VALUES (?, ?) ON CONFLICT DO NOTHING", seq, now);
    this.#sql.exec("DELETE FROM played WHERE seq <= ?", this.#last - ringSize);
  }
}

function toFrame({ seq, key, at, response }: Row): OverlayFrame {
  return overlayFrame.parse({ type: "show", seq, key, shownAt: at, response: JSON.parse(response) });
}
