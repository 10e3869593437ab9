import { type SQL, sql } from "drizzle-orm";
import type { LinkedAccount } from "#workers/api/labels/linked-accounts";

/**
 * Members of the groups of these labels, to stand as a CTE in the statement that put the labels on: a role is wished for
 * exactly while a label is there, on the account itself or on another one of the same person. `source` names a CTE with rows of
 * `entity_labels`. Whoever is a member by hand stays as they are; who is one already costs no call.
 */
export function membersWanted(source: SQL, linked: readonly LinkedAccount[] = []): SQL {
  return sql`
    INSERT INTO entity_group_members AS m (group_id, user_key, community_id, reason, via)
    SELECT g.id, who.account, g.community_id, 'auto_label', array_agg(DISTINCT s.entity_id) FROM ${source} s
    CROSS JOIN LATERAL (
      SELECT s.entity_id AS account UNION
      SELECT l.account FROM jsonb_to_recordset(${JSON.stringify(linked)}::jsonb) AS l(holder text, account text)
      WHERE l.holder = s.entity_id) who
    JOIN entity_groups g ON g.label_id = s.label_id AND g.community_id = s.community_id AND g.is_active
      AND g.platform = split_part(who.account, ':', 1)
    WHERE s.entity_type = 'user'
    GROUP BY g.id, who.account, g.community_id
    ON CONFLICT (group_id, user_key) DO UPDATE SET
      via = CASE WHEN m.is_wanted THEN ARRAY(SELECT unnest(m.via) UNION SELECT unnest(excluded.via)) ELSE excluded.via END,
      reason = excluded.reason, is_wanted = true,
      is_settled = m.is_wanted AND m.is_settled,
      revision = m.revision + CASE WHEN m.is_wanted THEN 0 ELSE 1 END,
      attempts = CASE WHEN m.is_wanted THEN m.attempts ELSE 0 END,
      next_try_at = CASE WHEN m.is_wanted THEN m.next_try_at ELSE now() END,
      problem = CASE WHEN m.is_wanted THEN m.problem END,
      expires_at = CASE WHEN m.is_wanted THEN m.expires_at END
    WHERE NOT m.is_wanted OR m.reason = 'auto_label'
    RETURNING 1`;
}

/** The same for labels that went. Members by hand stay, and whoever has the role by another account of theirs. */
export function membersUnwanted(source: SQL): SQL {
  const left = sql`ARRAY(SELECT unnest(m.via) EXCEPT SELECT unnest(lost.holders))`;
  const stays = sql`cardinality(${left}) > 0`;
  return sql`
    UPDATE entity_group_members m SET via = ${left}, is_wanted = ${stays},
      is_settled = ${stays} AND m.is_settled,
      revision = m.revision + CASE WHEN ${stays} THEN 0 ELSE 1 END,
      attempts = CASE WHEN ${stays} THEN m.attempts ELSE 0 END,
      next_try_at = CASE WHEN ${stays} THEN m.next_try_at ELSE now() END,
      problem = CASE WHEN ${stays} THEN m.problem END,
      expires_at = CASE WHEN ${stays} THEN m.expires_at END
    FROM (
      SELECT g.id AS group_id, array_agg(DISTINCT s.entity_id) AS holders FROM ${source} s
      JOIN entity_groups g ON g.label_id = s.label_id AND g.community_id = s.community_id
      WHERE s.entity_type = 'user' GROUP BY g.id) lost
    WHERE m.group_id = lost.group_id AND m.via && lost.holders AND m.reason = 'auto_label' AND m.is_wanted
    RETURNING 1`;
}
