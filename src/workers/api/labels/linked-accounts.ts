import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";

/** Another account of whoever carries a label. */
export interface LinkedAccount {
  holder: string;
  account: string;
}

const found = z.array(z.object({ holder: z.string(), account: z.string() }));

/**
 * The other accounts of these people, as far as they let their communities see that they are theirs. Asked of all identities,
 * which no community's own connection sees; with `labelIds`, only where one of them brings a role.
 */
export async function linkedAccounts(
  db: Database,
  communityId: number,
  { holders, labelIds }: { holders: readonly string[]; labelIds?: readonly number[] },
): Promise<LinkedAccount[]> {
  if (holders.length === 0) return [];
  const given = sql`(SELECT jsonb_array_elements_text(${JSON.stringify([...new Set(holders)])}::jsonb) AS holder)`;
  const bringsRole =
    labelIds === undefined
      ? sql`true`
      : sql`EXISTS (SELECT 1 FROM entity_groups g WHERE g.community_id = ${communityId} AND g.is_active
          AND g.label_id IN (SELECT v::int FROM jsonb_array_elements_text(${JSON.stringify(labelIds)}::jsonb) v))`;
  const { rows } = await db.execute(sql`
    SELECT h.holder, other.platform || ':' || replace(replace(other.platform_user_id, '%', '%25'), ':', '%3A') AS account
    FROM ${given} h
    JOIN platform_identities own ON own.platform = split_part(h.holder, ':', 1)
      AND own.platform_user_id = replace(replace(substr(h.holder, strpos(h.holder, ':') + 1), '%3A', ':'), '%25', '%')
    JOIN hub_users u ON u.id = own.hub_user_id AND u.is_active
    JOIN platform_identities other ON other.hub_user_id = own.hub_user_id AND other.id <> own.id
      AND other.platform <> 'hub' AND other.visibility <> 'nobody' AND own.visibility <> 'nobody'
    WHERE ${bringsRole}`);
  return found.parse(rows);
}

/** Who carries this label there now. */
export async function holdersOf(
  db: Database,
  communityId: number,
  labelId: number | null,
): Promise<string[]> {
  if (labelId === null) return [];
  const { rows } = await db.execute(sql`
    SELECT entity_id FROM entity_labels WHERE community_id = ${communityId} AND label_id = ${labelId}
      AND entity_type = 'user' AND (expires_at IS NULL OR expires_at > now())`);
  return z
    .array(z.object({ entity_id: z.string() }))
    .parse(rows)
    .map(({ entity_id }) => entity_id);
}
