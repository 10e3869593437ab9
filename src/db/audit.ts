import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import { auditLog } from "#db/schema/access";

/** Who did it and from where. Never a secret, never an address itself. */
export interface AuditActor {
  /** A key's id, a user's id, or `service`. */
  actor: string;
  ipHash: string | null;
  userAgent: string | null;
  requestId: string;
}

/** What an audit row says about each row of a change. Parts are SQL over `source`. */
export interface AuditedChange {
  /** `noun.verb`. */
  action: string;
  resourceType: string;
  /** The name of the CTE that made the change; no row in it, no audit row. */
  source: SQL;
  resourceId: SQL;
  communityId?: SQL;
  before?: SQL;
  after?: SQL;
}

/**
 * The `INSERT` that notes a change, to stand as a further CTE in the statement of the change itself:
 * both happen or neither (threats row 27). Numbers and the chain come from the table's trigger.
 */
export function noteChange(change: AuditedChange, by: AuditActor): SQL {
  const { action, resourceType, source, resourceId } = change;
  const [none, userAgent] = [sql`NULL`, by.userAgent?.slice(0, 500) ?? null];
  return sql`INSERT INTO ${auditLog}
    (actor, action, resource_type, resource_id, community_id, before, after, ip_hash, user_agent, request_id)
    SELECT ${by.actor}, ${action}, ${resourceType}, ${resourceId}, (${change.communityId ?? none})::int,
      (${change.before ?? none})::jsonb, (${change.after ?? none})::jsonb, ${by.ipHash}, ${userAgent}, ${by.requestId}
    FROM ${source}`;
}

const verdict = z.object({
  rows: z.coerce.number(),
  broken: z.coerce.number().nullable(),
  head: z.string().nullable(),
});

/** How long the chain is, the id of its first row that does not fit (removed, changed or put in), and its head's hash. */
export async function checkAuditChain(
  db: Database,
): Promise<{ rows: number; firstBrokenId: number | null; head: string | null }> {
  const { rows } = await db.execute(sql`
    WITH linked AS (
      SELECT entry.id, entry.chain = audit_log_digest(coalesce(lag(entry.chain) OVER o, ''), entry)
        AND entry.id = coalesce(lag(entry.id) OVER o, 0) + 1 AS fits
      FROM audit_log AS entry WINDOW o AS (ORDER BY entry.id)
    )
    SELECT count(*) AS rows, min(id) FILTER (WHERE NOT fits) AS broken,
      (SELECT chain FROM audit_log ORDER BY id DESC LIMIT 1) AS head
    FROM linked`);
  const { rows: count, broken, head } = verdict.parse(rows[0]);
  return { rows: count, firstBrokenId: broken, head };
}
