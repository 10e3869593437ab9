import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";

const row = z.object({ changed: z.boolean(), version: z.int() });

/** Switch, version and record in one statement; nothing happens to what is on already. Undefined for an unknown one. */
export async function activateServer(
  db: Database,
  { entityId, by }: { entityId: string; by: string },
): Promise<z.infer<typeof row> | undefined> {
  const result = await db.execute(sql`
    WITH switched AS (
      UPDATE servers SET is_active = true, updated_at = now() WHERE entity_id = ${entityId} AND NOT is_active
      RETURNING entity_id, community_id
    ), raised AS (
      UPDATE communities SET config_version = config_version + 1
      WHERE id IN (SELECT community_id FROM switched) RETURNING config_version
    ), recorded AS (
      INSERT INTO gateway_activations (entity_id, activated_by) SELECT entity_id, ${by} FROM switched
    )
    SELECT EXISTS (SELECT 1 FROM switched) AS changed,
      coalesce((SELECT config_version FROM raised), c.config_version) AS version
    FROM servers s JOIN communities c ON c.id = s.community_id WHERE s.entity_id = ${entityId}`);
  return z.array(row).parse(result.rows)[0];
}
