import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Tokens people granted to a community's bot. Both are ciphertexts bound to their row and column (lib/cipher). */
export const oauthTokens = pgTable(
  "oauth_tokens",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    provider: text().notNull(),
    /** The platform's own id of the account. */
    accountId: text("account_id").notNull(),
    accessTokenEnc: text("access_token_enc").notNull(),
    /** Null where the platform gives none. */
    refreshTokenEnc: text("refresh_token_enc"),
    scopes: text().array().notNull().default(sql`'{}'`),
    /** Null for a token that does not end by itself. */
    expiresAt: moment("expires_at"),
    status: text().notNull().default("active"),
    /** The key both ciphertexts were written under; an old key may go once no row names it. */
    kid: text().notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.provider, table.accountId] }),
    index("oauth_tokens_kid").on(table.kid),
    index("oauth_tokens_trouble").on(table.communityId).where(sql`status <> 'active'`),
    check("oauth_tokens_status", sql`${table.status} in ('active', 'reauth_required', 'revoked')`),
  ],
);
