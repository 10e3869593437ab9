import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const at = (name: string) => moment(name).notNull().defaultNow();

/** Addresses a community wants its events sent to. What waits for each is in the object of that address. */
export const outgoingWebhooks = pgTable(
  "outgoing_webhooks",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    /** Often a capability itself, so it is in no log and no audit row. */
    url: text().notNull(),
    description: text().notNull().default(""),
    eventTypes: text("event_types").array().notNull().default(sql`'{}'`),
    /** When whoever answers there echoed our challenge; until then nothing is sent (threats row 7). */
    verifiedAt: moment("verified_at"),
    isEnabled: boolean("is_enabled").notNull().default(true),
    /** Why the house switched it off; null when a person did, and while it is on. */
    disabledBecause: text("disabled_because"),
    /** Signing keys are derived from the master key, the row and this number; none is stored. */
    keyNumber: integer("key_number").notNull().default(1),
    /** Until when the key before signs too. */
    previousKeyUntil: moment("previous_key_until"),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
  },
  (table) => [index("outgoing_webhooks_community").on(table.communityId, table.id)],
);
