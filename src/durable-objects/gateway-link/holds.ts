import type { GatewayClaim } from "#contracts/gateway";

/** A gateway that was cut off brings what it heard within this time, or not at all. */
const keptMs = 7 * 24 * 60 * 60_000;
/** The two clocks are compared once per socket; this is for what they drift and the way takes. */
const toleranceMs = 2000;

/**
 * Every claim this gateway ever got, and when it ended. What it heard before the end is news whenever it comes; what it
 * says to have heard after it was heard by the next holder, too, and is refused.
 */
export class Holds {
  #sql: SqlStorage;
  /** By key, then by fence: when it ended, null while it holds. */
  #ends: Map<string, Map<number, number | null>> | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What is held now. */
  current(): GatewayClaim[] {
    return [...this.#load()].flatMap(([key, fences]) =>
      [...fences].flatMap(([fence, endedAt]) => (endedAt === null ? [{ key, fence }] : [])),
    );
  }

  fenceOf(key: string): number | undefined {
    return [...(this.#load().get(key) ?? [])].find(([, endedAt]) => endedAt === null)?.[0];
  }

  /** What is not among `claims` ends at `endedAt`. True when anything changed; only then a row is written. */
  replace(claims: readonly GatewayClaim[], endedAt: number): boolean {
    const wanted = new Map(claims.map(({ key, fence }) => [key, fence]));
    const ended = this.current().filter(({ key, fence }) => wanted.get(key) !== fence);
    const added = claims.filter(({ key, fence }) => this.fenceOf(key) !== fence);
    for (const claim of ended) this.#write(claim, endedAt);
    for (const claim of added) this.#write(claim, null);
    if (ended.length > 0) this.#forget(endedAt - keptMs);
    return ended.length + added.length > 0;
  }

  /** Whether something heard at `heardAt` under this claim is ours to take in. */
  covers({ key, fence }: GatewayClaim, heardAt: number): boolean {
    const endedAt = this.#load().get(key)?.get(fence);
    if (endedAt === undefined) return false;
    return endedAt === null || heardAt <= endedAt + toleranceMs;
  }

  #write({ key, fence }: GatewayClaim, endedAt: number | null): void {
    this.#sql.exec(
      "INSERT INTO holds VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at",
      key,
      fence,
      endedAt,
    );
    const ends = this.#load();
    const fences = ends.get(key) ?? new Map<number, number | null>();
    ends.set(key, fences.set(fence, endedAt));
  }

  #forget(before: number): void {
    this.#sql.exec("DELETE FROM holds WHERE ended_at < ?", before);
    this.#ends = undefined;
  }

  #load(): Map<string, Map<number, number | null>> {
    if (this.#ends) return this.#ends;
    const ends: Map<string, Map<number, number | null>> = new Map();
    const rows = this.#sql.exec<{ key: string; fence: number; ended_at: number | null }>(
      "SELECT * FROM holds",
    );
    for (const { key, fence, ended_at } of rows)
      ends.set(key, (ends.get(key) ?? new Map<number, number | null>()).set(fence, ended_at));
    this.#ends = ends;
    return ends;
  }
}
