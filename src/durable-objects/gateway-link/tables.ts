/** Append only. */
export const gatewayLinkMigrations = [
  `CREATE TABLE nonces (nonce TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE holds (key TEXT NOT NULL, fence INTEGER NOT NULL, ended_at INTEGER, PRIMARY KEY (key, fence)) WITHOUT ROWID;
   DELETE FROM facts WHERE name = 'assignment';`,
  `CREATE TABLE journal (id INTEGER PRIMARY KEY AUTOINCREMENT, events TEXT NOT NULL);`,
] as const;
