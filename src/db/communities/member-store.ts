import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { scoreBounds } from "#contracts/reputation";
import { role } from "#contracts/role";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { globalCommunityId } from "#db/rbac";

/** One of a community's people. `name` is as a platform showed it last, for display only. */
export const memberRow = z.object({
  user_key: z.string(),
  name: z.string().nullable(),
  role,
  joined_at: z.string(),
  last_seen_at: z.string().nullable(),
  points: z.string().describe("A whole number of any size"),
  score: z.number().describe("Reputation, 300 to 850"),
  labels: z.array(z.object({ id: z.int(), name: z.string(), color: z.string() })),
});
export type MemberRow = z.infer<typeof memberRow>;

export interface MemberFilter {
  communityId: number;
  /** Part of a name, or of a key. */
  search?: string | undefined;
  role?: z.infer<typeof role> | undefined;
  /** The key the page before ended with. */
  after: string;
  limit: number;
}

/** Members, and whoever holds a role without having joined, by their keys. */
export async function listMembers(db: Database, filter: MemberFilter): Promise<MemberRow[]> {
  return readMembers(
    db,
    filter.communityId,
    sql`${peopleOf(filter, filter.limit)} ORDER BY p.user_key LIMIT ${filter.limit}`,
  );
}

export async function findMember(
  db: Database,
  communityId: number,
  userKey: string,
): Promise<MemberRow | undefined> {
  const everybody = peopleOf({ communityId, after: "" });
  const [found] = await readMembers(db, communityId, sql`${everybody} AND p.user_key = ${userKey}`);
  return found;
}

async function readMembers(db: Database, communityId: number, page: SQL): Promise<MemberRow[]> {
  const { rows } = await db.execute(sql`
    WITH page AS (${page})
    SELECT p.*, coalesce(a.points, 0)::text AS points, coalesce(r.score, ${scoreBounds.start})::float8 AS score,
      ${labelsOf(communityId)} AS labels
    FROM page p
    LEFT JOIN community_activity a ON a.community_id = ${communityId} AND a.user_key = p.user_key
    LEFT JOIN reputation_scores r ON r.community_id = ${communityId} AND r.user_key = p.user_key
    ORDER BY p.user_key`);
  return z.array(memberRow).parse(rows);
}

const pages = z.tuple([z.object({ total: z.coerce.number(), cursors: z.array(z.string()) })]);

/**
 * How many there are, and where each page of `limit` begins: behind which key. So a list of any length is jumped into
 * anywhere, and still read by keys.
 */
export async function findMemberPages(
  db: Database,
  filter: Omit<MemberFilter, "after">,
): Promise<{ total: number; cursors: string[] }> {
  const { rows } = await db.execute(sql`
    WITH numbered AS (
      SELECT f.user_key, row_number() OVER (ORDER BY f.user_key) AS n FROM (${peopleOf({ ...filter, after: "" })}) f)
    SELECT (SELECT count(*) FROM numbered) AS total,
      (SELECT coalesce(jsonb_agg(user_key ORDER BY n), '[]'::jsonb) FROM numbered WHERE n % ${filter.limit} = 0) AS cursors`);
  const [found] = pages.parse(rows);
  const isWhole = found.total > 0 && found.total % filter.limit === 0;
  return { total: found.total, cursors: ["", ...(isWhole ? found.cursors.slice(0, -1) : found.cursors)] };
}

function labelsOf(communityId: number): SQL {
  return sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name, 'color', l.color) ORDER BY l.name), '[]'::jsonb)
    FROM entity_labels e JOIN labels l ON l.id = e.label_id AND l.is_active
    WHERE e.community_id = ${communityId} AND e.entity_type = 'user' AND e.entity_id = p.user_key
      AND (e.expires_at IS NULL OR e.expires_at > now()))`;
}

/** `most` says that only so many of the first are wanted. */
function peopleOf(filter: Omit<MemberFilter, "limit">, most?: number): SQL {
  const { communityId, search, after } = filter;
  const named =
    search === undefined
      ? sql`true`
      : sql`(strpos(lower(a.user_name), lower(${search})) > 0 OR strpos(lower(p.user_key), lower(${search})) > 0)`;
  const ranked = filter.role === undefined ? sql`true` : sql`coalesce(b.role, 'member') = ${filter.role}`;
  // Where nothing is searched, each half is read by its key and no further; the planner alone may sort the whole community.
  const isPlain = search === undefined && filter.role === undefined;
  const first = isPlain && most !== undefined ? sql`ORDER BY user_key LIMIT ${most}` : sql``;
  return sql`
    SELECT p.user_key, a.user_name AS name, coalesce(b.role, 'member') AS role,
      to_jsonb(p.joined_at)#>>'{}' AS joined_at, to_jsonb(a.last_seen_at)#>>'{}' AS last_seen_at
    FROM (
      (SELECT user_key, joined_at FROM community_memberships
      WHERE community_id = ${communityId} AND is_active AND user_key > ${after} ${first})
      UNION ALL
      (SELECT r.user_key, r.assigned_at FROM community_rbac r
      WHERE r.community_id = ${communityId} AND r.user_key > ${after} AND NOT EXISTS (
        SELECT 1 FROM community_memberships m
        WHERE m.community_id = r.community_id AND m.user_key = r.user_key AND m.is_active) ${first})) p
    LEFT JOIN community_rbac b ON b.community_id = ${communityId} AND b.user_key = p.user_key
    LEFT JOIN community_activity a ON a.community_id = ${communityId} AND a.user_key = p.user_key
    WHERE ${named} AND ${ranked}`;
}

const seat = z.tuple([
  z.object({
    config_version: z.int(),
    role: role.nullable(),
    is_member: z.boolean(),
    owners: z.coerce.number(),
  }),
]);

/** What one person is in a community, how many owners it has, and the version under which that is so. */
export async function findSeat(db: Database, communityId: number, userKey: string) {
  const { rows } = await db.execute(sql`
    SELECT c.config_version,
      (SELECT b.role FROM community_rbac b WHERE b.community_id = c.id AND b.user_key = ${userKey}) AS role,
      EXISTS (SELECT 1 FROM community_memberships m
        WHERE m.community_id = c.id AND m.user_key = ${userKey} AND m.is_active) AS is_member,
      (SELECT count(*) FROM community_rbac o WHERE o.community_id = c.id AND o.role = 'owner') AS owners
    FROM communities c WHERE c.id = ${communityId}`);
  return seat.parse(rows)[0];
}

/** Makes somebody a member; false when they are one. With `onlyOpen` nothing happens where people cannot join by themselves. */
export async function addMember(
  db: Database,
  {
    communityId,
    userKey,
    by,
    onlyOpen = false,
  }: { communityId: number; userKey: string; by: AuditActor; onlyOpen?: boolean },
): Promise<boolean> {
  const isOpen = onlyOpen ? sql`c.join_mode = 'open'` : sql`true`;
  const people = sql`(SELECT c.id AS community_id, ${userKey}::text AS user_key FROM communities c
    WHERE c.id = ${communityId} AND c.is_active AND ${isOpen})`;
  const { rows } = await db.execute(sql`
    WITH changed AS (${join(people)} RETURNING *),
    everywhere AS (${joinGlobal(sql`changed WHERE community_id <> ${globalCommunityId}`)}),
    settled AS (${settleRequests(sql`changed`, by)}),
    noted AS (${noteJoin(by, sql`to_jsonb(changed)`)})
    SELECT user_key FROM changed`);
  return rows.length > 0;
}

/** The INSERT that makes members of `people` (`community_id`, `user_key`); who was one before is one again. */
export function join(people: SQL): SQL {
  return sql`INSERT INTO community_memberships AS m (community_id, user_key)
    SELECT p.community_id, p.user_key FROM ${people} p
    ON CONFLICT (community_id, user_key) DO UPDATE SET is_active = true, joined_at = now() WHERE NOT m.is_active`;
}

/** Whoever is anywhere is in the global community too. */
export function joinGlobal(people: SQL): SQL {
  return sql`INSERT INTO community_memberships AS m (community_id, user_key)
    SELECT ${globalCommunityId}::int, user_key FROM ${people}
    ON CONFLICT (community_id, user_key) DO UPDATE SET is_active = true WHERE NOT m.is_active`;
}

/** A request of somebody who got in by another way waits no longer. */
export function settleRequests(people: SQL, by: AuditActor): SQL {
  return sql`UPDATE community_join_requests q SET status = 'approved', decided_by = ${by.actor}, decided_at = now()
    FROM ${people} WHERE q.community_id = changed.community_id AND q.user_key = changed.user_key AND q.status = 'pending'`;
}

export function noteJoin(by: AuditActor, after: SQL): SQL {
  return noteChange(
    {
      action: "membership.join",
      resourceType: "membership",
      source: sql`changed`,
      resourceId: sql`changed.user_key`,
      communityId: sql`changed.community_id`,
      after,
    },
    by,
  );
}
