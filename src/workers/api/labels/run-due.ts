import { sql } from "drizzle-orm";
import * as z from "zod";
import type { SenderService } from "#contracts/sender";
import type { Database } from "#db/client";
import { expireLabels } from "#workers/api/labels/expire-labels";
import { settleRoles } from "#workers/api/labels/settle-roles";

/**
 * What is due in the communities that `db` sees: what expired goes, and platforms are told of roles. Answers when the next
 * thing is, in epoch milliseconds; undefined when nothing waits.
 */
export async function runDue(
  db: Database,
  sender: Pick<SenderService, "act">,
  now: number,
): Promise<number | undefined> {
  await expireLabels(db, now);
  await settleRoles(db, sender);
  return nextDue(db);
}

const moments = z.tuple([z.object({ next: z.coerce.number().nullable() })]);

async function nextDue(db: Database): Promise<number | undefined> {
  const { rows } = await db.execute(sql`
    SELECT (extract(epoch FROM least(
      (SELECT min(expires_at) FROM entity_labels WHERE expires_at IS NOT NULL),
      (SELECT min(expires_at) FROM entity_group_members WHERE expires_at IS NOT NULL),
      (SELECT min(next_try_at) FROM entity_group_members WHERE NOT is_settled))) * 1000)::bigint AS next`);
  return moments.parse(rows)[0].next ?? undefined;
}
