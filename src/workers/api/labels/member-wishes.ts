import { type SQL, sql } from "drizzle-orm";

/**
 * Members of the groups of these labels, to stand as a CTE in the statement that put the labels on: a role is wished for
 * exactly when its label is there. `source` names a CTE with rows of `entity_labels`. Whoever is a member stays as they are.
 */
export function membersWanted(source: SQL): SQL {
  return sql`
    INSERT INTO entity_group_members AS m (group_id, user_key, community_id, reason)
    SELECT g.id, s.entity_id, g.community_id, 'auto_label' FROM ${source} s
    JOIN entity_groups g ON g.label_id = s.label_id AND g.community_id = s.community_id AND g.is_active
      AND g.platform = split_part(s.entity_id, ':', 1)
    WHERE s.entity_type = 'user'
    ON CONFLICT (group_id, user_key) DO UPDATE SET reason = excluded.reason, is_wanted = true, is_settled = false,
      revision = m.revision + 1, attempts = 0, next_try_at = now(), problem = NULL, expires_at = NULL
    WHERE NOT m.is_wanted
    RETURNING 1`;
}

/** The same for labels that went. Members by hand stay. */
export function membersUnwanted(source: SQL): SQL {
  return sql`
    UPDATE entity_group_members m SET is_wanted = false, is_settled = false, revision = m.revision + 1, attempts = 0,
      next_try_at = now(), problem = NULL, expires_at = NULL
    FROM ${source} s JOIN entity_groups g ON g.label_id = s.label_id AND g.community_id = s.community_id
    WHERE s.entity_type = 'user' AND m.group_id = g.id AND m.user_key = s.entity_id AND m.reason = 'auto_label'
      AND m.is_wanted
    RETURNING 1`;
}
