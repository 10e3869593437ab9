import { sql } from "drizzle-orm";
import type { Database } from "#db/client";
import { makeUserToken } from "#workers/api/access/user-token";

/** Whoever asks (90-decisions C-06): nobody, four ranks of a community, and whoever administers the whole house. */
export const matrixRoles = ["anonymous", "member", "moderator", "admin", "owner", "super-admin"] as const;
export type MatrixRole = (typeof matrixRoles)[number];

/** A community of strangers, and another one for whoever may act in all. */
export const foreignId = 900_001;
export const foreignToNobodyId = 900_002;
/** One that never was. */
export const absentId = 1_999_999_999;
const firstOwn = 1_000_001;

export interface Seat {
  role: MatrixRole;
  /** The number of the person's own community, and of everything in it. */
  own: number;
}

/** A person and a community for each operation and role, so that nothing one request does is seen by the next. */
export function seatOf(operation: number, role: MatrixRole): Seat {
  return { role, own: firstOwn + operation * matrixRoles.length + matrixRoles.indexOf(role) };
}

/** Every community with one of each thing, all under the community's own number and with its canary in the text. */
export async function seedWorld(db: Database, seats: readonly Seat[]): Promise<void> {
  const rows = [...seats, ...[foreignId, foreignToNobodyId].map((own) => ({ role: "owner", own }))].map(
    ({ role, own }) => ({ id: own, role: role === "anonymous" || role === "super-admin" ? "member" : role }),
  );
  const world = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w(id int, role text)`;
  const given = sql`OVERRIDING SYSTEM VALUE SELECT`;
  await db.batch([
    db.execute(sql`INSERT INTO communities (id, slug, name, name_key, description)
      ${given} id, 'canary-' || id, 'canary-' || id, 'canary' || id, 'canary-' || id FROM ${world}`),
    db.execute(sql`UPDATE communities SET join_mode = 'invite' WHERE id = ${foreignId}`),
    db.execute(sql`INSERT INTO hub_users (id, username, display_name)
      ${given} id, 'person' || id, 'canary-' || id FROM ${world}`),
    db.execute(sql`INSERT INTO platform_identities (hub_user_id, platform, platform_user_id, platform_username)
      SELECT id, 'twitch', 'person' || id, 'canary-' || id FROM ${world}`),
    db.execute(sql`INSERT INTO community_memberships (community_id, user_key)
      SELECT id, 'twitch:person' || id FROM ${world} UNION ALL SELECT id, 'twitch:target' || id FROM ${world}
      UNION ALL SELECT id, 'twitch:keeper' || id FROM ${world} UNION ALL SELECT 1, 'twitch:person' || id FROM ${world}`),
    db.execute(sql`INSERT INTO community_rbac (community_id, user_key, role)
      SELECT id, 'twitch:person' || id, role FROM ${world} WHERE role <> 'member'
      UNION ALL SELECT id, 'twitch:keeper' || id, 'owner' FROM ${world}`),
    db.execute(sql`INSERT INTO community_activity (community_id, user_key, user_name, messages, points)
      SELECT id, 'twitch:target' || id, 'canary-' || id, 1, 5 FROM ${world}`),
    db.execute(sql`INSERT INTO reputation_scores (community_id, user_key, score, previous_score, total_events)
      SELECT id, 'twitch:target' || id, 460, 600, 1 FROM ${world}
      UNION ALL SELECT 1, 'twitch:target' || id, 460, 600, 1 FROM ${world}`),
    db.execute(sql`INSERT INTO reputation_config (community_id, is_premium) SELECT id, true FROM ${world}`),
    db.execute(sql`INSERT INTO servers (entity_id, community_id, platform, server_id)
      SELECT 'twitch:' || id, id, 'twitch', id::text FROM ${world}
      UNION ALL SELECT 'youtube:UC' || lpad(id::text, 22, '0'), id, 'youtube', 'UC' || lpad(id::text, 22, '0') FROM ${world}`),
    db.execute(sql`INSERT INTO labels (id, community_id, category, name, description, created_by)
      ${given} id, id, 'user', 'canary', 'canary-' || id, 's' FROM ${world}`),
    db.execute(sql`INSERT INTO entity_labels (community_id, entity_type, entity_id, label_id, applied_by)
      SELECT id, 'user', 'twitch:labelled', id, 'canary-' || id FROM ${world}`),
    db.execute(sql`INSERT INTO entity_groups (id, community_id, name, entity_id, platform, kind, created_by)
      ${given} id, id, 'canary-' || id, 'twitch:' || id, 'twitch', 'twitch_vip', 's' FROM ${world}`),
    db.execute(sql`INSERT INTO entity_group_members (group_id, user_key, community_id, reason, is_settled)
      SELECT id, 'twitch:target' || id, id, 'manual', true FROM ${world}`),
    db.execute(sql`INSERT INTO timers (id, community_id, entity_id, interval_seconds, action, payload, role, created_by)
      ${given} id, id, 'twitch:' || id, 600, 'message', 'canary-' || id, 'moderator', 's' FROM ${world}`),
    db.execute(sql`INSERT INTO outgoing_webhooks (id, community_id, url, description, verified_at, created_by)
      ${given} id, id, 'https://a.example/' || id, 'canary-' || id, now(), 's' FROM ${world}`),
    db.execute(sql`INSERT INTO community_invitations (id, community_id, code_hash, max_uses, expires_at, created_by)
      ${given} id, id, CASE WHEN id IN (${foreignId}, ${foreignToNobodyId}) THEN 'nobody holds ' || id
        ELSE encode(sha256(('wbi_' || lpad(id::text, 43, 'c'))::bytea), 'hex') END, 5, '2099-01-01', 'canary-' || id
      FROM ${world}`),
    db.execute(sql`INSERT INTO community_join_requests (id, community_id, user_key, message)
      ${given} id, id, 'twitch:wants' || id, 'canary-' || id FROM ${world}`),
    db.execute(sql`INSERT INTO string_rules (id, community_id, pattern, match_type, action, created_by)
      ${given} id, id, 'canary-' || id, 'contains', 'warn', 's' FROM ${world}`),
    db.execute(sql`INSERT INTO commands (id, community_id, prefix, name, module, handler, description, usage, target)
      ${given} id, id, '#', 'canary', 'canary-' || id, 'h', 'canary-' || id, 'canary',
        '{"type": "webhook", "url": "https://a.example/"}'::jsonb FROM ${world}`),
    db.execute(sql`INSERT INTO api_keys (id, name, secret_hash, roles, community_id, created_by)
      SELECT 'wb_' || id, 'canary-' || id, repeat('0', 64), '{trigger}', id, 's' FROM ${world}`),
    db.execute(sql`INSERT INTO member_notes (id, community_id, user_key, text, created_by)
      ${given} id, id, 'twitch:target' || id, 'canary-' || id, 's' FROM ${world}`),
    db.execute(sql`INSERT INTO gateway_networks (host, port, nick, community_id, is_trusted)
      SELECT 'irc' || id || '.example', 6697, 'canary-' || id, id, false FROM ${world}`),
    db.execute(sql`INSERT INTO overlay_tokens (id, token_hash, community_id, type)
      SELECT id, md5(id::text) || md5(id::text), id, 'ticker' FROM ${world}`),
    db.execute(
      sql`INSERT INTO community_modules (community_id, module, is_enabled) SELECT id, 'alerts', true FROM ${world}`,
    ),
    db.execute(sql`INSERT INTO config_versions (id, community_id, actor, kind, object_id, before, after)
      ${given} id, id, 's', 'module', 'alerts', NULL, '{"module": "alerts", "is_enabled": true, "settings": {}}'::jsonb
      FROM ${world}`),
  ]);
}

/** Bearer token of the person of a seat; undefined for nobody. */
export async function tokenOf({ role, own }: Seat, secret: string): Promise<string | undefined> {
  if (role === "anonymous") return undefined;
  const roles = role === "super-admin" ? ["admin"] : [];
  return makeUserToken({ userId: String(own), username: "p", email: "p@example.org", roles }, secret);
}

/** One text for all that a community has, row by row, to see whether anything of it changed. */
export async function fingerprint(db: Database, communityId: number): Promise<Record<string, string>> {
  const { rows: tables } = await db.execute(sql`
    SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND c.column_name = 'community_id' AND t.table_type = 'BASE TABLE' ORDER BY 1`);
  const prints: [string, string][] = [];
  for (const { name } of tables) {
    const table = sql.identifier(String(name));
    const { rows } = await db.execute(sql`
      SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS print FROM ${table} t WHERE community_id = ${communityId}`);
    prints.push([String(name), String(rows[0]?.["print"])]);
  }
  const { rows } = await db.execute(
    sql`SELECT c::text AS print FROM communities c WHERE id = ${communityId}`,
  );
  return { ...Object.fromEntries(prints), communities: String(rows[0]?.["print"]) };
}
