import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { communities, servers } from "#db/schema/core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();
const score = (name: string) => numeric(name, { precision: 7, scale: 4 }).notNull();
const community = () =>
  integer("community_id")
    .notNull()
    .references(() => communities.id);

/** What a community decides about reputation (40-core §1.33). No row: the defaults of `contracts/reputation`. */
export const reputationConfig = pgTable(
  "reputation_config",
  {
    communityId: integer("community_id")
      .primaryKey()
      .references(() => communities.id),
    pointRules: jsonb("point_rules").notNull().default({}),
    /** Count only while the community has the premium licence. */
    weights: jsonb().notNull().default({}),
    isPremium: boolean("is_premium").notNull().default(false),
    autoBan: boolean("auto_ban").notNull().default(false),
    banThreshold: integer("ban_threshold").notNull().default(450),
    riskBuffer: integer("risk_buffer").notNull().default(50),
    /** Rises with every change; what `If-Match` names. */
    version: integer().notNull().default(1),
    updatedAt: at("updated_at"),
  },
  (table) => [check("reputation_config_threshold", sql`${table.banThreshold} BETWEEN 300 AND 850`)],
);

/** The second value of everybody who did something, in their communities and, as community 1, everywhere. */
export const reputationScores = pgTable(
  "reputation_scores",
  {
    communityId: community(),
    userKey: text("user_key").notNull(),
    score: score("score"),
    /** Before the last credit. */
    previousScore: score("previous_score"),
    totalEvents: bigint("total_events", { mode: "bigint" }).notNull(),
    lastActivity: at("last_activity"),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.userKey] }),
    index("reputation_scores_board").on(table.communityId, table.score, table.userKey),
    check("reputation_scores_bounds", sql`${table.score} BETWEEN 300 AND 850`),
  ],
);

/** What led to both values, a row a deed; chat and commands a row a person and day. */
export const reputationEvents = pgTable(
  "reputation_events",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: community(),
    userKey: text("user_key").notNull(),
    /** SHA-256 of channel and event, or name and day: a deed that comes twice is there once. */
    eventKey: text("event_key").notNull(),
    eventName: text("event_name").notNull(),
    /** Of what: bits, minutes, lines, or 1. */
    units: bigint({ mode: "bigint" }).notNull(),
    points: bigint({ mode: "bigint" }).notNull(),
    previousPoints: bigint("previous_points", { mode: "bigint" }).notNull(),
    newPoints: bigint("new_points", { mode: "bigint" }).notNull(),
    /** What it was worth; at the ends of the scale the score may have moved by less. */
    scoreChange: numeric("score_change", { precision: 16, scale: 4 }).notNull(),
    previousScore: score("previous_score"),
    newScore: score("new_score"),
    reason: text(),
    occurredAt: at("occurred_at"),
  },
  (table) => [
    uniqueIndex("reputation_events_once").on(table.communityId, table.userKey, table.eventKey),
    index("reputation_events_person").on(table.communityId, table.userKey, table.id),
    index("reputation_events_age").on(table.occurredAt),
  ],
);

/** Bans somebody's score called for, one a channel: a queue of wishes, told to the platform by the clock. */
export const reputationBans = pgTable(
  "reputation_bans",
  {
    communityId: community(),
    userKey: text("user_key").notNull(),
    entityId: text("entity_id")
      .notNull()
      .references(() => servers.entityId),
    score: score("score"),
    /** Rises when the score sank below the threshold again; part of the call's id. */
    revision: integer().notNull().default(1),
    isSettled: boolean("is_settled").notNull().default(false),
    attempts: integer().notNull().default(0),
    nextTryAt: at("next_try_at"),
    /** Why the platform would not, for people. */
    problem: text(),
    createdAt: at("created_at"),
  },
  (table) => [
    primaryKey({ columns: [table.communityId, table.userKey, table.entityId] }),
    index("reputation_bans_due").on(table.nextTryAt).where(sql`NOT is_settled`),
  ],
);
