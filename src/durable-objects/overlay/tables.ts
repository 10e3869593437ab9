/** Append-only, as the channel's. The ring holds the last 500 frames of a community by slot. */
export const overlayMigrations: readonly string[] = [
  `CREATE TABLE frames (slot INTEGER PRIMARY KEY, seq INTEGER NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL,
     at INTEGER NOT NULL, response TEXT NOT NULL);
   CREATE TABLE played (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);`,
];
