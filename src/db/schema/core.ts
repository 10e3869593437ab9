import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
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

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** A community; `id` 1 is reserved for `waddlebot-global` (90-decisions C-07). */
export const communities = pgTable(
  "communities",
  {
    id: integer().primaryKey().generatedByDefaultAsIdentity(),
    /** Never given to another one, not even after its community was deleted. */
    slug: text().notNull().unique(),
    name: text().notNull(),
    /** The name as the eye reads it; no two communities that exist share one. */
    nameKey: text("name_key"),
    description: text().notNull().default(""),
    type: text().notNull().default("creator"),
    joinMode: text("join_mode").notNull().default("open"),
    theme: jsonb().notNull().default({}),
    /** False for a deleted one; it is shown nowhere. */
    isActive: boolean("is_active").notNull().default(true),
    /** Rises with every change of anything a channel's snapshot holds. */
    configVersion: integer("config_version").notNull().default(1),
    /** Rises with every change of the community's own fields; its ETag. */
    version: integer().notNull().default(1),
    createdBy: text("created_by").notNull().default("system"),
    createdAt: at("created_at"),
    updatedAt: at("updated_at"),
  },
  (table) => [uniqueIndex("communities_name").on(table.nameKey).where(sql`is_active`)],
);

/** The channels we watch (80-details §2.14 `servers`). A channel belongs to one community. */
export const servers = pgTable(
  "servers",
  {
    entityId: text("entity_id").primaryKey(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    platform: text().notNull(),
    serverId: text("server_id").notNull(),
    channel: text(),
    owner: text().notNull().default("system"),
    isActive: boolean("is_active").notNull().default(true),
    /** Where a collector of the 004 generation is told of this channel. */
    webhookUrl: text("webhook_url"),
    config: jsonb().notNull().default({}),
    /** When somebody was last active in it, as far as the channel's flushes have said. */
    lastActivity: timestamp("last_activity", { withTimezone: true, mode: "date" }),
    createdAt: at("created_at"),
    updatedAt: at("updated_at"),
  },
  (table) => [
    index("servers_community").on(table.communityId),
    index("servers_platform_active").on(table.platform).where(sql`is_active`),
  ],
);

/** The command registry. `community_id` null is the global row; a community's own row wins over it. */
export const commands = pgTable(
  "commands",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    communityId: integer("community_id").references(() => communities.id),
    prefix: text().notNull(),
    name: text().notNull(),
    module: text().notNull(),
    handler: text().notNull(),
    description: text().notNull(),
    usage: text().notNull(),
    category: text().notNull().default("general"),
    permissionLevel: text("permission_level").notNull().default("everyone"),
    cooldownSeconds: integer("cooldown_seconds").notNull().default(0),
    /** Seconds by role, instead of `cooldown_seconds`. */
    roleCooldowns: jsonb("role_cooldowns").notNull().default({}),
    rateLimitPerMinute: integer("rate_limit_per_minute").notNull().default(60),
    pointCost: integer("point_cost").notNull().default(0),
    isEnabled: boolean("is_enabled").notNull().default(true),
    triggerType: text("trigger_type").notNull().default("command"),
    eventTypes: text("event_types").array().notNull().default(sql`'{}'`),
    priority: integer().notNull().default(100),
    executionMode: text("execution_mode").notNull().default("sequential"),
    /** Null for our own modules; else where it runs, without secrets (contracts/command.ts). */
    target: jsonb(),
    timeoutSeconds: integer("timeout_seconds").notNull().default(30),
    version: text().notNull().default("1.0"),
    usageCount: bigint("usage_count", { mode: "bigint" }).notNull().default(sql`0`),
    lastUsedAt: timestamp("last_used_at", { withTimezone: true, mode: "date" }),
    updatedAt: at("updated_at"),
  },
  (table) => [
    uniqueIndex("commands_word").on(sql`coalesce(${table.communityId}, 0)`, table.prefix, table.name),
  ],
);

/** Modules a community switched off or configured. No row means enabled with default settings. */
export const communityModules = pgTable(
  "community_modules",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    module: text().notNull(),
    isEnabled: boolean("is_enabled").notNull().default(true),
    settings: jsonb().notNull().default({}),
  },
  (table) => [primaryKey({ columns: [table.communityId, table.module] })],
);

/** Roles above member, by the platform's own user id. */
export const communityRbac = pgTable(
  "community_rbac",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    userKey: text("user_key").notNull(),
    role: text().notNull(),
    assignedAt: at("assigned_at"),
  },
  (table) => [primaryKey({ columns: [table.communityId, table.userKey] })],
);

/** What people did, summed; arrives from channels in flushes, each counted once (`activity_flushes`). */
export const communityActivity = pgTable(
  "community_activity",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    userKey: text("user_key").notNull(),
    userName: text("user_name").notNull(),
    messages: bigint({ mode: "bigint" }).notNull().default(sql`0`),
    points: bigint({ mode: "bigint" }).notNull().default(sql`0`),
    lastSeenAt: at("last_seen_at"),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.userKey] }),
    index("community_activity_board").on(table.communityId, table.points, table.userKey),
    index("community_activity_names").on(table.communityId, sql`lower(${table.userName})`),
  ],
);

/** The idempotency keys of activity flushes: a repeated flush adds nothing. */
export const activityFlushes = pgTable(
  "activity_flushes",
  {
    id: text().primaryKey(),
    flushedAt: at("flushed_at"),
  },
  (table) => [index("activity_flushes_age").on(table.flushedAt)],
);

/** One row per executed command or event module (10-router §1.1 step 10). */
export const commandExecutions = pgTable(
  "command_executions",
  {
    id: text().primaryKey(),
    communityId: integer("community_id").notNull(),
    entityId: text("entity_id").notNull(),
    userKey: text("user_key").notNull(),
    module: text(),
    command: text(),
    status: text().notNull(),
    code: text(),
    executionTimeMs: integer("execution_time_ms").notNull(),
    retryCount: integer("retry_count").notNull().default(0),
    executedAt: at("executed_at"),
  },
  (table) => [
    index("command_executions_recent").on(table.communityId, table.executedAt.desc()),
    index("command_executions_time").on(table.executedAt),
    foreignKey({ columns: [table.communityId], foreignColumns: [communities.id] }),
  ],
);

/** Browser source tokens: only their SHA-256 is kept; each shows one type of one community. */
export const overlayTokens = pgTable(
  "overlay_tokens",
  {
    tokenHash: text("token_hash").primaryKey(),
    /** What a token is called where it may not be said. */
    id: integer().notNull().unique().generatedByDefaultAsIdentity(),
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    type: text().notNull(),
    isActive: boolean("is_active").notNull().default(true),
    /** The end of a replaced token's grace; null for one in use. */
    expiresAt: timestamp("expires_at", { withTimezone: true, mode: "date" }),
    createdBy: text("created_by").notNull().default("system"),
    createdAt: at("created_at"),
    lastOpenedAt: timestamp("last_opened_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [index("overlay_tokens_community").on(table.communityId, table.type)],
);

/** How a community's overlays look and sound, by type; what is not there looks as by default. */
export const overlayThemes = pgTable(
  "overlay_themes",
  {
    communityId: integer("community_id")
      .notNull()
      .references(() => communities.id),
    type: text().notNull(),
    theme: jsonb().notNull(),
    /** Rises with every change; its ETag. */
    version: integer().notNull().default(1),
    updatedBy: text("updated_by").notNull(),
    updatedAt: at("updated_at"),
  },
  (table) => [primaryKey({ columns: [table.communityId, table.type] })],
);

/** EventSub subscriptions we asked for; a challenge for any other is refused. */
export const twitchSubscriptions = pgTable(
  "twitch_subscriptions",
  {
    type: text().notNull(),
    version: text().notNull(),
    broadcasterUserId: text("broadcaster_user_id").notNull(),
    subscriptionId: text("subscription_id"),
    /** pending, enabled, or the platform's own word for why not. */
    status: text().notNull().default("pending"),
    /** True where asking again is of no use until somebody consents. */
    needsOwner: boolean("needs_owner").notNull().default(false),
    /** For people; null where nothing is wrong. */
    problem: text(),
    /** Tries in a row that came to nothing. */
    attempts: integer().notNull().default(0),
    /** When it is asked for next; null while it is enabled. */
    nextTryAt: timestamp("next_try_at", { withTimezone: true, mode: "date" }).defaultNow(),
    updatedAt: at("updated_at"),
  },
  (table) => [
    primaryKey({ columns: [table.type, table.broadcasterUserId] }),
    index("twitch_subscriptions_due").on(table.nextTryAt),
  ],
);
