import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { hubUsers } from "#db/schema/identity";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const at = (name: string) => moment(name).notNull().defaultNow();

/** Accounts people want to link by a code that is written to that account alone. One a person and platform. */
export const linkCodes = pgTable(
  "link_codes",
  {
    hubUserId: integer("hub_user_id")
      .notNull()
      .references(() => hubUsers.id, { onDelete: "cascade" }),
    platform: text().notNull(),
    platformUserId: text("platform_user_id").notNull(),
    platformUsername: text("platform_username").notNull(),
    /** Who asks, as the other account is told. */
    askedBy: text("asked_by").notNull(),
    /** The channel through which the bot reaches that account. */
    entityId: text("entity_id").notNull(),
    /** SHA-256 of account and code; null until it was sent, and after its end. */
    codeHash: text("code_hash"),
    status: text().notNull().default("wanted"),
    /** Why it could not be sent, for people. */
    problem: text(),
    wrongAttempts: integer("wrong_attempts").notNull().default(0),
    /** Since `day_began`. */
    asks: integer().notNull().default(1),
    dayBegan: at("day_began"),
    askedAt: at("asked_at"),
    expiresAt: moment("expires_at"),
  },
  (table) => [
    primaryKey({ columns: [table.hubUserId, table.platform] }),
    index("link_codes_account").on(table.platform, table.platformUserId),
    index("link_codes_waiting").on(table.askedAt).where(sql`status IN ('wanted', 'sending', 'sent')`),
    check(
      "link_codes_status",
      sql`${table.status} IN ('wanted', 'sending', 'sent', 'failed', 'completed', 'expired', 'exhausted')`,
    ),
  ],
);
