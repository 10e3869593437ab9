import { index, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

/** What moderators of a community write down about one of its people, for each other. */
export const memberNotes = pgTable(
  "member_notes",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    userKey: text("user_key").notNull(),
    text: text().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
  },
  (table) => [index("member_notes_person").on(table.communityId, table.userKey, table.id)],
);
