import { sql } from "drizzle-orm";
import * as z from "zod";
import { higherRole, type Role, role } from "#contracts/role";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";

export interface MyCommunity {
  id: number;
  slug: string;
  name: string;
  role: Role;
}

const row = z.object({ id: z.int(), slug: z.string(), name: z.string(), roles: z.array(role) });
const mostShown = 200;

/** Where a person's accounts belong, with the highest role of any of them; without the community of everybody. */
export async function listMyCommunities(db: Database, userId: number): Promise<MyCommunity[]> {
  const { rows } = await db.execute(sql`
    WITH mine AS (
      SELECT platform || ':' || replace(replace(platform_user_id, '%', '%25'), ':', '%3A') AS user_key
      FROM platform_identities WHERE hub_user_id = ${userId}),
    places AS (
      SELECT b.community_id, b.role FROM community_rbac b JOIN mine USING (user_key)
      UNION SELECT m.community_id, 'member' FROM community_memberships m JOIN mine USING (user_key) WHERE m.is_active)
    SELECT c.id, c.slug, c.name, to_jsonb(array_agg(p.role)) AS roles FROM places p
    JOIN communities c ON c.id = p.community_id AND c.is_active AND c.id <> ${globalCommunityId}
    GROUP BY c.id ORDER BY c.name, c.id LIMIT ${mostShown}`);
  return z
    .array(row)
    .parse(rows)
    .map(({ roles, ...community }) => ({ ...community, role: roles.reduce(higherRole, "member") }));
}
