import type * as z from "zod";
import type { chatUser, platformEvent } from "#contracts/event";
import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig } from "#contracts/platform";
import { noticesToldElsewhere } from "#platforms/twitch/unused-types";
import { readTimestamp } from "#platforms/twitch/verify";
import * as wire from "#platforms/twitch/wire";

/** What every notification brings along, whatever its type. Times are epoch milliseconds. */
export interface Delivery {
  messageId: string;
  sentAt: number;
  receivedAt: number;
  correlationId: string;
  config: PlatformConfig;
}

type EventInput = z.input<typeof platformEvent>;
type UserInput = z.input<typeof chatUser>;
type Reading = { event: EventInput } | { ignored: string };
export type Reader = (event: unknown, delivery: Delivery) => Reading;

/** How each `type@version` we subscribe to is read. An unknown one has no reader. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ["channel.chat.message@1", reader(wire.chatMessage, readChatMessage)],
  ["channel.follow@2", reader(wire.follow, readFollow)],
  ["channel.subscribe@1", reader(wire.subscribe, readSubscribe)],
  ["channel.subscription.message@1", reader(wire.resubscribe, readResubscribe)],
  ["channel.subscription.gift@1", reader(wire.gift, readGift)],
  ["channel.cheer@1", reader(wire.cheer, readCheer)],
  ["channel.raid@1", reader(wire.raid, readRaid)],
  ["channel.ban@1", reader(wire.ban, readBan)],
  ["channel.chat.notification@1", reader(wire.chatNotification, readNotice)],
  ["stream.online@1", reader(wire.streamOnline, readStreamOnline)],
  ["stream.offline@1", reader(wire.streamOffline, readStreamOffline)],
]);

function reader<T>(schema: z.ZodType<T>, read: (event: T, delivery: Delivery) => Reading): Reader {
  return (event, delivery) => {
    const seen = schema.safeParse(event);
    return seen.success ? read(seen.data, delivery) : { ignored: "unexpected event shape" };
  };
}

function readChatMessage(event: z.infer<typeof wire.chatMessage>, delivery: Delivery): Reading {
  const { broadcaster_user_id: channel, chatter_user_id: id, source_broadcaster_user_id: source } = event;
  // In its own channel the account is somebody's own, who types there too: what the bot said, the channel knows by its id.
  if (id === delivery.config.TWITCH_BOT_USER_ID && id !== channel) return { ignored: "own message" };
  // A shared chat shows the line in every channel that takes part; it counts only where it was written.
  if (source && source !== channel) return { ignored: "shared chat" };
  const badges = event.badges.map((badge) => badge.set_id).slice(0, 32);
  const user = { id, login: event.chatter_user_login, name: event.chatter_user_name, badges };
  const base = common(delivery, channel, { ...user, ...roleOf(badges) });
  return {
    event: {
      ...base,
      type: "chatMessage",
      semanticKey: `twitch:chat:${event.message_id}`,
      replyTo: { ...base.replyTo, replyToMessageId: event.message_id },
      text: event.message.text,
      messageId: event.message_id,
    },
  };
}

function readFollow(event: z.infer<typeof wire.follow>, delivery: Delivery): Reading {
  const at = readTimestamp(event.followed_at);
  return { event: { ...common(delivery, event.broadcaster_user_id, userOf(event), at), type: "follow" } };
}

function readSubscribe(event: z.infer<typeof wire.subscribe>, delivery: Delivery): Reading {
  const base = common(delivery, event.broadcaster_user_id, userOf(event));
  return { event: { ...base, type: "subscription", ...tierOf(event.tier), isGift: event.is_gift } };
}

function readResubscribe(event: z.infer<typeof wire.resubscribe>, delivery: Delivery): Reading {
  const base = common(delivery, event.broadcaster_user_id, userOf(event));
  return { event: { ...base, type: "resub", ...tierOf(event.tier), months: event.cumulative_months } };
}

function readGift(event: z.infer<typeof wire.gift>, delivery: Delivery): Reading {
  const base = common(delivery, event.broadcaster_user_id, giverOf(event));
  const { total: count, is_anonymous: isAnonymous } = event;
  return { event: { ...base, type: "subgift", count, ...tierOf(event.tier), isAnonymous } };
}

function readCheer(event: z.infer<typeof wire.cheer>, delivery: Delivery): Reading {
  const base = common(delivery, event.broadcaster_user_id, giverOf(event));
  return { event: { ...base, type: "cheer", bits: event.bits, isAnonymous: event.is_anonymous } };
}

function readRaid(event: z.infer<typeof wire.raid>, delivery: Delivery): Reading {
  const raider = {
    id: event.from_broadcaster_user_id,
    login: event.from_broadcaster_user_login,
    name: event.from_broadcaster_user_name,
  };
  const base = common(delivery, event.to_broadcaster_user_id, raider);
  return { event: { ...base, type: "raid", viewers: event.viewers } };
}

/** The user is whoever was banned, not the moderator. */
function readBan(event: z.infer<typeof wire.ban>, delivery: Delivery): Reading {
  const { broadcaster_user_id: channel, user_id: id, banned_at: bannedAt } = event;
  const base = common(delivery, channel, userOf(event), readTimestamp(bannedAt));
  const type = event.is_permanent || !event.ends_at ? "ban" : "timeout";
  return { event: { ...base, type, semanticKey: `twitch:ban:${channel}:${id}:${base.occurredAt}` } };
}

function readNotice({ notice_type: type }: z.infer<typeof wire.chatNotification>): Reading {
  if (noticesToldElsewhere.has(type)) return { ignored: "told by its own subscription" };
  return { ignored: "no use for it yet: channel.chat.notification" };
}

function readStreamOnline(event: z.infer<typeof wire.streamOnline>, delivery: Delivery): Reading {
  const at = readTimestamp(event.started_at);
  const base = common(delivery, event.broadcaster_user_id, broadcasterOf(event), at);
  return { event: { ...base, type: "stream_online" } };
}

function readStreamOffline(event: z.infer<typeof wire.streamOffline>, delivery: Delivery): Reading {
  const base = common(delivery, event.broadcaster_user_id, broadcasterOf(event));
  return { event: { ...base, type: "stream_offline" } };
}

function common(delivery: Delivery, channel: string, user: UserInput, occurredAt = delivery.sentAt) {
  return {
    id: `twitch:${delivery.messageId}`,
    platform: "twitch",
    entityId: makeEntityId({ platform: "twitch", server: channel }),
    user,
    receivedAt: delivery.receivedAt,
    occurredAt,
    correlationId: delivery.correlationId,
    replyTo: { kind: "chat" as const, platform: "twitch", channel },
  };
}

function userOf(event: { user_id: string; user_login: string; user_name: string }): UserInput {
  return { id: event.user_id, login: event.user_login, name: event.user_name };
}

/** Anonymous gifts and cheers carry no user at all; they share one id, which belongs to no account. */
function giverOf(event: Omit<z.infer<typeof wire.cheer>, "bits">): UserInput {
  if (event.is_anonymous || !event.user_id) return { id: "anonymous", login: "anonymous", name: "Anonymous" };
  return {
    id: event.user_id,
    login: event.user_login ?? event.user_id,
    name: event.user_name ?? event.user_id,
  };
}

function broadcasterOf(event: z.infer<typeof wire.streamOffline>): UserInput {
  const { broadcaster_user_id: id, broadcaster_user_login: login, broadcaster_user_name: name } = event;
  return { id, login, name, platformRole: "owner" };
}

function roleOf(badges: readonly string[]): Pick<UserInput, "platformRole"> {
  if (badges.includes("broadcaster")) return { platformRole: "owner" };
  return badges.includes("moderator") || badges.includes("lead_moderator")
    ? { platformRole: "moderator" }
    : {};
}

/** Twitch counts tiers in thousands. */
function tierOf(tier: string): { tier?: "1" | "2" | "3" } {
  if (tier === "1000") return { tier: "1" };
  if (tier === "2000") return { tier: "2" };
  return tier === "3000" ? { tier: "3" } : {};
}
