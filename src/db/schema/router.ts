import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { commands, communities } from "#db/schema/core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** Who belongs to a community. Everybody ever seen belongs to the global one (RBAC-1). */
export const communityMemberships = pgTable(
  "community_memberships",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    userKey: text("user_key").notNull(),
    joinedAt: at("joined_at"),
    isActive: boolean("is_active").notNull().default(true),
  },
  (table) => [primaryKey({ columns: [table.communityId, table.userKey] })],
);

/** A role in one channel only; it comes before the role in the community (10-router §1.4). */
export const entityRoles = pgTable(
  "entity_roles",
  {
    entityId: text("entity_id").notNull(),
    userKey: text("user_key").notNull(),
    role: text().notNull(),
    assignedBy: text("assigned_by").notNull(),
    assignedAt: at("assigned_at"),
  },
  (table) => [primaryKey({ columns: [table.entityId, table.userKey] })],
);

/** Commands switched on or off for one channel; no row means as the registry says. */
export const commandPermissions = pgTable(
  "command_permissions",
  {
    entityId: text("entity_id").notNull(),
    commandId: integer("command_id")
      .notNull()
      .references(() => commands.id, { onDelete: "cascade" }),
    isEnabled: boolean("is_enabled").notNull(),
  },
  (table) => [primaryKey({ columns: [table.entityId, table.commandId] })],
);

/** Moderation and auto-response (10-router §1.2). Deleting one only switches it off. */
export const stringRules = pgTable(
  "string_rules",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    entityIds: text("entity_ids").array().notNull().default(sql`'{}'`),
    pattern: text().notNull(),
    matchType: text("match_type").notNull(),
    caseSensitive: boolean("case_sensitive").notNull().default(false),
    foldLookAlikes: boolean("fold_look_alikes").notNull().default(false),
    isShadow: boolean("is_shadow").notNull().default(false),
    action: text().notNull(),
    commandToExecute: text("command_to_execute"),
    commandParameters: text("command_parameters").array().notNull().default(sql`'{}'`),
    webhookUrl: text("webhook_url"),
    warningMessage: text("warning_message"),
    blockMessage: text("block_message"),
    priority: integer().notNull().default(100),
    isActive: boolean("is_active").notNull().default(true),
    switchedOffBecause: text("switched_off_because"),
    matchCount: bigint("match_count", { mode: "number" }).notNull().default(0),
    lastMatched: timestamp("last_matched", { withTimezone: true, mode: "date" }),
    shadowCount: bigint("shadow_count", { mode: "number" }).notNull().default(0),
    lastShadowText: text("last_shadow_text"),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
  },
  (table) => [index("string_rules_active").on(table.communityId, table.priority).where(sql`is_active`)],
);

/** What modules answered, as they gave it (10-router §1.3). */
export const moduleResponses = pgTable(
  "module_responses",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    executionId: text("execution_id").notNull(),
    sessionId: text("session_id").notNull(),
    communityId: integer("community_id"),
    moduleName: text("module_name").notNull(),
    success: boolean().notNull(),
    responseAction: text("response_action").notNull(),
    /** The action's own fields. */
    responseData: jsonb("response_data").notNull(),
    errorMessage: text("error_message"),
    processingTimeMs: integer("processing_time_ms"),
    /** The caller's idempotency key, or one made of what was answered; the same answer to one execution is one row. */
    idempotencyKey: text("idempotency_key"),
    createdAt: at("created_at"),
  },
  (table) => [
    index("module_responses_execution").on(table.executionId),
    uniqueIndex("module_responses_once").on(table.executionId, table.moduleName, table.idempotencyKey),
    index("module_responses_recent").on(table.createdAt.desc()),
  ],
);

/** Sums over a community's command log since ever, kept with each flush, so that nobody counts the log itself. */
export const executionTotals = pgTable("execution_totals", {
  communityId: integer("community_id").primaryKey(),
  executions: bigint({ mode: "bigint" }).notNull().default(sql`0`),
  commands: bigint({ mode: "bigint" }).notNull().default(sql`0`),
  commandsSuccessful: bigint("commands_successful", { mode: "bigint" }).notNull().default(sql`0`),
  /** Refused ones too. */
  commandsFailed: bigint("commands_failed", { mode: "bigint" }).notNull().default(sql`0`),
  rateLimited: bigint("rate_limited", { mode: "bigint" }).notNull().default(sql`0`),
  commandMs: bigint("command_ms", { mode: "bigint" }).notNull().default(sql`0`),
});
