import { boolean, index, integer, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** One person, whatever platforms they are on. */
export const hubUsers = pgTable("hub_users", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  username: text().notNull().unique(),
  displayName: text("display_name").notNull(),
  isActive: boolean("is_active").notNull().default(true),
  createdAt: at("created_at"),
});

/** Accounts people have proven to be theirs. Keyed by the platform's own id: names change hands (threats row 30). */
export const platformIdentities = pgTable(
  "platform_identities",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    hubUserId: integer("hub_user_id")
      .notNull()
      .references(() => hubUsers.id, { onDelete: "cascade" }),
    platform: text().notNull(),
    platformUserId: text("platform_user_id").notNull(),
    /** As the platform showed it last; for display only. */
    platformUsername: text("platform_username").notNull(),
    linkedAt: at("linked_at"),
  },
  (table) => [
    uniqueIndex("platform_identities_account").on(table.platform, table.platformUserId),
    index("platform_identities_person").on(table.hubUserId),
  ],
);
