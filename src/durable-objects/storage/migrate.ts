/** The part of `DurableObjectStorage` the channel's stores use. */
export interface SqlStore {
  sql: SqlStorage;
  transactionSync<T>(run: () => T): T;
}

/** Applies what is new. Throws when the object's storage is ahead of this code: better to stop than to guess. */
export function migrate(storage: SqlStore, migrations: readonly string[]): void {
  const { sql } = storage;
  sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)",
  );
  const version = Number(sql.exec("SELECT version FROM schema_version").toArray()[0]?.["version"] ?? 0);
  if (version > migrations.length)
    throw new Error(`storage is at version ${version}, this code knows ${migrations.length}`);
  if (version === migrations.length) return;
  storage.transactionSync(() => {
    for (const statements of migrations.slice(version)) sql.exec(statements);
    sql.exec(
      "INSERT INTO schema_version VALUES (1, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
      migrations.length,
    );
  });
}
