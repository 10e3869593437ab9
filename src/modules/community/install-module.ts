import { sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { noteVersion } from "#db/config-versions";

const installed = z.tuple([z.object({ known: z.array(z.string()) })]);

/** Switches a module on for a community, if there is one of that name: one audit row and one version when it changed something. */
export async function installModule(
  db: Database,
  { module, communityId }: { module: string; communityId: number },
  by: AuditActor,
): Promise<{ isKnown: boolean; known: string[] }> {
  const note = noteChange(
    {
      action: "module.set",
      resourceType: "module",
      source: sql`changed`,
      resourceId: sql`changed.community_id || '/' || changed.module`,
      communityId: sql`changed.community_id`,
      before: sql`(SELECT to_jsonb(old) FROM old)`,
      after: sql`to_jsonb(changed)`,
    },
    by,
  );
  // Versions are kept by whoever holds the community's row.
  const lock = db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} FOR UPDATE`);
  const change = db.execute(sql`
    WITH known AS (SELECT DISTINCT module FROM commands WHERE community_id IS NULL OR community_id = ${communityId}),
    old AS (SELECT * FROM community_modules WHERE community_id = ${communityId} AND module = ${module}),
    changed AS (
      INSERT INTO community_modules AS m (community_id, module, is_enabled)
      SELECT ${communityId}::int, module, true FROM known WHERE module = ${module}
      ON CONFLICT (community_id, module) DO UPDATE SET is_enabled = true WHERE NOT m.is_enabled RETURNING *),
    raised AS (
      UPDATE communities SET config_version = config_version + 1
      WHERE id = ${communityId} AND EXISTS (SELECT 1 FROM changed)),
    noted AS (${note}),
    kept AS (${noteVersion({ kind: "module", communityId, source: "changed" }, by)})
    SELECT coalesce(jsonb_agg(module ORDER BY module), '[]'::jsonb) AS known FROM known`);
  const [, { rows }] = await db.batch([lock, change]);
  const [{ known }] = installed.parse(rows);
  return { isKnown: known.includes(module), known };
}
