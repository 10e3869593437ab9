import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { CommandTarget } from "#contracts/command";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { type ChangedConfig, changeConfig } from "#workers/api/router/change-config";
import { type CommandRow, commandRow, type Placed } from "#workers/api/router/command-rows";
import type { CommandPatch, NewCommand } from "#workers/api/router/command-schemas";

/** Rows of its own that one community may have; every channel holds them all. */
export const commandsPerCommunity = 500;

export interface CommandFilter {
  communityId: number | null;
  entityId?: string | undefined;
  prefix?: string | undefined;
  platform?: string | undefined;
  moduleType?: "internal" | "community" | undefined;
  category?: string | undefined;
  isActive?: boolean | undefined;
  limit: number;
}

const listed = z.object({ row: commandRow, is_enabled: z.boolean() });

/** The registry as a community or a channel sees it: its own rows over the house's. Without a community the house's alone. */
export async function listCommands(db: Database, filter: CommandFilter) {
  const { communityId, entityId, prefix, platform, moduleType, category, isActive, limit } = filter;
  const isEnabled = sql`(coalesce(p.is_enabled, w.is_enabled) AND coalesce(m.is_enabled, true))`;
  const conditions: SQL[] = [sql`true`];
  if (prefix !== undefined) conditions.push(sql`w.prefix = ${prefix}`);
  if (category !== undefined) conditions.push(sql`w.category = ${category}`);
  if (moduleType !== undefined) conditions.push(sql`(w.target IS NULL) = ${moduleType === "internal"}`);
  if (isActive !== undefined) conditions.push(sql`${isEnabled} = ${isActive}`);
  if (platform !== undefined)
    conditions.push(sql`(w.community_id IS NULL OR EXISTS (
      SELECT 1 FROM servers s WHERE s.community_id = w.community_id AND s.platform = ${platform}))`);
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(w) AS row, ${isEnabled} AS is_enabled
    FROM (SELECT DISTINCT ON (prefix, name) * FROM commands
          WHERE community_id IS NULL OR community_id = ${communityId}::int
          ORDER BY prefix, name, community_id NULLS LAST) w
    LEFT JOIN command_permissions p ON p.command_id = w.id AND p.entity_id = ${entityId ?? null}::text
    LEFT JOIN community_modules m ON m.module = w.module AND m.community_id = ${communityId}::int
    WHERE ${sql.join(conditions, sql` AND `)} ORDER BY w.prefix, w.name LIMIT ${limit}`);
  return z.array(listed).parse(rows);
}

export async function findCommand(db: Database, id: number): Promise<CommandRow | undefined> {
  return readOne(db, sql`id = ${id}`);
}

export async function findWord(
  db: Database,
  communityId: number,
  { prefix, command }: Pick<NewCommand, "prefix" | "command">,
): Promise<CommandRow | undefined> {
  return readOne(db, sql`community_id = ${communityId} AND prefix = ${prefix} AND name = ${command}`);
}

async function readOne(db: Database, where: SQL): Promise<CommandRow | undefined> {
  const { rows } = await db.execute(sql`SELECT to_jsonb(w) AS row FROM commands w WHERE ${where}`);
  return z.array(z.object({ row: commandRow })).parse(rows)[0]?.row;
}

interface Change {
  communityId: number;
  by: AuditActor;
}

/** Undefined when the word is taken, the community is full, or there is no such community. */
export function createCommand(
  db: Database,
  given: NewCommand,
  { module, handler, target }: Placed,
  to: Change,
) {
  const { communityId } = to;
  const change = sql`
    INSERT INTO commands (community_id, prefix, name, module, handler, description, usage, category, permission_level,
      cooldown_seconds, role_cooldowns, rate_limit_per_minute, point_cost, is_enabled, trigger_type, event_types,
      priority, execution_mode, target, timeout_seconds, version)
    SELECT c.id, ${given.prefix}, ${given.command}, ${module}, ${handler}, ${given.description},
      ${given.usage ?? given.command}, ${given.category}, ${given.permission_level}, ${given.cooldown_seconds}::int,
      ${JSON.stringify(given.role_cooldowns)}::jsonb, ${given.rate_limit}::int, ${given.point_cost}::int,
      ${given.is_enabled}::boolean, ${given.trigger_type}, ${textArray(given.event_types)}, ${given.priority}::int,
      ${given.execution_mode}, ${targetJson(target)}::jsonb, ${given.timeout}::int, ${given.version}
    FROM communities c WHERE c.id = ${communityId}
      AND (SELECT count(*) FROM commands o WHERE o.community_id = c.id) < ${commandsPerCommunity}
    ON CONFLICT DO NOTHING RETURNING *`;
  return changeCommand(db, change, "command.create", to);
}

/** Only what the patch names. */
export function updateCommand(
  db: Database,
  id: number,
  patch: Omit<CommandPatch, "target" | "location_url"> & { target?: CommandTarget },
  to: Change,
) {
  const columns = {
    description: patch.description,
    usage: patch.usage,
    category: patch.category,
    permission_level: patch.permission_level,
    cooldown_seconds: patch.cooldown_seconds,
    rate_limit_per_minute: patch.rate_limit,
    point_cost: patch.point_cost,
    is_enabled: patch.is_enabled,
    trigger_type: patch.trigger_type,
    priority: patch.priority,
    execution_mode: patch.execution_mode,
    timeout_seconds: patch.timeout,
    version: patch.version,
  };
  const sets = Object.entries(columns).flatMap(([name, value]) =>
    value === undefined ? [] : [sql`${sql.identifier(name)} = ${value}`],
  );
  if (patch.role_cooldowns) sets.push(sql`role_cooldowns = ${JSON.stringify(patch.role_cooldowns)}::jsonb`);
  if (patch.event_types) sets.push(sql`event_types = ${textArray(patch.event_types)}`);
  if (patch.target) sets.push(sql`target = ${targetJson(patch.target)}::jsonb`);
  const change = sql`UPDATE commands SET ${sql.join(sets, sql`, `)}, updated_at = now()
    WHERE id = ${id} AND community_id = ${to.communityId} RETURNING *`;
  return changeCommand(db, change, "command.update", to);
}

export function deleteCommand(db: Database, id: number, to: Change) {
  const change = sql`DELETE FROM commands WHERE id = ${id} AND community_id = ${to.communityId} RETURNING *`;
  return changeCommand(db, change, "command.delete", { ...to, isRemoval: true });
}

/** One channel's own switch for a command of its community or of the house. */
export function permitCommand(
  db: Database,
  permit: { id: number; entityId: string; isEnabled: boolean },
  { communityId, by }: Change,
): Promise<ChangedConfig | undefined> {
  const change = sql`
    INSERT INTO command_permissions (entity_id, command_id, is_enabled)
    SELECT ${permit.entityId}, c.id, ${permit.isEnabled}::boolean FROM commands c
    WHERE c.id = ${permit.id} AND (c.community_id IS NULL OR c.community_id = ${communityId})
    ON CONFLICT (entity_id, command_id) DO UPDATE SET is_enabled = excluded.is_enabled RETURNING *`;
  return changeConfig(db, { communityId, kind: "command_switch", change, action: "command.permit", by });
}

async function changeCommand(
  db: Database,
  change: SQL,
  action: string,
  to: Change & { isRemoval?: boolean },
) {
  const changed = await changeConfig(db, { ...to, kind: "command", change, action });
  return changed && { ...changed, command: commandRow.parse(changed.row) };
}

function targetJson(target: CommandTarget | null): string | null {
  return target && JSON.stringify(target);
}

function textArray(items: readonly string[]): SQL {
  return sql`ARRAY(SELECT jsonb_array_elements_text(${JSON.stringify(items)}::jsonb))`;
}
