import * as z from "zod";

const lockRow = z.object({
  channel: z.string(),
  node: z.string().nullable(),
  fencing: z.int(),
  expiresAt: z.int(),
  /** When it was last let go. */
  freedAt: z.int().nullable(),
});
export type LockRow = z.infer<typeof lockRow>;

const rebalanceRow = z.object({
  generation: z.int(),
  at: z.int(),
  moved: z.int(),
  channels: z.int(),
});
export type RebalanceRow = z.infer<typeof rebalanceRow>;

const lockColumns = "channel, node, fencing, expires_at AS expiresAt, freed_at AS freedAt";

/** The ring's members and the locks. A lock's row outlives it, because its fencing number must never fall. */
export class ShardStore {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  lock(channel: string): LockRow | undefined {
    const rows = this.#sql.exec(`SELECT ${lockColumns} FROM locks WHERE channel = ?`, channel).toArray();
    return rows.map((row) => lockRow.parse(row))[0];
  }

  liveLocks(now: number): LockRow[] {
    const rows = this.#sql
      .exec(`SELECT ${lockColumns} FROM locks WHERE node IS NOT NULL AND expires_at > ?`, now)
      .toArray();
    return rows.map((row) => lockRow.parse(row));
  }

  /** A new number is a new claim: nothing is known of its session yet. */
  saveLock({
    channel,
    node,
    fencing,
    expiresAt,
  }: Omit<LockRow, "freedAt" | "node"> & { node: string }): void {
    this.#sql.exec(
      `INSERT INTO locks (channel, node, fencing, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET node = excluded.node, expires_at = excluded.expires_at,
         session_at = CASE WHEN fencing = excluded.fencing THEN session_at END, fencing = excluded.fencing`,
      channel,
      node,
      fencing,
      expiresAt,
    );
  }

  unlock(channel: string, now: number): void {
    this.#sql.exec("UPDATE locks SET node = NULL, freed_at = ? WHERE channel = ?", now, channel);
  }

  unlockAll(node: string, now: number): void {
    this.#sql.exec("UPDATE locks SET node = NULL, freed_at = ? WHERE node = ?", now, node);
  }

  /** Free since the node was last heard of. */
  unlockLongerThan(node: string, until: number): void {
    this.#sql.exec(
      `UPDATE locks SET node = NULL, freed_at = (SELECT last_seen FROM nodes WHERE node = locks.node)
       WHERE node = ? AND expires_at > ?`,
      node,
      until,
    );
  }

  nodes(): string[] {
    return this.#sql
      .exec<{ node: string }>("SELECT node FROM nodes ORDER BY node")
      .toArray()
      .map(({ node }) => node);
  }

  /** Those not heard of since. */
  silentNodes(since: number): string[] {
    return this.#sql
      .exec<{ node: string }>("SELECT node FROM nodes WHERE last_seen < ?", since)
      .toArray()
      .map(({ node }) => node);
  }

  seen(node: string, now: number): void {
    this.#sql.exec(
      "INSERT INTO nodes VALUES (?, ?) ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen",
      node,
      now,
    );
  }

  removeNode(node: string): void {
    this.#sql.exec("DELETE FROM nodes WHERE node = ?", node);
  }

  lastRebalance(): RebalanceRow | undefined {
    const rows = this.#sql.exec("SELECT generation, at, moved, channels FROM last_rebalance").toArray();
    return rows.map((row) => rebalanceRow.parse(row))[0];
  }

  saveRebalance({ generation, at, moved, channels }: RebalanceRow): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO last_rebalance VALUES (1, ?, ?, ?, ?)",
      generation,
      at,
      moved,
      channels,
    );
  }
}
