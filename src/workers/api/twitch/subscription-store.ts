import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Database } from "#db/client";
import type { ShownSubscription } from "#workers/api/twitch/subscription-routes";

const row = z.object({
  type: z.string(),
  version: z.string(),
  broadcaster_user_id: z.string(),
  entity_id: z.string(),
  status: z.string(),
  needs_owner: z.boolean(),
  problem: z.string().nullable(),
  next_try_at: z.coerce.date().nullable(),
  updated_at: z.coerce.date(),
});

/** Those that need somebody first. A community has a handful of channels with ten each. */
export async function readSubscriptions(
  db: Database,
  { communityId, status }: { communityId: number; status: string | undefined },
): Promise<ShownSubscription[]> {
  const { rows } = await db.execute(sql`
    SELECT t.type, t.version, t.broadcaster_user_id, s.entity_id, t.status, t.needs_owner, t.problem,
      t.next_try_at, t.updated_at
    FROM twitch_subscriptions t
    JOIN servers s ON s.platform = 'twitch' AND s.server_id = t.broadcaster_user_id AND s.is_active
    WHERE s.community_id = ${communityId} AND t.status = coalesce(${status ?? null}, t.status)
    ORDER BY t.needs_owner DESC, t.status = 'enabled', t.broadcaster_user_id, t.type LIMIT 1000`);
  return z
    .array(row)
    .parse(rows)
    .map((one) => ({
      ...one,
      next_try_at: one.next_try_at?.toISOString() ?? null,
      updated_at: one.updated_at.toISOString(),
    }));
}

/** Asks for what is not enabled at the next minute: after a new consent, or because somebody wants it now. */
export async function retrySubscriptionsOf(
  db: Database,
  communityId: number | "everywhere",
): Promise<number> {
  const where = communityId === "everywhere" ? sql`true` : sql`s.community_id = ${communityId}`;
  const { rowCount } = await db.execute(sql`
    UPDATE twitch_subscriptions t SET next_try_at = now(), attempts = 0 FROM servers s
    WHERE s.platform = 'twitch' AND s.server_id = t.broadcaster_user_id AND s.is_active
      AND ${where} AND t.status <> 'enabled'`);
  return rowCount ?? 0;
}
