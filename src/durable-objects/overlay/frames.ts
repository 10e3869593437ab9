import {
  type FrameReceipt,
  type OverlayContent,
  type OverlayFrame,
  type OverlayPart,
  overlayContent,
  overlayPart,
  type PlayResult,
  partOf,
  playResult,
  type Seqs,
  type ShownFrame,
} from "#contracts/overlay";

export const ringSize = 500;
/** Captions a page that comes anew still shows (40-core §1.34). */
const captionsKept = { count: 10, ms: 5 * 60_000 };
const linesKept = 20;

type Row = { part: string; seq: number; key: string; at: number; content: string };
const columns = "part, seq, key, at, content";

/** The last 500 frames of each part of one community, numbered without a gap. */
export class Frames {
  #sql: SqlStorage;
  #heads: Seqs;
  /** Up to here it is known to be marked, so that a thousand pages cost one look at the ring. */
  #delivered: Seqs = {};

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const rows = sql
      .exec<{ part: string; last: number }>("SELECT part, max(seq) AS last FROM shown GROUP BY part")
      .toArray();
    this.#heads = Object.fromEntries(rows.map(({ part, last }) => [overlayPart.parse(part), last]));
  }

  head(part: OverlayPart): number {
    return this.#heads[part] ?? 0;
  }

  /** The frame as it is kept; `isNew` is false when this key was shown before, which moves nothing. */
  append(key: string, content: OverlayContent, now: number): { frame: ShownFrame; isNew: boolean } {
    const part = partOf(content);
    const known = this.#rows("part = ? AND key = ?", part, key)[0];
    if (known) return { frame: known, isNew: false };
    const seq = this.head(part) + 1;
    this.#heads[part] = seq;
    this.#sql.exec(
      `INSERT INTO shown (part, slot, seq, key, at, content) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (part, slot) DO UPDATE SET seq = excluded.seq, key = excluded.key, at = excluded.at,
         content = excluded.content, delivered_at = NULL, played_at = NULL, result = NULL`,
      part,
      seq % ringSize,
      seq,
      key,
      now,
      JSON.stringify(content),
    );
    return { frame: { type: "show", part, seq, key, shownAt: now, content }, isNew: true };
  }

  /** What a page missed of this part since `after`, oldest first; a gap is said, not hidden. */
  since(part: OverlayPart, after: number): OverlayFrame[] {
    const head = this.head(part);
    const oldest = Math.max(1, head - ringSize + 1);
    const missed = Math.max(0, oldest - 1 - after);
    const gap: OverlayFrame[] = missed > 0 ? [{ type: "gap", part, seq: oldest - 1, missed }] : [];
    return [...gap, ...this.#rows("part = ? AND seq > ? ORDER BY seq", part, after)];
  }

  /** What a page that comes anew has to know of this part, oldest first. */
  state(part: OverlayPart, now: number): ShownFrame[] {
    const last = (count: number) =>
      this.#rows("part = ? AND seq > ? ORDER BY seq", part, this.head(part) - count);
    switch (part) {
      case "goal":
      case "music":
        return last(1);
      case "captions":
        return last(captionsKept.count).filter(({ shownAt }) => shownAt > now - captionsKept.ms);
      case "chat":
        return last(linesKept);
      default:
        return [];
    }
  }

  /** Everything of a part up to here has arrived somewhere. */
  markDelivered(part: OverlayPart, seq: number, now: number): void {
    if (seq <= (this.#delivered[part] ?? 0) || seq > this.head(part)) return;
    this.#delivered[part] = seq;
    this.#sql.exec(
      "UPDATE shown SET delivered_at = ? WHERE part = ? AND seq <= ? AND delivered_at IS NULL",
      now,
      part,
      seq,
    );
  }

  /** The first page that says how a frame ended is believed; that it was shown outweighs that it was not. */
  markPlayed(part: OverlayPart, seq: number, result: PlayResult, now: number): void {
    this.#sql.exec(
      `UPDATE shown SET played_at = ?, result = ? WHERE part = ? AND slot = ? AND seq = ?
         AND (result IS NULL OR (result <> 'played' AND ? = 'played'))`,
      now,
      result,
      part,
      seq % ringSize,
      seq,
      result,
    );
  }

  receipt(part: OverlayPart, seq: number): FrameReceipt | undefined {
    const row = this.#sql
      .exec<{ delivered_at: number | null; played_at: number | null; result: string | null }>(
        "SELECT delivered_at, played_at, result FROM shown WHERE part = ? AND slot = ? AND seq = ?",
        part,
        seq % ringSize,
        seq,
      )
      .toArray()[0];
    if (!row) return undefined;
    const result = row.result === null ? null : playResult.parse(row.result);
    return { deliveredAt: row.delivered_at, playedAt: row.played_at, result };
  }

  newest(): { part: OverlayPart; seq: number; shownAt: number }[] {
    return overlayPart.options.flatMap((part) => {
      const frame = this.#rows("part = ? AND slot = ?", part, this.head(part) % ringSize)[0];
      return frame ? [{ part, seq: frame.seq, shownAt: frame.shownAt }] : [];
    });
  }

  #rows(where: string, ...values: (string | number)[]): ShownFrame[] {
    return this.#sql
      .exec<Row>(`SELECT ${columns} FROM shown WHERE ${where}`, ...values)
      .toArray()
      .flatMap(toFrame);
  }
}

/** A frame that an older version kept in another shape is left out. */
function toFrame({ part, seq, key, at, content }: Row): ShownFrame[] {
  const parsed = overlayContent.safeParse(JSON.parse(content));
  return parsed.success
    ? [{ type: "show", part: overlayPart.parse(part), seq, key, shownAt: at, content: parsed.data }]
    : [];
}
