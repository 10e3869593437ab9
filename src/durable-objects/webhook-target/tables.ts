/** One address's own tables, append-only: each entry runs once, in order, and is never edited. */
export const webhookTargetMigrations: readonly string[] = [
  `CREATE TABLE deliveries (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, body TEXT NOT NULL,
     state TEXT NOT NULL, attempts INTEGER NOT NULL, created_at INTEGER NOT NULL, last_at INTEGER, next_at INTEGER,
     last_status INTEGER, last_error TEXT);
   CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'waiting';
   CREATE INDEX deliveries_state ON deliveries (state, seq);
   CREATE TABLE kv (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
];
