import { bigint, foreignKey, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { communities, servers } from "#db/schema/core";

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const at = (name: string) => moment(name).notNull().defaultNow();

/** Collectors of the 004 generation that announced themselves (10-router §1.6). */
export const collectorModules = pgTable("collector_modules", {
  moduleName: text("module_name").primaryKey(),
  moduleVersion: text("module_version").notNull(),
  platform: text().notNull(),
  endpointUrl: text("endpoint_url").notNull(),
  healthCheckUrl: text("health_check_url").notNull(),
  /** What the collector said of itself last; `active` from its registration on. */
  status: text().notNull().default("active"),
  config: jsonb().notNull().default({}),
  lastHeartbeat: moment("last_heartbeat"),
  createdAt: at("created_at"),
  updatedAt: at("updated_at"),
});

/** Who switched a channel on through the legacy API, and when. Append only. */
export const gatewayActivations = pgTable(
  "gateway_activations",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    entityId: text("entity_id")
      .notNull()
      .references(() => servers.entityId),
    activatedBy: text("activated_by").notNull(),
    activatedAt: at("activated_at"),
  },
  (table) => [index("gateway_activations_entity").on(table.entityId, table.activatedAt.desc())],
);

/** Points that came through the legacy API; the key makes a repeated call count once. */
export const legacyReputationEvents = pgTable(
  "legacy_reputation_events",
  {
    id: text().primaryKey(),
    communityId: integer("community_id").notNull(),
    userKey: text("user_key").notNull(),
    activityType: text("activity_type").notNull(),
    points: bigint({ mode: "bigint" }).notNull(),
    createdAt: at("created_at"),
  },
  (table) => [
    foreignKey({ columns: [table.communityId], foreignColumns: [communities.id] }),
    index("legacy_reputation_events_person").on(table.communityId, table.userKey),
    index("legacy_reputation_events_age").on(table.createdAt),
  ],
);
