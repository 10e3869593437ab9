import type * as z from "zod";
import type { chatUser, platformEvent } from "#contracts/event";
import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig } from "#contracts/platform";
import { readTimestamp } from "#platforms/kick/timestamp";
import * as wire from "#platforms/kick/wire";

/** What every request brings along, whatever its type. Times are epoch milliseconds. */
export interface Delivery {
  messageId: string;
  sentAt: number;
  receivedAt: number;
  correlationId: string;
  config: PlatformConfig;
}

export type EventInput = z.input<typeof platformEvent>;
export type Reading = { event: EventInput } | { ignored: string };
type UserInput = z.input<typeof chatUser>;
type Reader = (payload: unknown, delivery: Delivery) => Reading;

/** How each `type@version` is read. An unknown one has no reader. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ["chat.message.sent@1", reader(wire.chatMessage, readChatMessage)],
  ["channel.followed@1", reader(wire.follow, readFollow)],
  ["channel.subscription.new@1", reader(wire.subscription, readNew)],
  ["channel.subscription.renewal@1", reader(wire.subscription, readRenewal)],
  ["channel.subscription.gifts@1", reader(wire.gifts, readGifts)],
  ["livestream.status.updated@1", reader(wire.liveStatus, readLiveStatus)],
  ["moderation.banned@1", reader(wire.banned, readBanned)],
]);

/** Known, but none of our events says the same. */
export const unusedTypes: ReadonlySet<string> = new Set([
  "livestream.metadata.updated@1",
  "kicks.gifted@1",
  "channel.reward.redemption.updated@1",
]);

function reader<T>(schema: z.ZodType<T>, read: (payload: T, delivery: Delivery) => Reading): Reader {
  return (payload, delivery) => {
    const seen = schema.safeParse(payload);
    return seen.success ? read(seen.data, delivery) : { ignored: "unexpected event shape" };
  };
}

function readChatMessage(payload: z.infer<typeof wire.chatMessage>, delivery: Delivery): Reading {
  const { broadcaster, sender, message_id: messageId, content: text } = payload;
  const isBot = sender.user_id === delivery.config.KICK_BOT_USER_ID;
  // In its own channel the account is somebody's own, who types there too: what the bot said, the channel knows by its id.
  if (isBot && sender.user_id !== broadcaster.user_id) return { ignored: "own message" };
  const badges = (sender.identity?.badges ?? []).map((badge) => badge.type).slice(0, 32);
  const isOwner = sender.user_id === broadcaster.user_id || badges.includes("broadcaster");
  const user = { ...userOf(sender), badges, ...roleOf(isOwner, badges) };
  const base = common(delivery, broadcaster, user);
  const semanticKey = `kick:chat:${messageId}`;
  const replyTo = { ...base.replyTo, replyToMessageId: messageId };
  return { event: { ...base, type: "chatMessage", semanticKey, replyTo, text, messageId } };
}

function readFollow({ broadcaster, follower }: z.infer<typeof wire.follow>, delivery: Delivery): Reading {
  return { event: { ...common(delivery, broadcaster, userOf(follower)), type: "follow" } };
}

function readNew(payload: z.infer<typeof wire.subscription>, delivery: Delivery): Reading {
  const base = common(delivery, payload.broadcaster, userOf(payload.subscriber));
  return { event: { ...base, type: "subscription", months: payload.duration } };
}

function readRenewal(payload: z.infer<typeof wire.subscription>, delivery: Delivery): Reading {
  const base = common(delivery, payload.broadcaster, userOf(payload.subscriber));
  return { event: { ...base, type: "resub", months: payload.duration } };
}

function readGifts(
  { broadcaster, gifter, giftees }: z.infer<typeof wire.gifts>,
  delivery: Delivery,
): Reading {
  const { is_anonymous: isAnonymous } = gifter;
  // Whoever stays unnamed shares one id, which belongs to no account.
  const user = gifter.is_anonymous
    ? { id: "anonymous", login: "anonymous", name: "Anonymous" }
    : userOf(gifter);
  const base = common(delivery, broadcaster, user);
  return { event: { ...base, type: "subgift", count: giftees.length, isAnonymous } };
}

function readLiveStatus(payload: z.infer<typeof wire.liveStatus>, delivery: Delivery): Reading {
  const { broadcaster, is_live: isLive, started_at: startedAt, ended_at: endedAt } = payload;
  const at = readTimestamp((isLive ? startedAt : endedAt) ?? "");
  const base = common(delivery, broadcaster, { ...userOf(broadcaster), platformRole: "owner" }, at);
  return { event: { ...base, type: isLive ? "stream_online" : "stream_offline" } };
}

function readBanned(payload: z.infer<typeof wire.banned>, delivery: Delivery): Reading {
  const { broadcaster, banned_user: user, metadata } = payload;
  const base = common(delivery, broadcaster, userOf(user), readTimestamp(metadata.created_at));
  return { event: { ...base, type: metadata.expires_at ? "timeout" : "ban" } };
}

function common(delivery: Delivery, { user_id: channel }: wire.Account, user: UserInput, at?: number) {
  return {
    id: `kick:${delivery.messageId}`,
    platform: "kick",
    entityId: makeEntityId({ platform: "kick", server: channel }),
    user,
    receivedAt: delivery.receivedAt,
    occurredAt: at ?? delivery.sentAt,
    correlationId: delivery.correlationId,
    replyTo: { kind: "chat" as const, platform: "kick", channel },
  };
}

function userOf({ user_id: id, username: name, channel_slug: slug }: wire.Account) {
  return { id, login: slug || name, name };
}

function roleOf(isOwner: boolean, badges: readonly string[]): Pick<UserInput, "platformRole"> {
  if (isOwner) return { platformRole: "owner" };
  return badges.includes("moderator") ? { platformRole: "moderator" } : {};
}
