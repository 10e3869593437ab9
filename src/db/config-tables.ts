import { type SQL, sql } from "drizzle-orm";
import type { ConfigKind } from "#contracts/config-version";

/** Where a kind of configuration lies, and which of its columns people decide. No column of a moment: a version has its own. */
export interface ConfigTable {
  table: string;
  /** What names a row; part of its state. */
  key: readonly string[];
  /** Beside the key. */
  columns: readonly string[];
  /** In the audit log. */
  resourceType: string;
  /** Of these columns which are never written into the audit log: an address may be a capability. */
  unlogged?: readonly string[];
}

export const configTables = {
  command: {
    table: "commands",
    key: ["id"],
    columns: [
      "prefix",
      "name",
      "module",
      "handler",
      "description",
      "usage",
      "category",
      "permission_level",
      "cooldown_seconds",
      "role_cooldowns",
      "rate_limit_per_minute",
      "point_cost",
      "is_enabled",
      "trigger_type",
      "event_types",
      "priority",
      "execution_mode",
      "target",
      "timeout_seconds",
      "version",
    ],
    resourceType: "command",
  },
  command_switch: {
    table: "command_permissions",
    key: ["command_id", "entity_id"],
    columns: ["is_enabled"],
    resourceType: "command",
  },
  string_rule: {
    table: "string_rules",
    key: ["id"],
    columns: [
      "entity_ids",
      "pattern",
      "match_type",
      "case_sensitive",
      "fold_look_alikes",
      "is_shadow",
      "action",
      "command_to_execute",
      "command_parameters",
      "webhook_url",
      "warning_message",
      "block_message",
      "priority",
      "is_active",
    ],
    resourceType: "string_rule",
  },
  timer: {
    table: "timers",
    key: ["id"],
    columns: [
      "entity_id",
      "cron",
      "interval_seconds",
      "timezone",
      "action",
      "payload",
      "is_enabled",
      "only_when_live",
      "min_lines",
    ],
    resourceType: "timer",
  },
  module: {
    table: "community_modules",
    key: ["module"],
    columns: ["is_enabled", "settings"],
    resourceType: "module",
  },
  outgoing_webhook: {
    table: "outgoing_webhooks",
    key: ["id"],
    columns: ["url", "description", "event_types", "is_enabled"],
    resourceType: "outgoing_webhook",
    unlogged: ["url"],
  },
  community: {
    table: "communities",
    key: ["id"],
    columns: ["name", "name_key", "description", "type", "join_mode", "theme"],
    resourceType: "community",
  },
} as const satisfies Record<ConfigKind, ConfigTable>;

export function configTable(kind: ConfigKind): ConfigTable {
  return configTables[kind];
}

/** Columns of a row by its alias, as SQL names. */
export function column(alias: string, name: string): SQL {
  return sql`${sql.identifier(alias)}.${sql.identifier(name)}`;
}

/** The state of the row under `alias`. */
export function stateOf(kind: ConfigKind, alias: string): SQL {
  const { key, columns } = configTable(kind);
  const pairs = [...key, ...columns].map((name) => sql`${sql.raw(`'${name}'`)}, ${column(alias, name)}`);
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`;
}

/** What names the row under `alias` in versions and in the audit log. */
export function objectIdOf(kind: ConfigKind, alias: string): SQL {
  const parts = configTable(kind).key.map((name) => sql`${column(alias, name)}::text`);
  return sql`concat_ws('/', ${sql.join(parts, sql`, `)})`;
}

/** Whether the rows under two aliases are the same object of the community. */
export function isSameObject(kind: ConfigKind, one: string, other: string): SQL {
  const pairs = configTable(kind).key.map((name) => sql`${column(one, name)} = ${column(other, name)}`);
  return sql`(${sql.join(pairs, sql` AND `)})`;
}

/** Whether the row under `alias` is the community's. A switch is where its channel is. */
export function isOfCommunity(kind: ConfigKind, alias: string, communityId: number | SQL): SQL {
  if (kind === "community") return sql`${column(alias, "id")} = ${communityId}`;
  if (kind !== "command_switch") return sql`${column(alias, "community_id")} = ${communityId}`;
  return sql`${column(alias, "entity_id")} IN (SELECT v.entity_id FROM servers v WHERE v.community_id = ${communityId})`;
}
