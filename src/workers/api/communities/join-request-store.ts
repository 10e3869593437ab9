import { sql } from "drizzle-orm";
import * as z from "zod";
import { joinRequestsPerCommunity } from "#contracts/community";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { join, joinGlobal } from "#db/communities/member-store";

export const joinRequestStatus = z.enum(["pending", "approved", "rejected"]);

export const joinRequestRow = z.object({
  id: z.int(),
  community_id: z.int(),
  user_key: z.string(),
  message: z.string(),
  status: joinRequestStatus,
  decided_by: z.string().nullable(),
  decided_at: z.string().nullable(),
  created_at: z.string(),
});
export type JoinRequestRow = z.infer<typeof joinRequestRow>;
const selected = z.array(z.object({ row: joinRequestRow }));

interface Change {
  communityId: number;
  by: AuditActor;
}

export async function listJoinRequests(
  db: Database,
  filter: { communityId: number; status: z.infer<typeof joinRequestStatus>; after: number; limit: number },
): Promise<JoinRequestRow[]> {
  const { communityId, status, after, limit } = filter;
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(q) AS row FROM community_join_requests q
    WHERE community_id = ${communityId} AND status = ${status} AND id > ${after} ORDER BY id LIMIT ${limit}`);
  return selected.parse(rows).map(({ row }) => row);
}

/** Undefined when one waits already, or too many do. */
export async function requestToJoin(
  db: Database,
  { userKey, message }: { userKey: string; message: string },
  { communityId, by }: Change,
): Promise<JoinRequestRow | undefined> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      INSERT INTO community_join_requests (community_id, user_key, message)
      SELECT c.id, ${userKey}, ${message} FROM communities c
      WHERE c.id = ${communityId} AND c.is_active AND c.join_mode = 'approval' AND (
        SELECT count(*) FROM community_join_requests q WHERE q.community_id = c.id AND q.status = 'pending')
          < ${joinRequestsPerCommunity}
      ON CONFLICT DO NOTHING RETURNING *),
    noted AS (${note("join_request.create", by)})
    SELECT to_jsonb(changed) AS row FROM changed`);
  return selected.parse(rows)[0]?.row;
}

/** Decides one that waits, once; whoever is approved is a member with the same statement. */
export async function decideJoinRequest(
  db: Database,
  { id, status }: { id: number; status: "approved" | "rejected" },
  { communityId, by }: Change,
): Promise<JoinRequestRow | undefined> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE community_join_requests SET status = ${status}, decided_by = ${by.actor}, decided_at = now()
      WHERE id = ${id} AND community_id = ${communityId} AND status = 'pending' RETURNING *),
    joined AS (${join(sql`(SELECT * FROM changed WHERE status = 'approved')`)}),
    everywhere AS (${joinGlobal(sql`changed WHERE status = 'approved'`)}),
    noted AS (${note(status === "approved" ? "join_request.approve" : "join_request.reject", by)})
    SELECT to_jsonb(changed) AS row FROM changed`);
  return selected.parse(rows)[0]?.row;
}

function note(action: string, by: AuditActor) {
  return noteChange(
    {
      action,
      resourceType: "join_request",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`changed.community_id`,
      after: sql`to_jsonb(changed)`,
    },
    by,
  );
}
