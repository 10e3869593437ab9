import { index, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

/** Which community somebody's commands in a channel are about, for an hour (40-core §1.32). */
export const communityContexts = pgTable(
  "community_contexts",
  {
    userKey: text("user_key").notNull(),
    entityId: text("entity_id").notNull(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    expiresAt: timestamp("expires_at", { withTimezone: true, mode: "date" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userKey, table.entityId] }),
    index("community_contexts_end").on(table.expiresAt),
  ],
);
