import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/**
 * People who asked to be deleted. What is known of them here is what is still needed to finish: their accounts go from
 * the row with its last step, and it stays as the receipt.
 */
export const hubDeletions = pgTable(
  "hub_deletions",
  {
    /** Random; whoever has it may read the receipt. */
    id: text().primaryKey(),
    hubUserId: integer("hub_user_id").notNull().unique(),
    /** Those joined to them go with them. */
    userIds: integer("user_ids").array().notNull(),
    userKeys: text("user_keys").array().notNull(),
    /** What each step did, by its name: rows or objects. A step that is here is not done again. */
    steps: jsonb().notNull().default({}),
    requestedAt: timestamp("requested_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    finishedAt: timestamp("finished_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [
    index("hub_deletions_open").on(table.requestedAt).where(sql`finished_at IS NULL`),
    check("hub_deletions_forgotten", sql`${table.finishedAt} IS NULL OR cardinality(${table.userKeys}) = 0`),
  ],
);
