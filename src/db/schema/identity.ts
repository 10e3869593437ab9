import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** One person, whatever platforms they are on. */
export const hubUsers = pgTable(
  "hub_users",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    username: text().notNull().unique(),
    displayName: text("display_name").notNull(),
    avatarUrl: text("avatar_url"),
    /** In one's own words, at most 300 characters. */
    bio: text().notNull().default(""),
    /** Who may look somebody up by their number: `everyone`, `communities` they share, or `nobody`. */
    visibility: text().notNull().default("communities"),
    /** In small letters; whoever gets in by it has read mail there. Null for whoever signs in by a platform only. */
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
    /** The joining that brought it here from another person; goes back with its undoing. */
    aliasId: integer("alias_id").references((): AnyPgColumn => hubUserAliases.id, { onDelete: "set null" }),
    /** Whether its person has others; kept by a trigger, so that boards find people of several accounts by an index. */
    isOneOfMany: boolean("is_one_of_many").notNull().default(false),
  },
  (table) => [
    uniqueIndex("platform_identities_account").on(table.platform, table.platformUserId),
    index("platform_identities_person").on(table.hubUserId),
    uniqueIndex("platform_identities_primary").on(table.hubUserId).where(sql`is_primary`),
    index("platform_identities_alias").on(table.aliasId).where(sql`alias_id IS NOT NULL`),
    index("platform_identities_many")
      .on(
        sql`(${table.platform} || ':' || replace(replace(${table.platformUserId}, '%', '%25'), ':', '%3A'))`,
      )
      .where(sql`is_one_of_many`),
  ],
);

/**
 * One person who is another one: while a row stands, the accounts of the first are the second's. Nothing else is moved,
 * so that undoing it gives back exactly what was there (docs/decisions/0036).
 */
export const hubUserAliases = pgTable(
  "hub_user_aliases",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    fromUserId: integer("from_user_id")
      .notNull()
      .references(() => hubUsers.id, { onDelete: "cascade" }),
    toUserId: integer("to_user_id")
      .notNull()
      .references(() => hubUsers.id, { onDelete: "cascade" }),
    /** Which of the accounts spoke for the first person before. */
    primaryIdentityId: integer("primary_identity_id"),
    mergedAt: at("merged_at"),
    undoneAt: timestamp("undone_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [
    uniqueIndex("hub_user_aliases_standing").on(table.fromUserId).where(sql`undone_at IS NULL`),
    index("hub_user_aliases_to").on(table.toUserId, table.id),
    check("hub_user_aliases_two", sql`${table.fromUserId} <> ${table.toUserId}`),
  ],
);

/** What a signed-in person shows in the session of another account to be joined with it; ten minutes, as SHA-256. */
export const hubMergeCodes = pgTable("hub_merge_codes", {
  hubUserId: integer("hub_user_id")
    .primaryKey()
    .references(() => hubUsers.id, { onDelete: "cascade" }),
  codeHash: text("code_hash").notNull().unique(),
  expiresAt: timestamp("expires_at", { withTimezone: true, mode: "date" }).notNull(),
});
