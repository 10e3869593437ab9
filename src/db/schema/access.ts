import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { communities } from "#db/schema/core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const at = (name: string) => moment(name).notNull().defaultNow();
const words = (name: string) => text(name).array().notNull().default(sql`'{}'`);

/** Keys of services, people and super admins. The secret half is kept as its SHA-256 only (threats row 17). */
export const apiKeys = pgTable(
  "api_keys",
  {
    /** The public half of the key, `wb_live_<12>` or `wbot_<15>`; fit for logs. */
    id: text().primaryKey(),
    name: text().notNull(),
    secretHash: text("secret_hash").notNull(),
    roles: words("roles"),
    scopes: words("scopes"),
    /** Set when the key may act in one community only. */
    communityId: integer("community_id").references(() => communities.id),
    /** Null: the limit of its roles and of the route group. */
    limitPerMinute: integer("limit_per_minute"),
    limitPerHour: integer("limit_per_hour"),
    isActive: boolean("is_active").notNull().default(true),
    expiresAt: moment("expires_at"),
    createdBy: text("created_by").notNull(),
    lastUsedAt: moment("last_used_at"),
    createdAt: at("created_at"),
    disabledAt: moment("disabled_at"),
  },
  (table) => [
    index("api_keys_community").on(table.communityId),
    index("api_keys_created").on(table.createdAt),
  ],
);

/**
 * Who changed what. Triggers of the database number the rows without a gap, chain each to the one before,
 * and refuse every UPDATE and DELETE (docs/decisions, threats rows 21 and 27).
 */
export const auditLog = pgTable(
  "audit_log",
  {
    /** Given by the trigger, in the order of the chain; what an insert says is ignored. */
    id: bigint({ mode: "bigint" }).primaryKey().default(sql`0`),
    at: at("at"),
    actor: text().notNull(),
    action: text().notNull(),
    resourceType: text("resource_type").notNull(),
    resourceId: text("resource_id").notNull(),
    /** No foreign key: the record outlives what it speaks of. */
    communityId: integer("community_id"),
    before: jsonb(),
    after: jsonb(),
    ipHash: text("ip_hash"),
    userAgent: text("user_agent"),
    requestId: text("request_id"),
    /** SHA-256 hex over the previous row's chain and this row; given by the trigger. */
    chain: text().notNull().default(""),
  },
  (table) => [
    index("audit_log_resource").on(table.resourceType, table.resourceId, table.id.desc()),
    index("audit_log_community").on(table.communityId, table.id.desc()),
  ],
);

/** Super admins (50-admin §1.41). Their keys are rows of `api_keys`; the table names are those of the older broker. */
export const kongAdminUsers = pgTable(
  "kong_admin_users",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    username: text().notNull(),
    email: text().notNull(),
    fullName: text("full_name").notNull(),
    kongConsumerId: text("kong_consumer_id").notNull().unique(),
    apiKeyId: text("api_key_id").references(() => apiKeys.id),
    permissions: words("permissions"),
    groups: words("groups"),
    notes: text().notNull().default(""),
    isActive: boolean("is_active").notNull().default(true),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
    updatedAt: at("updated_at"),
  },
  (table) => [
    uniqueIndex("kong_admin_users_username").on(sql`lower(${table.username})`),
    uniqueIndex("kong_admin_users_email").on(sql`lower(${table.email})`),
  ],
);

/** Sign-ins of super admins; only the hash of the session's token. */
export const kongAdminSessions = pgTable(
  "kong_admin_sessions",
  {
    tokenHash: text("token_hash").primaryKey(),
    userId: integer("user_id")
      .notNull()
      .references(() => kongAdminUsers.id),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    isActive: boolean("is_active").notNull().default(true),
    createdAt: at("created_at"),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("kong_admin_sessions_user").on(table.userId)],
);

/** What was done through the broker. Append-only, as `audit_log` is. */
export const kongAdminAuditLog = pgTable(
  "kong_admin_audit_log",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    username: text(),
    action: text().notNull(),
    resourceType: text("resource_type").notNull(),
    resourceId: text("resource_id").notNull(),
    details: jsonb().notNull().default({}),
    performedBy: text("performed_by").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    status: text().notNull().default("success"),
    errorMessage: text("error_message"),
    createdAt: at("created_at"),
  },
  (table) => [
    index("kong_admin_audit_log_username").on(table.username, table.id.desc()),
    index("kong_admin_audit_log_action").on(table.action, table.id.desc()),
  ],
);

/** Restorable records of super admins: groups, permissions and the hash of their key. */
export const kongConsumerBackup = pgTable(
  "kong_consumer_backup",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    username: text().notNull(),
    kongConsumerId: text("kong_consumer_id").notNull(),
    backupType: text("backup_type").notNull(),
    snapshot: jsonb().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: at("created_at"),
    restoredAt: moment("restored_at"),
  },
  (table) => [index("kong_consumer_backup_username").on(table.username, table.id.desc())],
);

/** Settings of the broker, seeded by its migration. */
export const brokerConfig = pgTable("broker_config", {
  configKey: text("config_key").primaryKey(),
  configValue: text("config_value").notNull(),
  description: text().notNull().default(""),
  updatedAt: at("updated_at"),
});
