import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/**
 * The raw event log of the receivers (20-receivers §1.8, `{platform}_events`): one table with the platform as a column,
 * so that a new platform needs no table. Chat lines and commands are not in it; 30 days. No foreign keys: the log
 * outlives what it speaks of, and is written in a channel's flush, which nothing may hold back.
 */
export const platformEvents = pgTable(
  "platform_events",
  {
    /** SHA-256 hex of `entity_id`, a line feed, `event_id`: both together may be longer than an index takes. */
    id: text().primaryKey(),
    entityId: text("entity_id").notNull(),
    eventId: text("event_id").notNull(),
    communityId: integer("community_id").notNull(),
    platform: text().notNull(),
    type: text().notNull(),
    /** Whose: `{ user, channel, message? }`, by the platform's own ids. */
    platformIds: jsonb("platform_ids").notNull(),
    /** The event as the platform's parser gave it, without where its reply goes: that is a capability. */
    eventData: jsonb("event_data").notNull(),
    processed: boolean().notNull(),
    occurredAt: moment("occurred_at").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("platform_events_recent").on(table.communityId, table.occurredAt.desc()),
    index("platform_events_age").on(table.createdAt),
  ],
);

/** What people did and what it came to (20-receivers §1.8, `{platform}_activities`); 365 days. */
export const platformActivities = pgTable(
  "platform_activities",
  {
    /** SHA-256 hex of `entity_id`, a line feed, `event_id`: both together may be longer than an index takes. */
    id: text().primaryKey(),
    entityId: text("entity_id").notNull(),
    eventId: text("event_id").notNull(),
    communityId: integer("community_id").notNull(),
    platform: text().notNull(),
    activityType: text("activity_type").notNull(),
    userKey: text("user_key").notNull(),
    userName: text("user_name").notNull(),
    /** Bits, gifts, viewers, minutes or a currency's smallest unit; null where there is nothing to count. */
    amount: bigint({ mode: "bigint" }),
    /** True once the person's points and membership of the community know of it: the same statement writes both. */
    contextSent: boolean("context_sent").notNull(),
    occurredAt: moment("occurred_at").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("platform_activities_recent").on(table.communityId, table.occurredAt.desc()),
    index("platform_activities_age").on(table.createdAt),
  ],
);
