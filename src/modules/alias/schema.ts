import { sql } from "drizzle-orm";
import { bigint, boolean, check, integer, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

export const aliasCommands = pgTable(
  "alias_commands",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    /** Without prefix, lower case, NFC. */
    name: text().notNull(),
    /** `command` is run with the caller's rights, `text` is said. */
    commandType: text("command_type").notNull(),
    /** As typed, with its placeholders. */
    body: text().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    usageCount: bigint("usage_count", { mode: "bigint" }).notNull().default(sql`0`),
    lastUsedAt: timestamp("last_used_at", { withTimezone: true }),
    isActive: boolean("is_active").notNull().default(true),
    /** The invocations that last added, used and removed it: repeated, each counts once. */
    idempotencyKey: text("idempotency_key").notNull(),
    useKey: text("use_key"),
    removalKey: text("removal_key"),
  },
  (table) => [
    uniqueIndex("alias_commands_name").on(table.communityId, table.name),
    check("alias_commands_type", sql`${table.commandType} in ('command', 'text')`),
    check("alias_commands_body_length", sql`char_length(${table.body}) between 1 and 500`),
  ],
);
