import type { Database } from "#db/client";
import { findChannelsToTell } from "#db/rbac";
import { channelStub } from "#durable-objects/stubs";

/**
 * The channels forget what they knew of these roles before the answer leaves, so that a demotion acts at once. One that
 * cannot be reached now asks again by itself before an assigned role older than a minute counts.
 */
export async function tellChannels(
  db: Database,
  channels: ApiEnv["CHANNEL"],
  changed: { communityIds: readonly number[]; userKeys: readonly string[] },
): Promise<number> {
  const told = await findChannelsToTell(db, changed);
  const bumps = told.map(({ entityId, version }) => channelStub(channels, entityId).bumpConfig(version));
  const outcomes = await Promise.allSettled(bumps);
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}
