import * as z from "zod";
import type { ListeningGap, ToldGap } from "#contracts/coordinator";
import { makeEntityId, parseEntityId } from "#contracts/ids";
import type { SqlStore } from "#durable-objects/storage/migrate";

/** So many are kept; older ones go. */
const keptGaps = 1000;
/** A channel that is handed over in an orderly way is unheard for a moment, which is no news. */
const momentMs = 5000;

const gapRow = z.object({
  id: z.string(),
  connection: z.string(),
  node: z.string(),
  from: z.int(),
  to: z.int(),
});
const lockRow = z.object({
  fencing: z.int(),
  freedAt: z.int().nullable(),
  sessionAt: z.int().nullable(),
});

/** Times nobody listened on a connection, as far as it is known: told by gateways, or seen when a lock changed hands. */
export class Gaps {
  #storage: SqlStore;

  constructor(storage: SqlStore) {
    this.#storage = storage;
  }

  /** The latest first. */
  list(limit: number): ListeningGap[] {
    return this.#storage.sql
      .exec(
        'SELECT id, connection, node, from_at AS "from", to_at AS "to" FROM gaps ORDER BY to_at DESC, id LIMIT ?',
        limit,
      )
      .toArray()
      .map((row) => gapRow.parse(row));
  }

  /** A gateway knows its own past. One without a past took over, or lost its disk: then the lock says since when. */
  note({ id, key, node, from, to, lastHeardAt }: ToldGap): void {
    this.#storage.transactionSync(() => {
      const lock = this.#lock(key);
      if (lock) this.#storage.sql.exec("UPDATE locks SET session_at = ? WHERE channel = ?", to, key);
      const isNews = lock !== undefined && lock.freedAt !== null && lock.sessionAt === null;
      // Somebody else held it meanwhile: only since they let go was nobody there.
      if (isNews && lock.freedAt !== null)
        return this.#save(`${key}#${lock.fencing}`, key, node, lock.freedAt, to);
      const since = from ?? (lock && lock.sessionAt !== null ? lastHeardAt : null);
      if (since !== null) this.#save(id, key, node, since, to);
    });
  }

  /** A lock was let go at `freedAt` and is taken now. Channels of one connection that were let go together are one gap. */
  noteHandover({ key, node, freedAt, fencing }: Handover, now: number): void {
    if (now - freedAt < momentMs) return;
    const { platform, server, channel } = parseEntityId(key) ?? {};
    if (platform === undefined || server === undefined) return;
    const connection = makeEntityId({ platform, server });
    const id = channel === undefined ? `${connection}#${fencing}` : `${connection}#at${freedAt}`;
    this.#save(id, connection, node, freedAt, now);
  }

  #save(id: string, connection: string, node: string, from: number, to: number): void {
    if (to <= from) return;
    this.#storage.sql.exec(
      `INSERT INTO gaps VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET to_at = max(to_at, excluded.to_at), node = excluded.node`,
      ...[id, connection, node, from, to],
    );
    this.#storage.sql.exec(
      "DELETE FROM gaps WHERE id IN (SELECT id FROM gaps ORDER BY to_at DESC, id LIMIT -1 OFFSET ?)",
      keptGaps,
    );
  }

  #lock(key: string): z.infer<typeof lockRow> | undefined {
    const rows = this.#storage.sql
      .exec("SELECT fencing, freed_at AS freedAt, session_at AS sessionAt FROM locks WHERE channel = ?", key)
      .toArray();
    return rows.map((row) => lockRow.parse(row))[0];
  }
}

interface Handover {
  key: string;
  node: string;
  freedAt: number;
  fencing: number;
}
