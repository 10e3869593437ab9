import { boolean, index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { hubUsers } from "#db/schema/identity";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Personal API keys: each may what its person may. Only the SHA-256 of the secret is kept, and its last letters to tell keys apart. */
export const userApiKeys = pgTable(
  "user_api_keys",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    hubUserId: integer("hub_user_id")
      .notNull()
      .references(() => hubUsers.id, { onDelete: "cascade" }),
    name: text().notNull(),
    keyHash: text("key_hash").notNull().unique(),
    ending: text().notNull(),
    isActive: boolean("is_active").notNull().default(true),
    expiresAt: moment("expires_at").notNull(),
    lastUsedAt: moment("last_used_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("user_api_keys_person").on(table.hubUserId)],
);
