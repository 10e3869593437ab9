import { and, eq, inArray } from "drizzle-orm";
import type { Database } from "#db/client";
import { twitchSubscriptions } from "#db/schema/core";

/** Asked for and not yet given up. */
export async function isSubscriptionAwaited(
  db: Database,
  type: string,
  broadcasterUserId: string,
): Promise<boolean> {
  const rows = await db
    .select({ status: twitchSubscriptions.status })
    .from(twitchSubscriptions)
    .where(
      and(
        eq(twitchSubscriptions.type, type),
        eq(twitchSubscriptions.broadcasterUserId, broadcasterUserId),
        inArray(twitchSubscriptions.status, ["pending", "enabled"]),
      ),
    );
  return rows.length > 0;
}

export async function markSubscription(
  db: Database,
  facts: { type: string; broadcasterUserId: string; subscriptionId: string; status: string },
): Promise<void> {
  await db
    .update(twitchSubscriptions)
    .set({ subscriptionId: facts.subscriptionId, status: facts.status, updatedAt: new Date() })
    .where(
      and(
        eq(twitchSubscriptions.type, facts.type),
        eq(twitchSubscriptions.broadcasterUserId, facts.broadcasterUserId),
      ),
    );
}
