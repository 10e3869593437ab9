import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { communities, servers } from "#db/schema/core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const at = (name: string) => moment(name).notNull().defaultNow();

/** Words to put on things (40-core §1.31). `community_id` null: the house's own, for all, and nobody's to change. */
export const labels = pgTable(
  "labels",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id").references(() => communities.id),
    category: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
    color: text().notNull().default("#000000"),
    icon: text(),
    isSystem: boolean("is_system").notNull().default(false),
    /** False: deleted. Nobody sees it or its assignments any more; those go with the next runs of the clock. */
    isActive: boolean("is_active").notNull().default(true),
    /** Rises with every change; what `If-Match` names. */
    version: integer().notNull().default(1),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
    updatedAt: at("updated_at"),
  },
  (table) => [
    uniqueIndex("labels_name")
      .on(sql`coalesce(${table.communityId}, 0)`, table.category, sql`lower(${table.name})`)
      .where(sql`is_active`),
    index("labels_deleted").on(table.id).where(sql`NOT is_active`),
    check("labels_system", sql`${table.isSystem} OR ${table.communityId} IS NOT NULL`),
  ],
);

/** Who carries which label, in one community. One past `expires_at` counts as gone before it is removed. */
export const entityLabels = pgTable(
  "entity_labels",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    entityType: text("entity_type").notNull(),
    entityId: text("entity_id").notNull(),
    labelId: integer("label_id")
      .notNull()
      .references(() => labels.id),
    appliedBy: text("applied_by").notNull(),
    appliedAt: at("applied_at"),
    expiresAt: moment("expires_at"),
    metadata: jsonb().notNull().default({}),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.entityType, table.entityId, table.labelId] }),
    index("entity_labels_holders").on(table.labelId, table.communityId, table.entityId),
    index("entity_labels_expiry").on(table.expiresAt).where(sql`expires_at IS NOT NULL`),
  ],
);

/** People who get a role on a platform, by hand or because they carry a label. */
export const entityGroups = pgTable(
  "entity_groups",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    name: text().notNull(),
    /** The channel whose server has the role. */
    entityId: text("entity_id")
      .notNull()
      .references(() => servers.entityId),
    platform: text().notNull(),
    kind: text().notNull(),
    roleId: text("role_id"),
    labelId: integer("label_id").references(() => labels.id),
    isActive: boolean("is_active").notNull().default(true),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
  },
  (table) => [
    index("entity_groups_community").on(table.communityId, table.id),
    index("entity_groups_label").on(table.labelId).where(sql`is_active`),
    check(
      "entity_groups_kind",
      sql`${table.kind} IN ('discord_role', 'slack_user_group', 'twitch_mod', 'twitch_vip')`,
    ),
  ],
);

/**
 * What is wanted of the platform for one person, and whether it was told: a queue of wishes, not of calls, so that a
 * wish that changes before it was told costs one call. A row that is not wanted goes once the platform has been told.
 */
export const entityGroupMembers = pgTable(
  "entity_group_members",
  {
    groupId: integer("group_id").notNull(),
    userKey: text("user_key").notNull(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    reason: text().notNull(),
    /** The accounts whose label brings it: their own, or others of the same person. */
    via: text().array().notNull().default([]),
    isWanted: boolean("is_wanted").notNull().default(true),
    isSettled: boolean("is_settled").notNull().default(false),
    /** Rises with every change of the wish; part of the call's id. */
    revision: integer().notNull().default(1),
    attempts: integer().notNull().default(0),
    nextTryAt: at("next_try_at"),
    /** Why the platform would not, for people. */
    problem: text(),
    expiresAt: moment("expires_at"),
    createdAt: at("created_at"),
  },
  (table) => [
    primaryKey({ columns: [table.groupId, table.userKey] }),
    foreignKey({ columns: [table.groupId], foreignColumns: [entityGroups.id] }),
    index("entity_group_members_due").on(table.nextTryAt).where(sql`NOT is_settled`),
    index("entity_group_members_expiry").on(table.expiresAt).where(sql`expires_at IS NOT NULL`),
    check("entity_group_members_reason", sql`${table.reason} IN ('manual', 'auto_label', 'auto_rule')`),
  ],
);
