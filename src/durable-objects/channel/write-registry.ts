import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { ModuleEffect } from "#contracts/module";
import type { Database } from "#db/client";
import { noteVersion, type VersionedChange } from "#db/config-versions";

interface RuleSwitch {
  communityId: number;
  ruleId: number;
}
interface RegistryChange {
  communityId: number;
  module: string;
  effect: ModuleEffect;
}

/**
 * Writes one command word of a community and raises its configuration version, in one transaction.
 * Repeating it changes nothing but the version. Returns the new version.
 */
export async function writeRegistry(
  db: Database,
  { communityId, module, effect }: RegistryChange,
): Promise<number> {
  if (effect.type === "command.execute") throw new Error("command.execute is not a registry change");
  const isRemoval = effect.type === "command.unregister";
  const change =
    effect.type === "command.register"
      ? sql`INSERT INTO commands (community_id, prefix, name, module, handler, description, usage, permission_level, cooldown_seconds)
            VALUES (${communityId}, ${effect.prefix}, ${effect.name}, ${module}, ${effect.handler}, ${effect.description},
                    ${effect.usage}, ${effect.permissionLevel}, ${effect.cooldownSeconds})
            ON CONFLICT (coalesce(community_id, 0), prefix, name) DO UPDATE SET
              module = excluded.module, handler = excluded.handler, description = excluded.description,
              usage = excluded.usage, permission_level = excluded.permission_level,
              cooldown_seconds = excluded.cooldown_seconds, updated_at = now() RETURNING *`
      : sql`DELETE FROM commands WHERE community_id = ${communityId} AND prefix = ${effect.prefix}
            AND name = ${effect.name} AND module = ${module} RETURNING *`;
  return writeAndRaise(db, change, { kind: "command", communityId, isRemoval, actor: `module ${module}` });
}

/** A rule that cost too much, switched off for the whole community. Returns the new version. */
export async function switchOffRule(db: Database, { communityId, ruleId }: RuleSwitch): Promise<number> {
  const change = sql`UPDATE string_rules SET is_active = false, switched_off_because = 'it took too long for one message'
                     WHERE id = ${ruleId} AND community_id = ${communityId} RETURNING *`;
  return writeAndRaise(db, change, { kind: "string_rule", communityId, actor: "the house" });
}

async function writeAndRaise(
  db: Database,
  change: SQL,
  { actor, ...facts }: Omit<VersionedChange, "source"> & { actor: string },
): Promise<number> {
  const kept = noteVersion({ ...facts, source: "changed" }, { actor, requestId: "" });
  // First, so that the state before is exact: whoever else changes this community waits.
  const raise = sql`UPDATE communities SET config_version = config_version + 1 WHERE id = ${facts.communityId} RETURNING config_version`;
  const write = sql`WITH changed AS (${change}), kept AS (${kept}) SELECT 1`;
  const [raised] = await db.batch([db.execute(raise), db.execute(write)]);
  return z.object({ config_version: z.coerce.number() }).parse(raised.rows[0]).config_version;
}
