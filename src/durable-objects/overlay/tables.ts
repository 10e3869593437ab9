/**
 * Append-only, as the channel's. `shown` is a ring of 500 a part: the slot is the number modulo 500, so that a new frame
 * overwrites the oldest.
 */
export const overlayMigrations: readonly string[] = [
  `CREATE TABLE frames (slot INTEGER PRIMARY KEY, seq INTEGER NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL,
     at INTEGER NOT NULL, response TEXT NOT NULL);
   CREATE TABLE played (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);`,
  `DROP TABLE frames;
   DROP TABLE played;
   CREATE TABLE shown (part TEXT NOT NULL, slot INTEGER NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
     content TEXT NOT NULL, delivered_at INTEGER, played_at INTEGER, result TEXT, PRIMARY KEY (part, slot)) WITHOUT ROWID;
   CREATE UNIQUE INDEX shown_key ON shown (part, key);
   CREATE TABLE themes (type TEXT PRIMARY KEY, theme TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE revoked (token_hash TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;`,
];
