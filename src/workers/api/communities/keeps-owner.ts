import { sql } from "drizzle-orm";
import type { Database } from "#db/client";
import type { RoleChange } from "#db/rbac-changes";

/**
 * Whether every community that has an owner still has one after these changes. Holds when they are written under the
 * version it was asked under; of several changes of one person the last counts.
 */
export async function keepsOwner(
  db: Database,
  changes: readonly Pick<RoleChange, "userKey" | "communityId" | "entityId" | "role">[],
): Promise<boolean> {
  const whole = changes.filter(({ entityId }) => entityId === null);
  if (whole.length === 0) return true;
  const { rows } = await db.execute(sql`
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(whole)}::jsonb) AS w("userKey" text, "communityId" int, role text)),
    owners AS (SELECT b.community_id, b.user_key FROM community_rbac b
      WHERE b.role = 'owner' AND b.community_id IN (SELECT "communityId" FROM wanted)),
    kept AS (
      SELECT community_id FROM owners o WHERE NOT EXISTS (
        SELECT 1 FROM wanted w WHERE w."communityId" = o.community_id AND w."userKey" = o.user_key
          AND w.role IS DISTINCT FROM 'owner')
      UNION SELECT "communityId" FROM wanted WHERE role = 'owner')
    SELECT 1 FROM owners WHERE community_id NOT IN (SELECT community_id FROM kept) LIMIT 1`);
  return rows.length === 0;
}
