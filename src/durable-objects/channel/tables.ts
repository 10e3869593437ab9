import { eventLogTable } from "#durable-objects/channel/event-log";
import { pulseTable } from "#durable-objects/channel/timers/pulse";
import { timerTable } from "#durable-objects/channel/timers/timer-memories";

/**
 * The channel's SQLite tables, append-only: each entry runs once, in order, and is never edited.
 * Rows written are what a message costs, hence WITHOUT ROWID where the key is text (no second index row)
 * and rings of fixed slots instead of insert-and-delete.
 */
export const channelMigrations: readonly string[] = [
  `CREATE TABLE seen (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE inbox (first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, done_seq INTEGER NOT NULL,
     at INTEGER NOT NULL, events TEXT NOT NULL);
   CREATE TABLE outbox (
     key TEXT PRIMARY KEY, event_id TEXT NOT NULL, rank INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
     state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, at INTEGER NOT NULL, note TEXT
   ) WITHOUT ROWID;
   CREATE TABLE traces (slot INTEGER PRIMARY KEY, number INTEGER NOT NULL, body TEXT NOT NULL, event TEXT NOT NULL,
     counts INTEGER NOT NULL);
   CREATE TABLE activity (user_key TEXT PRIMARY KEY, user_name TEXT NOT NULL, messages INTEGER NOT NULL,
     points INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE flushes (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, body TEXT NOT NULL);
   CREATE TABLE cooldowns (key TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE retries (event_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, retry_count INTEGER NOT NULL,
     next_at INTEGER NOT NULL, event TEXT NOT NULL, done TEXT NOT NULL, error TEXT NOT NULL, counts INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE dead (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, event TEXT NOT NULL,
     error TEXT NOT NULL, attempts INTEGER NOT NULL, at INTEGER NOT NULL, replayed_at INTEGER);
   CREATE TABLE sessions (id TEXT PRIMARY KEY, event_id TEXT NOT NULL, event TEXT NOT NULL, last_at INTEGER NOT NULL,
     request_count INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE rule_hits (rule_id INTEGER NOT NULL, is_shadow INTEGER NOT NULL, hits INTEGER NOT NULL, last_at INTEGER NOT NULL,
     sample TEXT NOT NULL, PRIMARY KEY (rule_id, is_shadow)) WITHOUT ROWID;
   CREATE TABLE kv (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  `ALTER TABLE traces ADD COLUMN uses TEXT;
   ALTER TABLE retries ADD COLUMN uses TEXT NOT NULL DEFAULT '[]';`,
  timerTable + pulseTable,
  eventLogTable,
];
