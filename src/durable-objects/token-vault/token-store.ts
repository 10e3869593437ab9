import * as z from "zod";
import { migrate, type SqlStore } from "#durable-objects/storage/migrate";
import { tokenVaultMigrations } from "#durable-objects/token-vault/tables";
import type { WrappedKey } from "#lib/data-keys";

/** Whose tokens one vault keeps. */
export const vaultOwner = z.object({ communityId: z.int().positive(), provider: z.string().min(1) });
export type VaultOwner = z.infer<typeof vaultOwner>;

export const tokenStatus = z.enum(["active", "reauth_required", "revoked"]);

/** Both ciphertexts of an account and the key they were written under. */
export interface Sealed {
  access: string;
  refresh: string | null;
  kid: string;
}

const tokenRow = z
  .object({
    account: z.string(),
    access_token_enc: z.string(),
    refresh_token_enc: z.string().nullable(),
    scopes: z.string(),
    expires_at: z.number().nullable(),
    refresh_at: z.number().nullable(),
    status: tokenStatus,
    kid: z.string(),
    version: z.number(),
    failures: z.number(),
    next_try_at: z.number(),
    problem: z.string().nullable(),
    updated_at: z.number(),
  })
  .transform((row) => ({
    account: row.account,
    sealed: { access: row.access_token_enc, refresh: row.refresh_token_enc, kid: row.kid },
    scopes: row.scopes.split(" ").filter((scope) => scope !== ""),
    expiresAt: row.expires_at,
    refreshAt: row.refresh_at,
    status: row.status,
    /** Rises with every new grant: an answer that belongs to an older one is not written. */
    version: row.version,
    failures: row.failures,
    nextTryAt: row.next_try_at,
    problem: row.problem,
    updatedAt: row.updated_at,
  }));
export type TokenRow = z.infer<typeof tokenRow>;

/** What a new grant sets; times in epoch milliseconds, null for a token that does not end. */
export interface NewGrant {
  sealed: Sealed;
  scopes: readonly string[];
  expiresAt: number | null;
  refreshAt: number | null;
  nextTryAt: number;
  now: number;
}

const columns =
  "account, access_token_enc, refresh_token_enc, kid, scopes, expires_at, refresh_at, next_try_at, updated_at, status, version, failures";

/** The rows of one vault. Synchronous: between a check and its write nothing else runs. */
export class TokenStore {
  #sql: SqlStorage;

  constructor(storage: SqlStore) {
    migrate(storage, tokenVaultMigrations);
    this.#sql = storage.sql;
  }

  owner(): VaultOwner | undefined {
    const row = this.#sql.exec("SELECT community_id AS communityId, provider FROM vault_owner").toArray()[0];
    return row && vaultOwner.parse(row);
  }

  /** The first to keep a token here; false for anyone else. */
  own({ communityId, provider }: VaultOwner): boolean {
    this.#sql.exec("INSERT OR IGNORE INTO vault_owner VALUES (1, ?, ?)", communityId, provider);
    const owner = this.owner();
    return owner?.communityId === communityId && owner.provider === provider;
  }

  dataKeys(): WrappedKey[] {
    return this.#sql.exec<{ kid: string; wrapped: string }>("SELECT kid, wrapped FROM data_keys").toArray();
  }

  addDataKey({ kid, wrapped }: WrappedKey): void {
    this.#sql.exec("INSERT INTO data_keys VALUES (?, ?)", kid, wrapped);
  }

  find(account: string): TokenRow | undefined {
    const row = this.#sql.exec("SELECT * FROM oauth_tokens WHERE account = ?", account).toArray()[0];
    return row && tokenRow.parse(row);
  }

  all(): TokenRow[] {
    return z.array(tokenRow).parse(this.#sql.exec("SELECT * FROM oauth_tokens ORDER BY account").toArray());
  }

  /** The whole grant at once, whatever was there. */
  keep(account: string, grant: NewGrant): void {
    this.#sql.exec(
      `INSERT INTO oauth_tokens (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', 1, 0)
      ON CONFLICT DO UPDATE SET access_token_enc = excluded.access_token_enc,
        refresh_token_enc = excluded.refresh_token_enc, kid = excluded.kid, scopes = excluded.scopes,
        expires_at = excluded.expires_at, refresh_at = excluded.refresh_at, next_try_at = excluded.next_try_at,
        updated_at = excluded.updated_at, status = 'active', version = version + 1, failures = 0, problem = NULL`,
      account,
      grant.sealed.access,
      grant.sealed.refresh,
      grant.sealed.kid,
      grant.scopes.join(" "),
      grant.expiresAt,
      grant.refreshAt,
      grant.nextTryAt,
      grant.now,
    );
  }

  /** Both ciphertexts under a new key, unless they changed meanwhile. */
  reseal(account: string, old: Sealed, next: Sealed): boolean {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE oauth_tokens SET access_token_enc = ?, refresh_token_enc = ?, kid = ?
      WHERE account = ? AND access_token_enc = ? AND refresh_token_enc IS ?`,
      next.access,
      next.refresh,
      next.kid,
      account,
      old.access,
      old.refresh,
    );
    return rowsWritten > 0;
  }

  /** A try that came to nothing and may be repeated at `nextTryAt`. */
  noteFailure({ account, version }: TokenRow, facts: { problem: string; nextTryAt: number }): void {
    this.#sql.exec(
      `UPDATE oauth_tokens SET failures = failures + 1, problem = ?, next_try_at = ?
      WHERE account = ? AND version = ?`,
      facts.problem,
      facts.nextTryAt,
      account,
      version,
    );
  }

  /** Only the owner's new consent helps now. An answer about an older grant changes nothing. */
  requireReauth({ account, version }: TokenRow, problem: string, now: number): void {
    this.#sql.exec(
      `UPDATE oauth_tokens SET status = 'reauth_required', problem = ?, refresh_at = NULL, updated_at = ?
      WHERE account = ? AND version = ? AND status = 'active'`,
      problem,
      now,
      account,
      version,
    );
  }

  /** The access token works no more; it is not handed out again. */
  expire({ account, version }: TokenRow): void {
    this.#sql.exec(
      "UPDATE oauth_tokens SET expires_at = 0 WHERE account = ? AND version = ?",
      account,
      version,
    );
  }

  revoke(account: string, now: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE oauth_tokens SET status = 'revoked', access_token_enc = '', refresh_token_enc = NULL, expires_at = 0,
        refresh_at = NULL, version = version + 1, updated_at = ? WHERE account = ?`,
      now,
      account,
    );
    return rowsWritten > 0;
  }

  /** Active accounts to be refreshed by `now`, the most urgent first. */
  due(now: number): string[] {
    return this.#sql
      .exec<{ account: string }>(
        `SELECT account FROM oauth_tokens WHERE status = 'active' AND refresh_at <= ? AND next_try_at <= ?
        ORDER BY expires_at`,
        now,
        now,
      )
      .toArray()
      .map(({ account }) => account);
  }

  /** When the next refresh is due; undefined when none is. */
  nextDue(): number | undefined {
    const { at } = this.#sql
      .exec<{ at: number | null }>(
        "SELECT min(max(refresh_at, next_try_at)) AS at FROM oauth_tokens WHERE status = 'active' AND refresh_at NOT NULL",
      )
      .one();
    return at ?? undefined;
  }

  /** Accounts whose ciphertexts are under another key than `kid`. A revoked account has none. */
  onOtherKeys(kid: string): TokenRow[] {
    return this.all().filter(({ status, sealed }) => status !== "revoked" && sealed.kid !== kid);
  }
}
