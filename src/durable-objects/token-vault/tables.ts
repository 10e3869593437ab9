/** Append only. Tokens are ciphertexts here; nothing that opens them lies in this storage. */
export const tokenVaultMigrations = [
  `CREATE TABLE vault_owner (
    one INTEGER PRIMARY KEY CHECK (one = 1), community_id INTEGER NOT NULL, provider TEXT NOT NULL
  );
  CREATE TABLE data_keys (kid TEXT PRIMARY KEY, wrapped TEXT NOT NULL);
  CREATE TABLE oauth_tokens (
    account TEXT PRIMARY KEY,
    access_token_enc TEXT NOT NULL,
    refresh_token_enc TEXT,
    scopes TEXT NOT NULL,
    expires_at INTEGER,
    refresh_at INTEGER,
    status TEXT NOT NULL CHECK (status IN ('active', 'reauth_required', 'revoked')),
    kid TEXT NOT NULL,
    version INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    problem TEXT,
    updated_at INTEGER NOT NULL
  );`,
  `ALTER TABLE oauth_tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
  ALTER TABLE oauth_tokens ADD COLUMN validate_at INTEGER;
  ALTER TABLE oauth_tokens ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE oauth_tokens ADD COLUMN copied_revision INTEGER NOT NULL DEFAULT 0;`,
] as const;
