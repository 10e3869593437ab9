import type { SubscriptionKeeper } from "#contracts/platform-subscription";

/** What every channel is asked for: the types that one of our events speaks of (`events.ts` reads each). */
export const wantedTopics: SubscriptionKeeper["topics"] = [
  { topic: "channel.chat.message", version: "1" },
  { topic: "channel.follow", version: "2" },
  { topic: "channel.subscribe", version: "1" },
  { topic: "channel.subscription.message", version: "1" },
  { topic: "channel.subscription.gift", version: "1" },
  { topic: "channel.cheer", version: "1" },
  { topic: "channel.raid", version: "1" },
  { topic: "channel.ban", version: "1" },
  { topic: "stream.online", version: "1" },
  { topic: "stream.offline", version: "1" },
];

/** What a type must name: the channel, and for some who reads or moderates it. A raid is wanted by whom it reaches. */
export function conditionFor(topic: string, channel: string, botUserId: string): Record<string, string> {
  if (topic === "channel.raid") return { to_broadcaster_user_id: channel };
  const condition = { broadcaster_user_id: channel };
  if (topic.startsWith("channel.chat.")) return { ...condition, user_id: botUserId };
  if (topic === "channel.follow") return { ...condition, moderator_user_id: botUserId };
  return condition;
}
