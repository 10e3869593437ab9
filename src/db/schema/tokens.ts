import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const communityId = () =>
  integer("community_id")
    .notNull()
    .references(() => communities.id);

/**
 * The copy of the token vaults: what a lost object is rebuilt from, what owners are shown, and where the sender reads
 * which accounts speak for whom. Both tokens are ciphertexts bound to their row and column (lib/cipher).
 */
export const oauthTokens = pgTable(
  "oauth_tokens",
  {
    communityId: communityId(),
    provider: text().notNull(),
    /** The account the bot speaks as, or the owner of a channel. */
    role: text().notNull(),
    /** The platform's own id of the account; of an installation the server's (Slack: the team). */
    accountId: text("account_id").notNull(),
    accountName: text("account_name").notNull().default(""),
    accessTokenEnc: text("access_token_enc").notNull(),
    /** Null where the platform gives none. */
    refreshTokenEnc: text("refresh_token_enc"),
    scopes: text().array().notNull().default(sql`'{}'`),
    /** Null for a token that does not end by itself. */
    expiresAt: moment("expires_at"),
    status: text().notNull().default("active"),
    /** Why the last refresh failed, in words. */
    problem: text(),
    /** The key both ciphertexts were written under; an old key may go once no row names it. */
    kid: text().notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    /** Of which state its community was told in chat, by its `updated_at`. The vaults do not know it. */
    reauthToldAt: moment("reauth_told_at"),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.provider, table.role, table.accountId] }),
    index("oauth_tokens_account").on(table.provider, table.accountId),
    index("oauth_tokens_kid").on(table.kid),
    index("oauth_tokens_trouble").on(table.communityId).where(sql`status <> 'active'`),
    check("oauth_tokens_status", sql`${table.status} in ('active', 'reauth_required', 'revoked')`),
    check("oauth_tokens_role", sql`${table.role} in ('bot', 'owner')`),
  ],
);

/** The vaults' data keys, each encrypted under the master key of the same id, which is never in a database. */
export const oauthDataKeys = pgTable(
  "oauth_data_keys",
  {
    communityId: communityId(),
    provider: text().notNull(),
    kid: text().notNull(),
    wrapped: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.communityId, table.provider, table.kid] })],
);

/** Consents that were begun and not finished: used once, for ten minutes (threats row 14). */
export const oauthStates = pgTable(
  "oauth_states",
  {
    /** SHA-256 of what travels in `state`, and of what the browser that began it keeps in a cookie. */
    stateHash: text("state_hash").primaryKey(),
    browserHash: text("browser_hash").notNull(),
    provider: text().notNull(),
    role: text().notNull(),
    communityId: communityId(),
    /** Who began it; asked again whether they may when they come back. */
    principal: text().notNull(),
    /** RFC 7636; never leaves the server. Null where the provider takes none. */
    codeVerifier: text("code_verifier"),
    returnPath: text("return_path").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("oauth_states_expiry").on(table.expiresAt)],
);
