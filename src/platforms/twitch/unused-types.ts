/**
 * Types of the contract table, as `type@version`, that none of our events says: known, counted, without effect.
 * A withdrawn version is not among them, so that a subscription to it shows as unknown (Hype Train v1).
 */
export const unusedTypes: ReadonlySet<string> = new Set([
  // A ban that ends is no act of the person whom it was about.
  "channel.unban@1",
  "channel.moderator.add@1",
  "channel.moderator.remove@1",
  "channel.subscription.end@1",
  "channel.channel_points_custom_reward_redemption.add@1",
  "channel.hype_train.begin@2",
  "channel.hype_train.progress@2",
  "channel.hype_train.end@2",
  "channel.poll.begin@1",
  "channel.poll.progress@1",
  "channel.poll.end@1",
  "channel.prediction.begin@1",
  "channel.prediction.progress@1",
  "channel.prediction.lock@1",
  "channel.prediction.end@1",
  // The hourly look at the conduit gives the shard a transport again.
  "conduit.shard.disabled@1",
]);

/**
 * Notices in chat that a subscription of their own tells as well. The two share no id (only the notice knows the
 * `community_gift_id`), so reading both would thank and pay for one gift twice.
 */
export const noticesToldElsewhere: ReadonlySet<string> = new Set([
  "sub",
  "resub",
  "sub_gift",
  "community_sub_gift",
  "raid",
]);
