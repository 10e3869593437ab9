import { and, eq, inArray, isNull, or, sql } from "drizzle-orm";
import type { Database } from "#db/client";
import { twitchSubscriptions } from "#db/schema/core";
import { shardTopic } from "#workers/edge/twitch-subscriptions/store";

/** Asked for and not yet given up. A conduit's shards are awaited whatever its id (`awaitShards`). */
export async function isSubscriptionAwaited(
  db: Database,
  type: string,
  broadcasterUserId: string,
): Promise<boolean> {
  const target = type === shardTopic ? "*" : broadcasterUserId;
  const rows = await db
    .select({ status: twitchSubscriptions.status })
    .from(twitchSubscriptions)
    .where(
      and(
        eq(twitchSubscriptions.type, type),
        eq(twitchSubscriptions.broadcasterUserId, target),
        inArray(twitchSubscriptions.status, ["pending", "enabled"]),
      ),
    );
  return rows.length > 0;
}

/**
 * What Twitch said of a subscription: `enabled` after its challenge, else why it ended (TWI-5). The end of a duplicate
 * we removed says nothing of the one that is in force.
 */
export async function markSubscription(
  db: Database,
  facts: { type: string; broadcasterUserId: string; subscriptionId: string; status: string },
): Promise<void> {
  const { type, subscriptionId, status } = facts;
  const target = type === shardTopic ? "*" : facts.broadcasterUserId;
  const isOn = status === "enabled";
  const isLost = status === "notification_failures_exceeded";
  const isTheOne = or(
    isNull(twitchSubscriptions.subscriptionId),
    eq(twitchSubscriptions.subscriptionId, subscriptionId),
  );
  await db
    .update(twitchSubscriptions)
    .set({
      subscriptionId,
      status,
      updatedAt: new Date(),
      needsOwner: !isOn && !isLost,
      problem: null,
      attempts: isOn ? 0 : sql`${twitchSubscriptions.attempts} + 1`,
      nextTryAt: isOn ? null : sql`now() + ${isLost ? "1 minute" : "1 day"}::interval`,
    })
    .where(
      and(
        eq(twitchSubscriptions.type, type),
        eq(twitchSubscriptions.broadcasterUserId, target),
        isOn ? undefined : isTheOne,
      ),
    );
}
