import * as z from "zod";

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

/** One grant as it lies in the object's SQLite. Times are epoch milliseconds. */
export const tokenRow = z
  .object({
    account: z.string(),
    name: z.string(),
    access_token_enc: z.string(),
    refresh_token_enc: z.string().nullable(),
    scopes: z.string(),
    expires_at: z.number().nullable(),
    status: tokenStatus,
    kid: z.string(),
    version: z.number(),
    revision: z.number(),
    failures: z.number(),
    next_try_at: z.number(),
    problem: z.string().nullable(),
    updated_at: z.number(),
  })
  .transform((row) => ({
    account: row.account,
    /** What people call the account. */
    name: row.name,
    sealed: { access: row.access_token_enc, refresh: row.refresh_token_enc, kid: row.kid },
    scopes: row.scopes.split(" ").filter((scope) => scope !== ""),
    expiresAt: row.expires_at,
    status: row.status,
    /** Rises with every new grant: an answer that belongs to an older one is not written. */
    version: row.version,
    /** Rises with every change at all: what Postgres has a copy of. */
    revision: row.revision,
    failures: row.failures,
    nextTryAt: row.next_try_at,
    problem: row.problem,
    updatedAt: row.updated_at,
  }));
export type TokenRow = z.infer<typeof tokenRow>;

/** What a new grant sets; times in epoch milliseconds, null for a token that does not end. */
export interface NewGrant {
  sealed: Sealed;
  /** Undefined keeps the name there is. */
  name: string | undefined;
  scopes: readonly string[];
  expiresAt: number | null;
  refreshAt: number | null;
  /** Null where nobody asks the provider whether the token lives. */
  validateAt: number | null;
  nextTryAt: number;
  now: number;
}
