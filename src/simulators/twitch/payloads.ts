import type { Viewer } from "#simulators/viewers";

/** A person or channel, the way Twitch names one. */
export interface Account {
  id: string;
  login: string;
  name: string;
}

export function accountOf(viewer: Viewer): Account {
  return { id: viewer.twitchId, login: viewer.login, name: viewer.name };
}

/** `prefix_user_id`, `prefix_user_login`, `prefix_user_name`; without a prefix plain `user_…`. */
function named(prefix: string, account: Account | null) {
  return {
    [`${prefix}user_id`]: account?.id ?? null,
    [`${prefix}user_login`]: account?.login ?? null,
    [`${prefix}user_name`]: account?.name ?? null,
  };
}

export interface ChatLine {
  broadcaster: Account;
  chatter: Account;
  messageId: string;
  text: string;
  badges: { set_id: string; id: string; info: string }[];
  replyTo?: { messageId: string; text: string; author: Account } | undefined;
}

/** `channel.chat.message` version 1. */
export function chatMessageEvent({ broadcaster, chatter, messageId, text, badges, replyTo }: ChatLine) {
  return {
    ...named("broadcaster_", broadcaster),
    ...named("chatter_", chatter),
    message_id: messageId,
    message: { text, fragments: [{ type: "text", text, cheermote: null, emote: null, mention: null }] },
    message_type: "text",
    color: "#00FF7F",
    badges,
    cheer: null,
    reply: replyTo ? replyOf(replyTo) : null,
    channel_points_custom_reward_id: null,
    channel_points_animation_id: null,
    ...named("source_broadcaster_", null),
    source_message_id: null,
    source_badges: null,
    is_source_only: null,
  };
}

function replyOf({ messageId, text, author }: NonNullable<ChatLine["replyTo"]>) {
  return {
    parent_message_id: messageId,
    parent_message_body: text,
    ...named("parent_", author),
    thread_message_id: messageId,
    ...named("thread_", author),
  };
}

export function badgesOf(role: Viewer["role"]): ChatLine["badges"] {
  if (role === "owner") return [{ set_id: "broadcaster", id: "1", info: "" }];
  if (role === "moderator") return [{ set_id: "moderator", id: "1", info: "" }];
  return [];
}

/** `channel.follow` version 2. */
export function followEvent(broadcaster: Account, user: Account, followedAt: string) {
  return { ...named("", user), ...named("broadcaster_", broadcaster), followed_at: followedAt };
}

/** `channel.subscribe`; tier 1000 is the first. */
export function subscribeEvent(broadcaster: Account, user: Account, tier = "1000") {
  return { ...named("", user), ...named("broadcaster_", broadcaster), tier, is_gift: false };
}

/** `channel.subscription.gift`; `null` gives anonymously. */
export function giftEvent(broadcaster: Account, user: Account | null, total: number) {
  return {
    ...named("", user),
    ...named("broadcaster_", broadcaster),
    total,
    tier: "1000",
    cumulative_total: user ? total : null,
    is_anonymous: user === null,
  };
}

/** `channel.subscription.message`: a renewal with words. */
export function resubscribeEvent(broadcaster: Account, user: Account, months: number, text: string) {
  return {
    ...named("", user),
    ...named("broadcaster_", broadcaster),
    tier: "1000",
    message: { text, emotes: [] },
    cumulative_months: months,
    streak_months: null,
    duration_months: 1,
  };
}

/** `channel.cheer`; `null` cheers anonymously. */
export function cheerEvent(broadcaster: Account, user: Account | null, bits: number, message: string) {
  return {
    is_anonymous: user === null,
    ...named("", user),
    ...named("broadcaster_", broadcaster),
    message,
    bits,
  };
}

/** `channel.raid` as the raided channel sees it. */
export function raidEvent(broadcaster: Account, from: Account, viewers: number) {
  return { ...named("from_broadcaster_", from), ...named("to_broadcaster_", broadcaster), viewers };
}

export function streamOnlineEvent(broadcaster: Account, id: string, startedAt: string) {
  return { id, ...named("broadcaster_", broadcaster), type: "live", started_at: startedAt };
}

export function streamOfflineEvent(broadcaster: Account) {
  return named("broadcaster_", broadcaster);
}
