/** Append-only. What stands in a mail is sealed, and gone once it is sent or given up. */
export const mailMigrations: readonly string[] = [
  `CREATE TABLE mails (id TEXT PRIMARY KEY, sealed TEXT, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
     next_at INTEGER, useful_until INTEGER NOT NULL, problem TEXT, changed_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX mails_next ON mails (next_at) WHERE next_at IS NOT NULL;
   CREATE INDEX mails_changed ON mails (changed_at);`,
];
