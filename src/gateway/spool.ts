import { DatabaseSync } from "node:sqlite";
import type { GatewayFrame } from "#contracts/gateway";
import { gatewayFrame } from "#contracts/gateway";

/** A frame and its place in the queue. */
export interface SpooledFrame {
  position: number;
  frame: GatewayFrame;
}

export interface Backlog {
  frames: number;
  /** Frames given up because the spool was full; never falls, survives a restart. */
  dropped: number;
  /** How long the oldest frame has waited; 0 when none waits. */
  oldestAgeMs: number;
}

/** Frames on their way up: written before they are sent, deleted once the edge has stored them. */
export interface Spool {
  store(frame: GatewayFrame): void;
  /** The oldest frames behind `position`, in order. */
  next(position: number, limit: number): SpooledFrame[];
  remove(firstPosition: number, lastPosition: number): void;
  backlog(): Backlog;
}

/** Opens the gateway's one file. A killed process loses nothing that was stored: SQLite's log is replayed here. */
export function openGatewayDatabase(path: string): DatabaseSync {
  const database = openFile(path);
  // NORMAL survives a killed process; only a power cut may cost the last moments, and chat is not worth an fsync a line.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS frames (position INTEGER PRIMARY KEY AUTOINCREMENT, frame TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS said (id TEXT PRIMARY KEY, state TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS said_at ON said (at);
  `);
  return database;
}

function openFile(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 2000 });
    database.exec("PRAGMA schema_version");
    return database;
  } catch (cause) {
    throw new Error(`SPOOL_PATH ${path} cannot be opened: choose another place, or move the file away`, {
      cause,
    });
  }
}

export interface SpoolOptions {
  /** Above this the oldest frames go: after a long outage new chat matters more than old. */
  limit?: number;
  now?: () => number;
}

export function makeSpool(
  database: DatabaseSync,
  { limit = 100_000, now = Date.now }: SpoolOptions = {},
): Spool {
  const insert = database.prepare("INSERT INTO frames (frame) VALUES (?)");
  const select = database.prepare(
    "SELECT position, frame FROM frames WHERE position > ? ORDER BY position LIMIT ?",
  );
  const remove = database.prepare("DELETE FROM frames WHERE position BETWEEN ? AND ?");
  const dropOldest = database.prepare(
    "DELETE FROM frames WHERE position = (SELECT min(position) FROM frames)",
  );
  const countDrop = database.prepare(
    "INSERT INTO counters VALUES ('dropped', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
  );
  let frames = Number(database.prepare("SELECT count(*) AS n FROM frames").get()?.n ?? 0);
  const readOldest = database.prepare(
    "SELECT frame ->> 'receivedAt' AS at FROM frames ORDER BY position LIMIT 1",
  );
  const readDropped = database.prepare("SELECT value FROM counters WHERE name = 'dropped'");

  return {
    store(frame) {
      insert.run(JSON.stringify(frame));
      frames += 1;
      while (frames > limit) {
        frames -= Number(dropOldest.run().changes);
        countDrop.run();
      }
    },
    next: (position, count) =>
      select.all(position, count).map((row) => ({
        position: Number(row.position),
        frame: gatewayFrame.parse(JSON.parse(String(row.frame))),
      })),
    remove(firstPosition, lastPosition) {
      frames -= Number(remove.run(firstPosition, lastPosition).changes);
    },
    backlog: () => ({
      frames,
      dropped: Number(readDropped.get()?.value ?? 0),
      oldestAgeMs: frames === 0 ? 0 : Math.max(0, now() - Number(readOldest.get()?.at ?? now())),
    }),
  };
}
