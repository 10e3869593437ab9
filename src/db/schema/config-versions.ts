import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

/** Every change of a community's configuration, written by the statement that makes it (docs/decisions). */
export const configVersions = pgTable(
  "config_versions",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    at: timestamp("at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    /** As in the audit log. */
    actor: text().notNull(),
    /** The changes of one request belong together. */
    requestId: text("request_id"),
    kind: text().notNull(),
    objectId: text("object_id").notNull(),
    origin: text().notNull().default("change"),
    /** The version this one took back. */
    undoes: bigint({ mode: "number" }),
    /** Null: it was not there before. */
    before: jsonb(),
    /** Null: it is there no more. */
    after: jsonb(),
  },
  (table) => [
    index("config_versions_community").on(table.communityId, table.id.desc()),
    index("config_versions_object").on(table.communityId, table.kind, table.objectId, table.id.desc()),
    check("config_versions_origin", sql`${table.origin} IN ('change', 'undo', 'import')`),
    check("config_versions_change", sql`${table.before} IS DISTINCT FROM ${table.after}`),
  ],
);
