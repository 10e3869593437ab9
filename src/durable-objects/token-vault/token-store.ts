import * as z from "zod";
import { migrate, type SqlStore } from "#durable-objects/storage/migrate";
import { tokenVaultMigrations } from "#durable-objects/token-vault/tables";
import {
  type NewGrant,
  type Sealed,
  type TokenRow,
  tokenRow,
  type VaultOwner,
  vaultOwner,
} from "#durable-objects/token-vault/token-row";
import { warnAheadMs } from "#durable-objects/token-vault/token-times";
import type { VaultCopy } from "#durable-objects/token-vault/vault-copy";
import type { WrappedKey } from "#lib/data-keys";

const columns =
  "account, access_token_enc, refresh_token_enc, kid, scopes, expires_at, refresh_at, validate_at, next_try_at, updated_at, name, status, version, failures";

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

  /** Everything at once, into an empty vault. What was active is refreshed at once: how old the copy is nobody knows. */
  restore({ owner, keys, grants }: VaultCopy, validateAt: number | null): boolean {
    if (!this.own(owner)) return false;
    for (const key of keys) this.addDataKey(key);
    for (const { account, sealed, scopes, status, problem, ...grant } of grants) {
      const [refreshAt, askAt] = status === "active" ? [grant.expiresAt, validateAt] : [null, null];
      this.#sql.exec(
        `INSERT INTO oauth_tokens (${columns}, problem, revision, copied_revision)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, 1, 0, ?, 1, 1)`,
        ...[account, sealed.access, sealed.refresh, sealed.kid, scopes.join(" "), grant.expiresAt],
        ...[dueAgain(sealed.refresh, refreshAt), askAt, grant.updatedAt, grant.name],
        ...[status, problem],
      );
    }
    return true;
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
      `INSERT INTO oauth_tokens (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, ''), 'active', 1, 0)
      ON CONFLICT DO UPDATE SET access_token_enc = excluded.access_token_enc,
        refresh_token_enc = excluded.refresh_token_enc, kid = excluded.kid, scopes = excluded.scopes,
        expires_at = excluded.expires_at, refresh_at = excluded.refresh_at, validate_at = excluded.validate_at,
        next_try_at = excluded.next_try_at, updated_at = excluded.updated_at, name = coalesce(?, name),
        status = 'active', version = version + 1, revision = revision + 1, failures = 0, problem = NULL`,
      account,
      grant.sealed.access,
      grant.sealed.refresh,
      grant.sealed.kid,
      grant.scopes.join(" "),
      grant.expiresAt,
      grant.refreshAt,
      grant.validateAt,
      grant.nextTryAt,
      grant.now,
      grant.name ?? null,
      grant.name ?? null,
    );
  }

  /** Both ciphertexts under a new key, unless they changed meanwhile. */
  reseal(account: string, old: Sealed, next: Sealed): boolean {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE oauth_tokens SET access_token_enc = ?, refresh_token_enc = ?, kid = ?, revision = revision + 1
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
      `UPDATE oauth_tokens SET failures = failures + 1, problem = ?, next_try_at = ?, revision = revision + 1
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
      `UPDATE oauth_tokens SET status = 'reauth_required', problem = ?, refresh_at = NULL,
        updated_at = ?, revision = revision + 1
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
      "UPDATE oauth_tokens SET expires_at = 0, revision = revision + 1 WHERE account = ? AND version = ?",
      account,
      version,
    );
  }

  revoke(account: string, now: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE oauth_tokens SET status = 'revoked', access_token_enc = '', refresh_token_enc = NULL, expires_at = 0,
        refresh_at = NULL, version = version + 1, revision = revision + 1, updated_at = ? WHERE account = ?`,
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

  /** Active accounts whose provider must be asked by `now` whether their token lives. */
  unvalidated(now: number): string[] {
    return this.#sql
      .exec<{ account: string }>(
        "SELECT account FROM oauth_tokens WHERE status = 'active' AND validate_at <= ? ORDER BY validate_at",
        now,
      )
      .toArray()
      .map(({ account }) => account);
  }

  validateAgain({ account }: TokenRow, at: number): void {
    this.#sql.exec("UPDATE oauth_tokens SET validate_at = ? WHERE account = ?", at, account);
  }

  /** When the next refresh or question is due; undefined when none is. */
  nextDue(): number | undefined {
    const { at } = this.#sql
      .exec<{ at: number | null }>(
        `SELECT min(at) AS at FROM (
          SELECT max(refresh_at, next_try_at) AS at FROM oauth_tokens WHERE status = 'active' AND refresh_at NOT NULL
          UNION ALL SELECT validate_at FROM oauth_tokens WHERE status = 'active' AND validate_at NOT NULL)`,
      )
      .one();
    return at ?? undefined;
  }

  /** What Postgres has no copy of yet. */
  uncopied(): TokenRow[] {
    const rows = this.#sql.exec("SELECT * FROM oauth_tokens WHERE copied_revision < revision");
    return z.array(tokenRow).parse(rows.toArray());
  }

  /** This state has arrived; a later one has not. */
  noteCopied({ account, revision }: TokenRow): void {
    this.#sql.exec("UPDATE oauth_tokens SET copied_revision = ? WHERE account = ?", revision, account);
  }

  /** Accounts whose ciphertexts are under another key than `kid`. A revoked account has none. */
  onOtherKeys(kid: string): TokenRow[] {
    return this.all().filter(({ status, sealed }) => status !== "revoked" && sealed.kid !== kid);
  }
}

/** What can be renewed is, at once; the owner of what cannot hears of its end ahead. */
function dueAgain(refresh: string | null, endsAt: number | null): number | null {
  if (endsAt === null) return null;
  return refresh === null ? endsAt - warnAheadMs : 0;
}
