/** Append only. The columns of `coordination` are 004's, with the fencing number and the last error beside them. */
export const coordinatorMigrations: readonly string[] = [
  `CREATE TABLE coordination (
     entity_id TEXT PRIMARY KEY, platform TEXT NOT NULL, server_id TEXT NOT NULL, channel_id TEXT,
     claimed_by TEXT, claimed_at INTEGER,
     status TEXT NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'live', 'offline', 'error')),
     is_live INTEGER NOT NULL DEFAULT 0, live_since INTEGER, viewer_count INTEGER NOT NULL DEFAULT 0,
     last_activity INTEGER, last_check INTEGER, last_checkin INTEGER, claim_expires INTEGER,
     heartbeat_interval INTEGER NOT NULL DEFAULT 300, error_count INTEGER NOT NULL DEFAULT 0, last_error TEXT,
     metadata TEXT NOT NULL DEFAULT '{}', priority INTEGER NOT NULL DEFAULT 100,
     max_containers INTEGER NOT NULL DEFAULT 1 CHECK (max_containers = 1), config TEXT NOT NULL DEFAULT '{}',
     fencing INTEGER NOT NULL DEFAULT 0,
     CHECK (claimed_by IS NULL OR (last_checkin IS NOT NULL AND claim_expires IS NOT NULL))
   ) WITHOUT ROWID;
   CREATE INDEX coordination_free
     ON coordination (is_live DESC, priority, viewer_count DESC, last_activity DESC, entity_id)
     WHERE claimed_by IS NULL AND status <> 'error';
   CREATE INDEX coordination_held ON coordination (claimed_by) WHERE claimed_by IS NOT NULL;
   CREATE TABLE locks (
     channel TEXT PRIMARY KEY, node TEXT, fencing INTEGER NOT NULL, expires_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE nodes (node TEXT PRIMARY KEY, last_seen INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE last_rebalance (
     one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL, at INTEGER NOT NULL,
     moved INTEGER NOT NULL, channels INTEGER NOT NULL
   );`,
  `ALTER TABLE locks ADD COLUMN freed_at INTEGER;
   ALTER TABLE locks ADD COLUMN session_at INTEGER;
   CREATE TABLE gaps (
     id TEXT PRIMARY KEY, connection TEXT NOT NULL, node TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL
   ) WITHOUT ROWID;`,
];
