import type { DatabaseSync } from "node:sqlite";

/** When a connection listened. IRC plays nothing back, so what was said in between is lost, and has to be known. */
export interface Listening {
  /** The server said anything at all. */
  heard(at: number): void;
  lost(): void;
  /** In a channel. The first time since it was lost: between which times nobody listened. */
  joined(at: number): { from: number; to: number } | undefined;
}

/** How exactly a process that is killed is known to have listened. */
const savedEveryMs = 5000;

/** With a database a restart knows when the process before was last there; a network's further connections have none. */
export function makeListening(database: DatabaseSync | undefined, host: string): Listening {
  database?.exec(
    "CREATE TABLE IF NOT EXISTS irc_heard (connection TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
  );
  const save = database?.prepare(
    "INSERT INTO irc_heard VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
  );
  const before = database?.prepare("SELECT at FROM irc_heard WHERE connection = ?").get(host);
  let missedSince = before && Number(before["at"]);
  let isListening = false;
  let heardAt = 0;
  let savedAt = 0;
  return {
    heard(at) {
      heardAt = at;
      if (!isListening || at - savedAt < savedEveryMs) return;
      savedAt = at;
      save?.run(host, at);
    },
    lost() {
      if (isListening) missedSince ??= heardAt;
      isListening = false;
    },
    joined(at) {
      isListening = true;
      const from = missedSince;
      missedSince = undefined;
      return from === undefined ? undefined : { from, to: at };
    },
  };
}

/** The network is not ours to listen to any more: that we do not is no gap. */
export function forgetListening(database: DatabaseSync, host: string): void {
  const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'irc_heard'").get();
  if (exists) database.prepare("DELETE FROM irc_heard WHERE connection = ?").run(host);
}
