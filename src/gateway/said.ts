import type { DatabaseSync } from "node:sqlite";

/** What we know of one outbound message: never tried, tried with unknown end, or said. */
export type SaidState = "new" | "started" | "said";

/** The memory that keeps one message id from being said twice, across restarts. */
export interface Said {
  state(id: string): SaidState;
  /** Written before the first word leaves: a crash in between is found as `started`. */
  start(id: string): void;
  finish(id: string): void;
}

/** The channel's outbox gives a message up long before this. */
const keptMs = 24 * 60 * 60 * 1000;

export function makeSaid(database: DatabaseSync, now: () => number): Said {
  const select = database.prepare("SELECT state FROM said WHERE id = ?");
  const upsert = database.prepare(
    "INSERT INTO said VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, at = excluded.at",
  );
  const forget = database.prepare("DELETE FROM said WHERE at < ?");
  return {
    state(id) {
      const state = select.get(id)?.state;
      return state === "started" || state === "said" ? state : "new";
    },
    start(id) {
      forget.run(now() - keptMs);
      upsert.run(id, "started", now());
    },
    finish(id) {
      upsert.run(id, "said", now());
    },
  };
}
