import { type SQL, sql } from "drizzle-orm";
import { globalCommunityId } from "#db/rbac";

/**
 * CTEs that make channels nobody's: they go to where channels without a community are, switched off, and nothing that
 * their community gave stays on them. A role, a timer or a switch that stayed would act in whatever community has the
 * channel next. Roles that a platform was told of stay there, and nobody here has a say in them any more
 * (docs/decisions/0023). `which` is a condition on `servers s`; what was let go is in `released`.
 */
export function releaseChannels(which: SQL): SQL {
  return sql`released AS (
      UPDATE servers s SET community_id = ${globalCommunityId}, is_active = false, updated_at = now()
      WHERE ${which} RETURNING s.*),
    ranks AS (DELETE FROM entity_roles e USING released r WHERE e.entity_id = r.entity_id),
    clocks AS (DELETE FROM timers t USING released r WHERE t.entity_id = r.entity_id),
    switches AS (DELETE FROM command_permissions p USING released r WHERE p.entity_id = r.entity_id),
    groups AS (UPDATE entity_groups g SET is_active = false FROM released r WHERE g.entity_id = r.entity_id),
    members AS (DELETE FROM entity_group_members m USING entity_groups g, released r
      WHERE g.entity_id = r.entity_id AND m.group_id = g.id)`;
}
