import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type EntityParts, parseEntityId } from "#contracts/ids";
import { role } from "#contracts/role";
import type { AuditActor } from "#db/audit";
import { attachChannel, mayBring } from "#db/communities/channel-store";
import type { CommunityFields } from "#db/communities/community-store";
import { createUnderSlug } from "#db/communities/create-under-slug";
import { addMember, findSeat } from "#db/communities/member-store";
import { globalCommunityId } from "#db/rbac";
import { leaveCommunity } from "#db/rbac-changes";
import type { WiderDatabases } from "#module-kit/databases";
import { installModule } from "#modules/community/install-module";

/** A community as one of its people sees it. */
const place = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  type: z.string(),
  members: z.coerce.number(),
  role,
});
export type Place = z.infer<typeof place>;

/** Who speaks, and where. */
export interface Speaker {
  userKey: string;
  entityId: string;
}

/** By slug or name, by number, or all. */
export type Wanted = { word: string; nameKey: string } | { id: number } | "all";

export interface CommunityStore {
  /** This account, and those that are proven to be the same person's. */
  accountsOf(userKey: string): Promise<string[]>;
  /** The communities these accounts belong to, with the strongest role in each. */
  findMine(accounts: readonly string[], which: Wanted): Promise<Place[]>;
  contextOf(who: Speaker, now: Date): Promise<number | undefined>;
  setContext(who: Speaker, communityId: number, expiresAt: Date): Promise<void>;
  /** Made within the last hour by the same person is the same making. */
  create(
    fields: CommunityFields,
    by: AuditActor,
  ): Promise<{ id: number; slug: string; name: string } | "slug" | "name" | "full">;
  mayBring(parts: EntityParts, of: { accounts: readonly string[]; communityId: number }): Promise<boolean>;
  addChannel(parts: EntityParts, communityId: number, by: AuditActor): Promise<"done" | "taken" | "full">;
  addUser(userKey: string, communityId: number, by: AuditActor): Promise<void>;
  install(
    module: string,
    communityId: number,
    by: AuditActor,
  ): Promise<{ isKnown: boolean; known: string[] }>;
  leave(userKey: string, communityId: number, by: AuditActor): Promise<"left" | "last owner" | "again">;
  /** Names as last seen, the latest first. */
  memberNames(communityId: number, most: number): Promise<string[]>;
}

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
const listOf = (accounts: readonly string[]) => sql`(SELECT jsonb_array_elements_text(${json(accounts)}))`;

function wantedBy(which: Wanted): SQL {
  if (which === "all") return sql`true`;
  if ("id" in which) return sql`c.id = ${which.id}`;
  return sql`(c.slug = ${which.word} OR (c.name_key = ${which.nameKey} AND ${which.nameKey} <> ''))`;
}

/** Who somebody is and where they belong is asked everywhere; what is done to one community, under its own lock. */
export function makeCommunityStore({ everywhere, of }: WiderDatabases): CommunityStore {
  const db = everywhere();
  return {
    async accountsOf(userKey) {
      const { platform = "", server = "" } = parseEntityId(userKey) ?? {};
      const { rows } = await db.execute(sql`
        SELECT i.platform || ':' || replace(replace(i.platform_user_id, '%', '%25'), ':', '%3A') AS user_key
        FROM platform_identities i JOIN hub_users u ON u.id = i.hub_user_id AND u.is_active
        WHERE i.hub_user_id = (
          SELECT hub_user_id FROM platform_identities WHERE platform = ${platform} AND platform_user_id = ${server})`);
      const linked = z
        .array(z.object({ user_key: z.string() }))
        .parse(rows)
        .map((row) => row.user_key);
      return [...new Set([userKey, ...linked])];
    },

    async findMine(accounts, which) {
      const mine = listOf(accounts);
      const order = sql`array_position(ARRAY['owner', 'admin', 'moderator', 'streamer', 'member'], r.role)`;
      const strongest = (id: SQL) =>
        sql`(SELECT r.role FROM community_rbac r WHERE r.community_id = ${id} AND r.user_key IN ${mine} ORDER BY ${order} LIMIT 1)`;
      const { rows } = await db.execute(sql`
        SELECT c.id, c.slug, c.name, c.description, c.type,
          (SELECT count(*) FROM community_memberships m WHERE m.community_id = c.id AND m.is_active) AS members,
          coalesce(${strongest(sql`c.id`)}, ${strongest(sql`${globalCommunityId}::int`)}, 'member') AS role
        FROM communities c WHERE c.is_active AND ${wantedBy(which)} AND (
          EXISTS (SELECT 1 FROM community_memberships m WHERE m.community_id = c.id AND m.is_active AND m.user_key IN ${mine})
          OR EXISTS (SELECT 1 FROM community_rbac b WHERE b.community_id = c.id AND b.user_key IN ${mine}))
        ORDER BY c.id LIMIT 50`);
      return z.array(place).parse(rows);
    },

    async contextOf({ userKey, entityId }, now) {
      const { rows } = await db.execute(sql`
        SELECT community_id FROM community_contexts
        WHERE user_key = ${userKey} AND entity_id = ${entityId} AND expires_at > ${now.toISOString()}::timestamptz`);
      return z.array(z.object({ community_id: z.int() })).parse(rows)[0]?.community_id;
    },

    async setContext({ userKey, entityId }, communityId, expiresAt) {
      const end = sql`${expiresAt.toISOString()}::timestamptz`;
      await db.execute(sql`
        INSERT INTO community_contexts (user_key, entity_id, community_id, expires_at)
        VALUES (${userKey}, ${entityId}, ${communityId}, ${end})
        ON CONFLICT (user_key, entity_id) DO UPDATE SET community_id = excluded.community_id, expires_at = excluded.expires_at`);
    },

    async create(fields, by) {
      const made = await createUnderSlug(db, fields, undefined, { owner: by.actor, by });
      if (made !== "name") return made;
      const { rows } = await db.execute(sql`
        SELECT id, slug, name FROM communities WHERE is_active AND name_key = ${fields.nameKey}
          AND created_by = ${by.actor} AND created_at > now() - interval '1 hour'`);
      const known = z.array(z.object({ id: z.int(), slug: z.string(), name: z.string() })).parse(rows);
      return known[0] ?? "name";
    },

    mayBring: (parts, of) => mayBring(db, parts, of),

    async addChannel(parts, communityId, by) {
      const done = await attachChannel(db, parts, { communityId, by });
      return typeof done !== "string" || done === "already" ? "done" : done;
    },

    async addUser(userKey, communityId, by) {
      await addMember(of(communityId, globalCommunityId), { communityId, userKey, by });
    },

    install: (module, communityId, by) => installModule(of(communityId), { module, communityId }, by),

    async leave(userKey, communityId, by) {
      const own = of(communityId);
      const seat = await findSeat(own, communityId, userKey);
      if (!seat?.is_member) return "left";
      if (seat.role === "owner" && seat.owners < 2) return "last owner";
      const seen = { id: communityId, version: seat.config_version };
      const outcome = await leaveCommunity(own, { userKey, seen }, by);
      return outcome === "conflict" ? "again" : "left";
    },

    async memberNames(communityId, most) {
      const { rows } = await of(communityId).execute(sql`
        SELECT a.user_name FROM community_memberships m
        JOIN community_activity a ON a.community_id = m.community_id AND a.user_key = m.user_key
        WHERE m.community_id = ${communityId} AND m.is_active ORDER BY a.last_seen_at DESC LIMIT ${most}`);
      return z
        .array(z.object({ user_name: z.string() }))
        .parse(rows)
        .map((row) => row.user_name);
    },
  };
}
