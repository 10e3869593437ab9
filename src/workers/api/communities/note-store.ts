import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

/** Of one person; what is older has to go first. */
export const notesPerMember = 100;

const noteRow = z.object({
  id: z.int(),
  text: z.string(),
  created_by: z.string(),
  author: z.string().nullable(),
  created_at: z.string(),
});
export type NoteRow = z.infer<typeof noteRow>;

interface Place {
  communityId: number;
  userKey: string;
}

const shown = (rows: SQL) => sql`SELECT n.id, n.text, n.created_by, u.display_name AS author,
  to_jsonb(n.created_at)#>>'{}' AS created_at FROM ${rows} n LEFT JOIN hub_users u ON u.id::text = n.created_by`;

/** The newest first. */
export async function listNotes(db: Database, { communityId, userKey }: Place): Promise<NoteRow[]> {
  const { rows } = await db.execute(sql`${shown(sql`member_notes`)}
    WHERE n.community_id = ${communityId} AND n.user_key = ${userKey} ORDER BY n.id DESC LIMIT ${notesPerMember}`);
  return z.array(noteRow).parse(rows);
}

/** Undefined when there are as many as there may be. */
export async function createNote(
  db: Database,
  text: string,
  { communityId, userKey, by }: Place & { by: AuditActor },
): Promise<NoteRow | undefined> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      INSERT INTO member_notes (community_id, user_key, text, created_by)
      SELECT ${communityId}, ${userKey}, ${text}, ${by.actor}
      WHERE (SELECT count(*) FROM member_notes WHERE community_id = ${communityId} AND user_key = ${userKey})
        < ${notesPerMember} RETURNING *),
    noted AS (${audit("create", by)})
    ${shown(sql`changed`)}`);
  return z.array(noteRow).parse(rows)[0];
}

export async function deleteNote(
  db: Database,
  id: number,
  { communityId, userKey, by }: Place & { by: AuditActor },
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    WITH changed AS (
      DELETE FROM member_notes WHERE id = ${id} AND community_id = ${communityId} AND user_key = ${userKey} RETURNING *),
    noted AS (${audit("delete", by)})
    SELECT id FROM changed`);
  return rows.length > 0;
}

const identityRow = z.object({ user_key: z.string(), name: z.string(), linked_at: z.string() });

/** Every account of the person whose account this is; none when they have linked nothing. */
export async function listIdentities(db: Database, userKey: string) {
  const { rows } = await db.execute(sql`
    SELECT i.platform || ':' || i.platform_user_id AS user_key, i.platform_username AS name,
      to_jsonb(i.linked_at)#>>'{}' AS linked_at
    FROM platform_identities i WHERE i.hub_user_id = (
      SELECT o.hub_user_id FROM platform_identities o WHERE o.platform || ':' || o.platform_user_id = ${userKey})
    ORDER BY i.linked_at, i.id`);
  return z.array(identityRow).parse(rows);
}

/** That there is a note, and by whom; what it says about a person is for those who may see it, and goes with the person. */
function audit(verb: "create" | "delete", by: AuditActor): SQL {
  const facts = sql`jsonb_build_object('id', changed.id, 'user_key', changed.user_key)`;
  return noteChange(
    {
      action: `member_note.${verb}`,
      resourceType: "member_note",
      source: sql`changed`,
      resourceId: sql`changed.id::text`,
      communityId: sql`changed.community_id`,
      ...(verb === "create" ? { after: facts } : { before: facts }),
    },
    by,
  );
}
