import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import type { Outgoing } from "#durable-objects/channel/outbox";

type RuleSwitch = Extract<Outgoing, { kind: "rule" }>;
type RegistryChange = Extract<Outgoing, { kind: "registry" }>;

/**
 * Writes one command word of a community and raises its configuration version, in one transaction.
 * Repeating it changes nothing but the version. Returns the new version.
 */
export async function writeRegistry(
  db: Database,
  { communityId, module, effect }: RegistryChange,
): Promise<number> {
  if (effect.type === "command.execute") throw new Error("command.execute is not a registry change");
  const change =
    effect.type === "command.register"
      ? sql`INSERT INTO commands (community_id, prefix, name, module, handler, description, usage, permission_level, cooldown_seconds)
            VALUES (${communityId}, ${effect.prefix}, ${effect.name}, ${module}, ${effect.handler}, ${effect.description},
                    ${effect.usage}, ${effect.permissionLevel}, ${effect.cooldownSeconds})
            ON CONFLICT (coalesce(community_id, 0), prefix, name) DO UPDATE SET
              module = excluded.module, handler = excluded.handler, description = excluded.description,
              usage = excluded.usage, permission_level = excluded.permission_level,
              cooldown_seconds = excluded.cooldown_seconds, updated_at = now()`
      : sql`DELETE FROM commands WHERE community_id = ${communityId} AND prefix = ${effect.prefix}
            AND name = ${effect.name} AND module = ${module}`;
  return writeAndRaise(db, communityId, change);
}

/** A rule that cost too much, switched off for the whole community. Returns the new version. */
export async function switchOffRule(db: Database, { communityId, ruleId }: RuleSwitch): Promise<number> {
  const change = sql`UPDATE string_rules SET is_active = false, switched_off_because = 'it took too long for one message'
                     WHERE id = ${ruleId} AND community_id = ${communityId}`;
  return writeAndRaise(db, communityId, change);
}

async function writeAndRaise(db: Database, communityId: number, change: SQL): Promise<number> {
  const raise = sql`UPDATE communities SET config_version = config_version + 1 WHERE id = ${communityId} RETURNING config_version`;
  const [, raised] = await db.batch([db.execute(change), db.execute(raise)]);
  return z.object({ config_version: z.coerce.number() }).parse(raised.rows[0]).config_version;
}
