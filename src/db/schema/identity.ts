import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** One person, whatever platforms they are on. */
export const hubUsers = pgTable(
  "hub_users",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    username: text().notNull().unique(),
    displayName: text("display_name").notNull(),
    avatarUrl: text("avatar_url"),
    /** In small letters, proven by a mail that was answered; null for whoever signs in by a platform only. */
    email: text(),
    isActive: boolean("is_active").notNull().default(true),
    /** Runs the whole house. Given by configuration or by hand, never by a route. */
    isSuperAdmin: boolean("is_super_admin").notNull().default(false),
    createdAt: at("created_at"),
  },
  (table) => [uniqueIndex("hub_users_email").on(table.email)],
);

/** Accounts people have proven to be theirs. Keyed by the platform's own id: names change hands (threats row 30). */
export const platformIdentities = pgTable(
  "platform_identities",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    hubUserId: integer("hub_user_id")
      .notNull()
      .references(() => hubUsers.id, { onDelete: "cascade" }),
    /** `hub` for whoever has no platform yet: their own id here is their account then. */
    platform: text().notNull(),
    platformUserId: text("platform_user_id").notNull(),
    /** As the platform showed it last; for display only. */
    platformUsername: text("platform_username").notNull(),
    /** How it was proven: `oauth`, `code`, or `given` by the house. */
    method: text().notNull().default("given"),
    isPrimary: boolean("is_primary").notNull().default(false),
    /** Who may see that this account is theirs: `everyone`, `communities` they share, or `nobody`. */
    visibility: text().notNull().default("communities"),
    linkedAt: at("linked_at"),
  },
  (table) => [
    uniqueIndex("platform_identities_account").on(table.platform, table.platformUserId),
    index("platform_identities_person").on(table.hubUserId),
    uniqueIndex("platform_identities_primary").on(table.hubUserId).where(sql`is_primary`),
  ],
);
