import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";

/** One row of the audit log, as people read it. Addresses and request ids are for whoever runs the house. */
export const auditEntry = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.string(),
  /** The name of the person, where the actor is one. */
  actor_name: z.string().nullable(),
  action: z.string(),
  resource_type: z.string(),
  resource_id: z.string(),
  community_id: z.int().nullable(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export interface AuditFilter {
  /** Undefined: all communities, and what belongs to none. */
  communityId?: number | undefined;
  /** The beginning of an action, like `role` or `role.assign`. */
  action?: string | undefined;
  actor?: string | undefined;
  resourceId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Only rows older than this id. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. */
export async function listAudit(db: Database, filter: AuditFilter): Promise<AuditEntry[]> {
  const { communityId, action, actor, resourceId, from, to, before, limit } = filter;
  const { rows } = await db.execute(sql`
    SELECT l.id::text AS id, to_jsonb(l.at)#>>'{}' AS at, l.actor, u.display_name AS actor_name, l.action, l.resource_type,
      l.resource_id, l.community_id, l.before, l.after
    FROM audit_log l LEFT JOIN hub_users u ON l.actor ~ '^[0-9]{1,9}$' AND u.id::text = l.actor
    WHERE (${communityId ?? null}::int IS NULL OR l.community_id = ${communityId ?? null}::int)
      AND (${action ?? null}::text IS NULL OR starts_with(l.action, ${action ?? null}::text))
      AND (${actor ?? null}::text IS NULL OR l.actor = ${actor ?? null}::text
        OR strpos(lower(u.display_name), lower(${actor ?? null}::text)) > 0)
      AND (${resourceId ?? null}::text IS NULL OR l.resource_id = ${resourceId ?? null}::text)
      AND (${from ?? null}::timestamptz IS NULL OR l.at >= ${from ?? null}::timestamptz)
      AND (${to ?? null}::timestamptz IS NULL OR l.at <= ${to ?? null}::timestamptz)
      AND (${before ?? null}::bigint IS NULL OR l.id < ${before ?? null}::bigint)
    ORDER BY l.id DESC LIMIT ${limit}`);
  return z.array(auditEntry).parse(rows);
}
