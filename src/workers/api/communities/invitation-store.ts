import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { invitationsPerCommunity } from "#contracts/community";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { join, joinGlobal, noteJoin, settleRequests } from "#db/communities/member-store";

/** An invitation as it is shown: never its code. */
export const invitationRow = z.object({
  id: z.int(),
  community_id: z.int(),
  max_uses: z.int(),
  uses: z.int(),
  expires_at: z.string(),
  revoked_at: z.string().nullable(),
  created_by: z.string(),
  created_at: z.string(),
});
export type InvitationRow = z.infer<typeof invitationRow>;
const selected = z.array(z.object({ row: invitationRow }));

interface Change {
  communityId: number;
  by: AuditActor;
}

/** By id, ended ones too. */
export async function listInvitations(
  db: Database,
  { communityId, after, limit }: { communityId: number; after: number; limit: number },
): Promise<InvitationRow[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(i) AS row FROM community_invitations i WHERE community_id = ${communityId} AND id > ${after}
    ORDER BY id LIMIT ${limit}`);
  return selected.parse(rows).map(({ row }) => row);
}

/** Undefined when the community has as many open ones as it may. `now` and `expiresAt` are epoch milliseconds. */
export async function createInvitation(
  db: Database,
  invitation: { codeHash: string; maxUses: number; expiresAt: number },
  { communityId, by, now }: Change & { now: number },
): Promise<InvitationRow | undefined> {
  const { codeHash, maxUses, expiresAt } = invitation;
  const lock = db.execute(sql`SELECT 1 FROM communities WHERE id = ${communityId} FOR UPDATE`);
  const change = db.execute(sql`
    WITH changed AS (
      INSERT INTO community_invitations (community_id, code_hash, max_uses, expires_at, created_by)
      SELECT ${communityId}, ${codeHash}, ${maxUses}, ${moment(expiresAt)}, ${by.actor}
      WHERE (SELECT count(*) FROM community_invitations i WHERE i.community_id = ${communityId} AND ${isOpen(now)})
        < ${invitationsPerCommunity}
      RETURNING *),
    noted AS (${note("invitation.create", by)})
    SELECT to_jsonb(changed) AS row FROM changed`);
  const [, { rows }] = await db.batch([lock, change]);
  return selected.parse(rows)[0]?.row;
}

/** False when the community has no such invitation, or it was revoked before. */
export async function revokeInvitation(
  db: Database,
  id: number,
  { communityId, by }: Change,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE community_invitations SET revoked_at = now()
      WHERE id = ${id} AND community_id = ${communityId} AND revoked_at IS NULL RETURNING *),
    noted AS (${note("invitation.revoke", by, asItWas)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

/** A statement sees what was there when it began. */
const asItWas = sql`(SELECT to_jsonb(o) - 'code_hash' FROM community_invitations o WHERE o.id = changed.id)`;

const accepted = z.tuple([
  z.object({ community_id: z.int().nullable(), is_member: z.boolean(), is_fresh: z.boolean() }),
]);

/**
 * Lets somebody in by a code. It counts once a person: whoever is a member keeps the use for others, and whoever came in
 * by it and was removed does not come in by it again. `invalid` for a code that is unknown, used up, revoked or expired.
 */
export async function acceptInvitation(
  db: Database,
  { codeHash, userKey }: { codeHash: string; userKey: string },
  { by, now }: { by: AuditActor; now: number },
): Promise<{ communityId: number } | "invalid" | "member"> {
  const lock = db.execute(sql`SELECT 1 FROM community_invitations WHERE code_hash = ${codeHash} FOR UPDATE`);
  const change = db.execute(sql`
    WITH found AS (
      SELECT i.* FROM community_invitations i JOIN communities c ON c.id = i.community_id AND c.is_active
      WHERE i.code_hash = ${codeHash} AND ${isOpen(now)}),
    known AS (SELECT 1 FROM found f JOIN community_memberships m
      ON m.community_id = f.community_id AND m.user_key = ${userKey} AND m.is_active),
    fresh AS (SELECT f.*, ${userKey}::text AS user_key FROM found f WHERE NOT EXISTS (SELECT 1 FROM known) AND NOT EXISTS (
      SELECT 1 FROM community_invitation_uses u WHERE u.invitation_id = f.id AND u.user_key = ${userKey})),
    counted AS (UPDATE community_invitations i SET uses = i.uses + 1 FROM fresh WHERE i.id = fresh.id),
    kept AS (INSERT INTO community_invitation_uses (invitation_id, user_key) SELECT id, user_key FROM fresh),
    changed AS (${join(sql`fresh`)} RETURNING *),
    everywhere AS (${joinGlobal(sql`changed`)}),
    settled AS (${settleRequests(sql`changed`, by)}),
    noted AS (${noteJoin(by, sql`to_jsonb(changed) || jsonb_build_object('invitation_id', (SELECT id FROM fresh))`)})
    SELECT (SELECT community_id FROM found) AS community_id, EXISTS (SELECT 1 FROM known) AS is_member,
      EXISTS (SELECT 1 FROM fresh) AS is_fresh`);
  const [, { rows }] = await db.batch([lock, change]);
  const [{ community_id, is_member, is_fresh }] = accepted.parse(rows);
  if (community_id !== null && is_fresh) return { communityId: community_id };
  return is_member ? "member" : "invalid";
}

function isOpen(now: number): SQL {
  return sql`i.revoked_at IS NULL AND i.expires_at > ${moment(now)} AND i.uses < i.max_uses`;
}

function moment(at: number): SQL {
  return sql`${new Date(at).toISOString()}::timestamptz`;
}

/** Without the hash: who reads the log cannot try codes against it. */
function note(action: string, by: AuditActor, before?: SQL): SQL {
  return noteChange(
    {
      action,
      resourceType: "invitation",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`changed.community_id`,
      after: sql`to_jsonb(changed) - 'code_hash'`,
      ...(before ? { before } : {}),
    },
    by,
  );
}
