import { sql } from "drizzle-orm";
import * as z from "zod";
import { visibility } from "#db/account-links";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";

export const shownProfile = z.object({
  id: z.int(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  bio: z.string(),
  visibility,
});
export type Profile = z.infer<typeof shownProfile>;

export const profileChange = z
  .strictObject({
    display_name: z
      .string()
      .transform((name) => name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim())
      .pipe(z.string().min(1).max(64)),
    bio: z.string().trim().max(300),
    /** False takes the picture away, which came from the platform the account was made with. */
    avatar: z.literal(false),
    visibility: visibility.describe("Who may look the person up by their number"),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, "Nothing to change");
export type ProfileChange = z.infer<typeof profileChange>;

const listed = z.array(shownProfile);
const columns = sql`id, display_name, avatar_url, bio, visibility`;

export async function findProfile(db: Database, userId: number): Promise<Profile | undefined> {
  const { rows } = await db.execute(sql`SELECT ${columns} FROM hub_users WHERE id = ${userId} AND is_active`);
  return listed.parse(rows)[0];
}

/** The audit row says which fields changed, not what people call themselves: it stays when they are gone. */
export async function changeProfile(
  db: Database,
  { userId, change }: { userId: number; change: ProfileChange },
  by: AuditActor,
): Promise<Profile | undefined> {
  const { display_name, bio, avatar, visibility: seenBy } = change;
  const { rows } = await db.execute(sql`
    WITH changed AS (
      UPDATE hub_users SET display_name = coalesce(${display_name ?? null}::text, display_name),
        bio = coalesce(${bio ?? null}::text, bio), visibility = coalesce(${seenBy ?? null}::text, visibility),
        avatar_url = CASE WHEN ${avatar === false} THEN NULL ELSE avatar_url END
      WHERE id = ${userId} AND is_active RETURNING ${columns}),
    noted AS (${noteChange(
      {
        action: "user.profile",
        resourceType: "user",
        source: sql`changed`,
        resourceId: sql`changed.id::text`,
        after: sql`${JSON.stringify({ fields: Object.keys(change) })}::jsonb`,
      },
      by,
    )})
    SELECT * FROM changed`);
  return listed.parse(rows)[0];
}
