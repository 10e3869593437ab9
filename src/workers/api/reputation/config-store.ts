import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import {
  defaultSettings,
  type PointRules,
  type ReputationSettings,
  type WeightRules,
} from "#contracts/reputation";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { shownConfig } from "#workers/api/reputation/reputation-routes";

export type ShownConfig = z.infer<typeof shownConfig>;
export interface VersionedConfig {
  config: ShownConfig;
  /** 0 while nothing was decided. */
  version: number;
}
/** What is to be changed; the rest stays. */
export type ConfigChange =
  | { settings: ReputationSettings }
  | { rules: PointRules }
  | { weights: WeightRules }
  | { isPremium: boolean };

const row = z.object({ row: shownConfig.extend({ version: z.int() }) });
const undecided: VersionedConfig = {
  config: { ...defaultSettings, is_premium: false, point_rules: {}, weights: {} },
  version: 0,
};

export async function findConfig(db: Database, communityId: number): Promise<VersionedConfig> {
  const { rows } = await db.execute(
    sql`SELECT to_jsonb(f) AS row FROM reputation_config f WHERE community_id = ${communityId}`,
  );
  return toConfig(z.array(row).parse(rows)[0]) ?? undecided;
}

/**
 * Undefined when it is not what the caller last saw, or, for weights, when the community has no licence: that is asked
 * in the same statement, so that a licence that ends is not outrun.
 */
export async function changeConfig(
  db: Database,
  change: ConfigChange,
  { communityId, by, version }: { communityId: number; by: AuditActor; version: number | undefined },
): Promise<VersionedConfig | undefined> {
  const { action, columns, values, needs } = partsOf(change);
  const noted = noteChange(
    {
      action,
      resourceType: "reputation_config",
      source: sql`changed`,
      resourceId: sql`changed.community_id::text`,
      communityId: sql`changed.community_id`,
      before: sql`(SELECT to_jsonb(old) FROM old)`,
      after: sql`to_jsonb(changed)`,
    },
    by,
  );
  const { rows } = await db.execute(sql`
    WITH old AS (SELECT * FROM reputation_config WHERE community_id = ${communityId} FOR UPDATE),
    changed AS (
      INSERT INTO reputation_config AS f (community_id, ${columns})
      SELECT c.id, ${values} FROM communities c LEFT JOIN old ON true
      WHERE c.id = ${communityId} AND ${needs}
        AND coalesce(${version ?? null}::int, coalesce(old.version, 0)) = coalesce(old.version, 0)
      ON CONFLICT (community_id) DO UPDATE SET (version, updated_at, ${columns}) = ROW (f.version + 1, now(), ${values})
        WHERE f.version = coalesce(${version ?? null}::int, f.version)
      RETURNING *),
    noted AS (${noted})
    SELECT to_jsonb(changed) AS row FROM changed`);
  return toConfig(z.array(row).parse(rows)[0]);
}

function partsOf(change: ConfigChange): { action: string; columns: SQL; values: SQL; needs: SQL } {
  const needs = sql`true`;
  if ("settings" in change) {
    const { auto_ban, ban_threshold, risk_buffer } = change.settings;
    const values = sql`${auto_ban}::boolean, ${ban_threshold}::int, ${risk_buffer}::int`;
    const columns = sql`auto_ban, ban_threshold, risk_buffer`;
    return { action: "reputation.settings", columns, values, needs };
  }
  if ("rules" in change) {
    const values = sql`${JSON.stringify(change.rules)}::jsonb`;
    return { action: "reputation.scoring", columns: sql`point_rules`, values, needs };
  }
  if ("weights" in change) {
    const values = sql`${JSON.stringify(change.weights)}::jsonb`;
    return { action: "reputation.weights", columns: sql`weights`, values, needs: sql`old.is_premium` };
  }
  const values = sql`${change.isPremium}::boolean`;
  return { action: "reputation.licence", columns: sql`is_premium`, values, needs };
}

function toConfig(found: z.infer<typeof row> | undefined): VersionedConfig | undefined {
  if (!found) return undefined;
  const { version, ...config } = found.row;
  return { config, version };
}
