import { sql } from "drizzle-orm";
import * as z from "zod";
import type { AuditActor } from "#db/audit";
import type { Database } from "#db/client";
import { changeConfig } from "#workers/api/router/change-config";

const state = z.object({
  module: z.string(),
  is_enabled: z.boolean(),
  settings: z.record(z.string(), z.unknown()),
});

/** What a community set, and which modules of others its commands lead to; undefined when there is no such community. */
export async function listModules(db: Database, communityId: number) {
  const { rows } = await db.execute(sql`
    SELECT (SELECT coalesce(jsonb_agg(m), '[]'::jsonb) FROM community_modules m WHERE m.community_id = c.id) AS states,
      (SELECT coalesce(jsonb_agg(DISTINCT w.module), '[]'::jsonb) FROM commands w
       WHERE w.community_id = c.id AND w.target IS NOT NULL) AS installed
    FROM communities c WHERE c.id = ${communityId}`);
  return z.array(z.object({ states: z.array(state), installed: z.array(z.string()) })).parse(rows)[0];
}

export interface ModuleWish {
  communityId: number;
  module: string;
  /** Undefined: as it is. */
  isEnabled: boolean | undefined;
  settings: Record<string, unknown> | undefined;
}

export async function setModule(db: Database, wish: ModuleWish, by: AuditActor) {
  const { communityId, module, isEnabled = null, settings } = wish;
  const given = settings === undefined ? null : JSON.stringify(settings);
  const change = sql`
    INSERT INTO community_modules AS m (community_id, module, is_enabled, settings)
    SELECT c.id, ${module}, coalesce(${isEnabled}::boolean, true), coalesce(${given}::jsonb, '{}'::jsonb)
    FROM communities c WHERE c.id = ${communityId}
    ON CONFLICT (community_id, module) DO UPDATE SET
      is_enabled = coalesce(${isEnabled}::boolean, m.is_enabled), settings = coalesce(${given}::jsonb, m.settings)
    RETURNING *`;
  const changed = await changeConfig(db, { communityId, kind: "module", change, action: "module.set", by });
  return changed && { ...changed, state: state.parse(changed.row) };
}
