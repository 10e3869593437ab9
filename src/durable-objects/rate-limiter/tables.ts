/** Append only. One row a counted millisecond, so that parallel calls share it. */
export const rateLimiterMigrations = [
  "CREATE TABLE hits (name TEXT, at INTEGER, calls INTEGER NOT NULL, PRIMARY KEY (name, at)) WITHOUT ROWID;",
] as const;
