import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  customType,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

const searchVector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The last quote number of each community; its row is the queue at which concurrent adds line up. */
export const quoteNumbers = pgTable("memories_quote_numbers", {
  communityId: integer("community_id")
    .primaryKey()
    .references(() => communities.id),
  last: integer().notNull(),
});

export const quotes = pgTable(
  "memories_quotes",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    /** What people call it: 1, 2, 3 … in their own community, never used twice. */
    number: integer().notNull(),
    quoteText: text("quote_text").notNull(),
    author: text().notNull().default("Unknown"),
    addedBy: text("added_by").notNull(),
    /** The invocation that added it: a repeated one adds nothing. */
    idempotencyKey: text("idempotency_key").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    deletedAt: timestamp("deleted_at", { withTimezone: true }),
    deletedBy: text("deleted_by"),
    deletionKey: text("deletion_key"),
    // Stemmed words find "run" by "running"; the plain ones let a beginning ("machi") find its word in the same index.
    search: searchVector()
      .notNull()
      .generatedAlwaysAs(
        sql`to_tsvector('english'::regconfig, quote_text || ' ' || author) || to_tsvector('simple'::regconfig, quote_text || ' ' || author)`,
      ),
  },
  (table) => [
    uniqueIndex("memories_quotes_number").on(table.communityId, table.number),
    uniqueIndex("memories_quotes_idempotency").on(table.communityId, table.idempotencyKey),
    index("memories_quotes_search").using("gin", table.search),
    index("memories_quotes_kept").on(table.communityId, table.number.desc()).where(sql`deleted_at is null`),
    check("memories_quotes_text_length", sql`char_length(${table.quoteText}) between 1 and 5000`),
    check("memories_quotes_author_length", sql`char_length(${table.author}) between 1 and 100`),
  ],
);
