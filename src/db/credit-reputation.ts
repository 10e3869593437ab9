import { type SQL, sql } from "drizzle-orm";
import { scoreBounds } from "#contracts/reputation";
import { noteChange } from "#db/audit";

/** One deed as the statement takes it; what it is worth is what nobody decided otherwise. */
export interface Credit {
  /** The id of the gate's row that lets it in. */
  claim: string;
  communityId: number;
  userKey: string;
  userName: string;
  /** A deed that comes twice under one key counts once; those of a day are added up under one. */
  eventKey: string;
  isDaily: boolean;
  /** Not mirrored in the global community: a change by hand. */
  isLocal: boolean;
  name: string;
  units: number;
  perUnit: number;
  weightName: string | null;
  weight: number;
  shares: number;
  reason: string | null;
  /** Epoch milliseconds. */
  at: number;
}

const { lowest, start, highest } = scoreBounds;
const globalCommunity = 1;

/**
 * The CTEs that credit deeds: points and score by the community's rules where it happened and, by the defaults, once in
 * the global community (REP-3, C-07); their history; and a ban wherever a score sank below a threshold. `gate` is the
 * CTE of claims that are new. `rep_totals` has what the ledger of points is still to get.
 *
 * Rows are locked in one order before they are read, so that flushes of several channels neither lose each other's
 * credit nor wait for each other in a circle. Whoever has no row yet cannot be locked; the last line of `rep_scored`
 * adds up what two first credits did.
 */
export function creditReputation(credits: readonly Credit[], gate: SQL): SQL {
  return sql`
    rep_deeds AS MATERIALIZED (
      SELECT r.* FROM jsonb_to_recordset(${storable(credits.map((credit, n) => ({ ...credit, n })))}::jsonb) AS r(
        claim text, "communityId" int, "userKey" text, "userName" text, "eventKey" text, "isDaily" boolean,
        "isLocal" boolean, name text, units numeric, "perUnit" numeric, "weightName" text, weight numeric,
        shares numeric, reason text, at bigint, n bigint)
      JOIN ${gate} g ON g.id = r.claim
      JOIN communities c ON c.id = r."communityId"),
    rep_worth AS (
      SELECT d."communityId" AS community_id, d."userKey" AS user_key, d.*,
        d.units * coalesce((f.point_rules ->> d.name)::numeric, d."perUnit") AS points,
        round(d.shares * coalesce(CASE WHEN f.is_premium THEN (f.weights ->> d."weightName")::numeric END, d.weight), 4) AS change
      FROM rep_deeds d LEFT JOIN reputation_config f ON f.community_id = d."communityId"
      WHERE d."communityId" <> ${globalCommunity}
      UNION ALL
      SELECT ${globalCommunity}::int, d."userKey", d.*, d.units * d."perUnit", round(d.shares * d.weight, 4)
      FROM rep_deeds d WHERE NOT d."isLocal" OR d."communityId" = ${globalCommunity}),
    rep_new AS MATERIALIZED (
      SELECT w.* FROM rep_worth w WHERE w."isDaily" OR NOT EXISTS (
        SELECT 1 FROM reputation_events e
        WHERE e.community_id = w.community_id AND e.user_key = w.user_key AND e.event_key = w."eventKey")),
    rep_people AS (SELECT DISTINCT community_id, user_key FROM rep_new),
    rep_held AS MATERIALIZED (
      SELECT s.community_id, s.user_key, s.score FROM reputation_scores s JOIN rep_people USING (community_id, user_key)
      ORDER BY s.community_id, s.user_key FOR UPDATE OF s),
    rep_had AS MATERIALIZED (
      SELECT a.community_id, a.user_key, a.points FROM community_activity a
      JOIN rep_people USING (community_id, user_key), (SELECT count(*) FROM rep_held) AS after_scores
      ORDER BY a.community_id, a.user_key FOR UPDATE OF a),
    rep_walked AS MATERIALIZED (
      SELECT w.*, coalesce(p.points, 0) AS base_points, coalesce(s.score, ${start}) AS base_score,
        coalesce(p.points, 0) + sum(w.points) OVER walk AS new_points,
        reputation_walk(w.change, coalesce(s.score, ${start})) OVER walk AS new_score
      FROM rep_new w
      LEFT JOIN rep_held s USING (community_id, user_key)
      LEFT JOIN rep_had p USING (community_id, user_key)
      WINDOW walk AS (PARTITION BY w.community_id, w.user_key ORDER BY w.n ROWS UNBOUNDED PRECEDING)),
    rep_totals AS MATERIALIZED (
      SELECT community_id, user_key, (array_agg("userName" ORDER BY n DESC))[1] AS user_name, sum(points)::bigint AS points,
        (array_agg(new_score ORDER BY n DESC))[1] AS score, min(base_score) AS base_score,
        min(base_points) AS base_points, count(*) AS events, max(at) AS at
      FROM rep_walked GROUP BY community_id, user_key),
    rep_scored AS (
      INSERT INTO reputation_scores AS s (community_id, user_key, score, previous_score, total_events, last_activity)
      SELECT community_id, user_key, score, base_score, events, to_timestamp(at / 1000.0) FROM rep_totals
      ORDER BY community_id, user_key
      ON CONFLICT (community_id, user_key) DO UPDATE SET
        previous_score = s.score, total_events = s.total_events + excluded.total_events,
        last_activity = greatest(s.last_activity, excluded.last_activity),
        score = least(${highest}, greatest(${lowest}, excluded.score + (s.score - excluded.previous_score)))
      RETURNING community_id, user_key, score, previous_score),
    rep_history AS (
      INSERT INTO reputation_events AS e (community_id, user_key, event_key, event_name, units, points, previous_points,
        new_points, score_change, previous_score, new_score, reason, occurred_at)
      SELECT community_id, user_key, "eventKey", name, units::bigint, points::bigint, (new_points - points)::bigint,
        new_points::bigint, change, coalesce(lag(new_score) OVER walk, base_score), new_score, reason, to_timestamp(at / 1000.0)
      FROM rep_walked WINDOW walk AS (PARTITION BY community_id, user_key ORDER BY n)
      ORDER BY community_id, user_key, n
      ON CONFLICT (community_id, user_key, event_key) DO UPDATE SET units = e.units + excluded.units,
        points = e.points + excluded.points, new_points = excluded.new_points,
        score_change = e.score_change + excluded.score_change, new_score = excluded.new_score,
        occurred_at = greatest(e.occurred_at, excluded.occurred_at)),
    ${wishBans()}`;
}

/**
 * Only whoever sinks below the threshold is banned, on each server of the community on their platform, and never
 * somebody who holds a role there. The audit row is part of the same statement.
 */
function wishBans(): SQL {
  const audited = noteChange(
    {
      action: "reputation.auto_ban",
      resourceType: "person",
      source: sql`rep_banned`,
      resourceId: sql`rep_banned.user_key`,
      communityId: sql`rep_banned.community_id`,
      after: sql`to_jsonb(rep_banned)`,
    },
    { actor: "reputation", ipHash: null, userAgent: null, requestId: crypto.randomUUID() },
  );
  return sql`
    rep_banned AS (
      INSERT INTO reputation_bans AS b (community_id, user_key, entity_id, score)
      SELECT DISTINCT ON (s.community_id, s.user_key, v.server_id) s.community_id, s.user_key, v.entity_id, s.score
      FROM rep_scored s
      JOIN reputation_config f ON f.community_id = s.community_id AND f.auto_ban
        AND s.score < f.ban_threshold AND s.previous_score >= f.ban_threshold
      JOIN servers v ON v.community_id = s.community_id AND v.is_active AND v.platform = split_part(s.user_key, ':', 1)
      WHERE NOT EXISTS (
        SELECT 1 FROM community_rbac r WHERE r.community_id = s.community_id AND r.user_key = s.user_key
          AND r.role <> 'member')
      ORDER BY s.community_id, s.user_key, v.server_id, v.entity_id
      ON CONFLICT (community_id, user_key, entity_id) DO UPDATE SET score = excluded.score, revision = b.revision + 1,
        is_settled = false, attempts = 0, next_try_at = now(), problem = NULL
      RETURNING community_id, user_key, entity_id, score, revision),
    rep_noted AS (${audited})`;
}

/** Postgres takes neither NUL nor half a character, and one such name must not hold a batch back for ever. */
function storable(credits: readonly object[]): string {
  return JSON.stringify(credits, (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "\ufffd") : part,
  );
}
