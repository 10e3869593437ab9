import { sql } from "drizzle-orm";
import * as z from "zod";
import { makeUserKey, parseUserKey } from "#contracts/ids";
import { type AuditActor, noteChange } from "#db/audit";
import type { Database } from "#db/client";
import { sha256Hex } from "#lib/sha256";

/** C-08 and 40-core §1.30. */
export const codeRules = { lifeMinutes: 10, mostWrong: 5, resendSeconds: 60, perDay: 10 } as const;

/** Where somebody can be written to alone; everywhere else an account is linked by signing in with it. */
export const whisperPlatforms = ["twitch", "discord", "slack"] as const;
export type WhisperPlatform = (typeof whisperPlatforms)[number];
export const isWhisperPlatform = (name: string): name is WhisperPlatform =>
  whisperPlatforms.some((platform) => platform === name);

export interface LinkWish {
  userId: number;
  /** How whoever gets the code is told who asks. */
  askedBy: string;
  platform: WhisperPlatform;
  platformUserId: string;
  platformUsername: string;
}

export type Asked =
  | { kind: "asked" }
  | { kind: "wait"; seconds: number }
  /** It is theirs already, or somebody else's (IDN-4). */
  | { kind: "own" | "taken" }
  | { kind: "too_often" }
  /** Nothing of ours is where that person could be written to. */
  | { kind: "unreachable" };

const asked = z.tuple([
  z.object({
    owner: z.int().nullable(),
    wait: z.coerce.number().nullable(),
    asks: z.int().nullable(),
    place: z.string().nullable(),
    is_asked: z.boolean(),
  }),
]);

/**
 * Asks for an account to be linked: one wish a person and platform, a new one takes the place of the one before. The code
 * itself is made by whoever delivers it, and stands nowhere until then.
 */
export async function askForLink(db: Database, wish: LinkWish, by: AuditActor): Promise<Asked> {
  const { userId, askedBy, platform, platformUserId, platformUsername } = wish;
  const userKey = makeUserKey(platform, platformUserId);
  const lock = db.execute(sql`SELECT 1 FROM hub_users WHERE id = ${userId} FOR NO KEY UPDATE`);
  const ask = db.execute(sql`
    WITH owner AS (SELECT hub_user_id FROM platform_identities
      WHERE platform = ${platform} AND platform_user_id = ${platformUserId}),
    old AS (SELECT * FROM link_codes WHERE hub_user_id = ${userId} AND platform = ${platform}),
    facts AS (
      SELECT (SELECT hub_user_id FROM owner) AS owner,
        -- Nobody is written to more than once a minute, whoever asks.
        (SELECT ceil(${codeRules.resendSeconds} - extract(epoch FROM now() - max(asked_at))) FROM link_codes
          WHERE (hub_user_id = ${userId} AND platform = ${platform}) OR (platform = ${platform} AND platform_user_id = ${platformUserId})) AS wait,
        (SELECT asks FROM old WHERE day_began > now() - interval '1 day') AS asks,
        (SELECT s.entity_id FROM community_memberships m JOIN servers s ON s.community_id = m.community_id
          WHERE m.user_key = ${userKey} AND m.is_active AND s.platform = ${platform} AND s.is_active
          ORDER BY s.last_activity DESC NULLS LAST, s.entity_id LIMIT 1) AS place),
    changed AS (
      INSERT INTO link_codes AS c (hub_user_id, platform, platform_user_id, platform_username, asked_by, entity_id)
      SELECT u.id, ${platform}, ${platformUserId}, ${platformUsername}, ${askedBy}, f.place
      FROM facts f JOIN hub_users u ON u.id = ${userId} AND u.is_active
      WHERE f.owner IS NULL AND coalesce(f.wait, 0) <= 0 AND coalesce(f.asks, 0) < ${codeRules.perDay} AND f.place IS NOT NULL
      ON CONFLICT (hub_user_id, platform) DO UPDATE SET platform_user_id = excluded.platform_user_id,
        platform_username = excluded.platform_username, asked_by = excluded.asked_by, entity_id = excluded.entity_id,
        code_hash = NULL, status = 'wanted', problem = NULL, wrong_attempts = 0, asked_at = now(), expires_at = NULL,
        asks = CASE WHEN c.day_began > now() - interval '1 day' THEN c.asks + 1 ELSE 1 END,
        day_began = CASE WHEN c.day_began > now() - interval '1 day' THEN c.day_began ELSE now() END
      RETURNING hub_user_id, platform, platform_user_id),
    noted AS (${noteChange(
      {
        action: "identity.ask",
        resourceType: "identity",
        source: sql`changed`,
        resourceId: sql`changed.platform || ':' || changed.platform_user_id`,
        after: sql`to_jsonb(changed)`,
      },
      by,
    )})
    SELECT owner, wait, asks, place, EXISTS (SELECT 1 FROM changed) AS is_asked FROM facts`);
  const [, { rows }] = await db.batch([lock, ask]);
  const [facts] = asked.parse(rows);
  if (facts.is_asked) return { kind: "asked" };
  if (facts.owner !== null) return { kind: facts.owner === userId ? "own" : "taken" };
  if (facts.wait !== null && facts.wait > 0) return { kind: "wait", seconds: facts.wait };
  return { kind: (facts.asks ?? 0) >= codeRules.perDay ? "too_often" : "unreachable" };
}

/** A code with the account it is for: the same letters are another hash for anybody else. Typed as people type. */
export function hashLinkCode(userKey: string, typed: string): Promise<string> {
  return sha256Hex(`${userKey}/${typed.toUpperCase().replaceAll(/[\s-]/g, "")}`);
}

export type Checked = { kind: "right"; userId: number } | { kind: "wrong"; left: number } | { kind: "none" };

const checked = z.tuple([
  z.object({ is_open: z.boolean(), user_id: z.int().nullable(), left: z.coerce.number().nullable() }),
]);

/**
 * What somebody typed from that account. Right once: it is used up with this call. A wrong one counts against every code
 * the account has open; after the fifth there is none left, so a sixth guess finds nothing, right or not (IDN-2).
 */
export async function checkLinkCode(
  db: Database,
  {
    platform,
    platformUserId,
    typed,
    userId,
  }: { platform: string; platformUserId?: string; typed: string; userId?: number },
): Promise<Checked> {
  const { rows: targets } = await db.execute(sql`
    SELECT DISTINCT platform_user_id FROM link_codes WHERE platform = ${platform} AND status = 'sent'
      AND (${platformUserId ?? null}::text IS NULL OR platform_user_id = ${platformUserId ?? null}::text)
      AND (${userId ?? null}::int IS NULL OR hub_user_id = ${userId ?? null}::int)`);
  const [target] = z.array(z.object({ platform_user_id: z.string() })).parse(targets);
  if (!target) return { kind: "none" };
  const hash = await hashLinkCode(makeUserKey(platform, target.platform_user_id), typed);
  const { rows } = await db.execute(sql`
    WITH open AS (
      SELECT * FROM link_codes WHERE platform = ${platform} AND platform_user_id = ${target.platform_user_id}
        AND status = 'sent' AND expires_at > now() AND (${userId ?? null}::int IS NULL OR hub_user_id = ${userId ?? null}::int)
      ORDER BY hub_user_id FOR UPDATE),
    hit AS (SELECT hub_user_id FROM open WHERE code_hash = ${hash} AND wrong_attempts < ${codeRules.mostWrong} LIMIT 1),
    used AS (
      UPDATE link_codes c SET status = 'completed', code_hash = NULL FROM hit
      WHERE c.hub_user_id = hit.hub_user_id AND c.platform = ${platform}),
    missed AS (
      UPDATE link_codes c SET wrong_attempts = o.wrong_attempts + 1,
        status = CASE WHEN o.wrong_attempts + 1 >= ${codeRules.mostWrong} THEN 'exhausted' ELSE c.status END,
        code_hash = CASE WHEN o.wrong_attempts + 1 >= ${codeRules.mostWrong} THEN NULL ELSE c.code_hash END
      FROM open o WHERE c.hub_user_id = o.hub_user_id AND c.platform = o.platform AND NOT EXISTS (SELECT 1 FROM hit)
      RETURNING ${codeRules.mostWrong} - c.wrong_attempts AS left)
    SELECT EXISTS (SELECT 1 FROM open) AS is_open, (SELECT hub_user_id FROM hit) AS user_id, (SELECT max("left") FROM missed) AS "left"`);
  const [facts] = checked.parse(rows);
  if (facts.user_id !== null) return { kind: "right", userId: facts.user_id };
  return facts.is_open ? { kind: "wrong", left: facts.left ?? 0 } : { kind: "none" };
}

export const shownWish = z.object({
  platform: z.string(),
  platform_username: z.string(),
  status: z.enum(["wanted", "sending", "sent", "failed", "completed", "expired", "exhausted"]),
  problem: z.string().nullable(),
  asked_at: z.string(),
  expires_at: z.string().nullable(),
});

export async function listWishes(db: Database, userId: number): Promise<z.infer<typeof shownWish>[]> {
  const { rows } = await db.execute(sql`
    SELECT to_jsonb(c) || jsonb_build_object('status', CASE WHEN c.status = 'sent' AND c.expires_at <= now() THEN 'expired' ELSE c.status END) AS row
    FROM link_codes c WHERE hub_user_id = ${userId} ORDER BY platform`);
  return z
    .array(z.object({ row: shownWish }))
    .parse(rows)
    .map(({ row }) => row);
}

/** The account somebody last asked a code for. */
export async function wishedAccount(
  db: Database,
  userId: number,
  platform: string,
): Promise<FoundAccount | undefined> {
  const { rows } = await db.execute(sql`
    SELECT platform_user_id, platform_username FROM link_codes WHERE hub_user_id = ${userId} AND platform = ${platform}`);
  const found = z
    .array(z.object({ platform_user_id: z.string(), platform_username: z.string() }))
    .parse(rows)[0];
  return found && { platformUserId: found.platform_user_id, platformUsername: found.platform_username };
}

export interface FoundAccount {
  platformUserId: string;
  platformUsername: string;
}

const seen = z.array(z.object({ user_key: z.string(), user_name: z.string() }));

/** Who that is on a platform, among everybody ever seen: by id or mention, or by the name they had when they last wrote. */
export async function findAccount(
  db: Database,
  platform: WhisperPlatform,
  named: string,
): Promise<FoundAccount | "many" | undefined> {
  const word = named.trim().replace(/^@/, "");
  const mention = /^<@!?([A-Z0-9]{1,30})(?:\|[^>]*)?>$/.exec(word)?.[1];
  const id = mention ?? (/^(?:\d{5,20}|[UW][A-Z0-9]{6,30})$/.test(word) ? word : undefined);
  const { rows } = await db.execute(
    id === undefined
      ? sql`SELECT user_key, user_name FROM community_activity WHERE community_id = 1 AND lower(user_name) = lower(${word})
          AND user_key LIKE ${`${platform}:%`} ORDER BY last_seen_at DESC LIMIT 2`
      : sql`SELECT user_key, user_name FROM community_activity WHERE community_id = 1 AND user_key = ${makeUserKey(platform, id)}`,
  );
  const [first, second] = seen.parse(rows);
  if (!first) return undefined;
  if (second) return "many";
  const account = parseUserKey(first.user_key);
  return account && { platformUserId: account.userId, platformUsername: first.user_name };
}
