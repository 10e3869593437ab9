import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { communities, servers } from "#db/schema/core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** What a channel says or runs by the clock (20-receivers §1.14). When it last ran its channel knows. */
export const timers = pgTable(
  "timers",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    entityId: text("entity_id")
      .notNull()
      .references(() => servers.entityId),
    /** Five fields; or the interval; never both. */
    cron: text(),
    intervalSeconds: integer("interval_seconds"),
    timezone: text().notNull().default("UTC"),
    action: text().notNull(),
    payload: text().notNull(),
    isEnabled: boolean("is_enabled").notNull().default(true),
    onlyWhenLive: boolean("only_when_live").notNull().default(false),
    minLines: integer("min_lines").notNull().default(0),
    /** The most its commands may do: what its maker might when it was last changed, at most a moderator. */
    role: text().notNull(),
    /** The maker's own accounts; empty when it was a service. */
    makers: text().array().notNull().default(sql`'{}'`),
    /** Of the schedule, or of switching it on: ticks up to it are nobody's. */
    since: at("since"),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
  },
  (table) => [
    index("timers_entity").on(table.entityId),
    index("timers_community").on(table.communityId, table.id),
    check("timers_schedule", sql`num_nonnulls(${table.cron}, ${table.intervalSeconds}) = 1`),
    check("timers_action", sql`${table.action} IN ('message', 'command')`),
  ],
);
