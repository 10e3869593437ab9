import type * as z from "zod";
import { type chatUser, type PlatformEvent, platformEvent } from "#contracts/event";
import { type ChatItem, chatItem } from "#platforms/youtube/wire";

export interface ItemPlace {
  entityId: string;
  channelId: string;
  chatId: string;
  receivedAt: number;
  correlationId: string;
  /** The bot's own channel: its words elsewhere are not events. */
  botChannelId: string | undefined;
}

/** One item of a chat page in our words; undefined for what the bot said itself and for kinds without a meaning here. */
export function readItem(item: unknown, place: ItemPlace): PlatformEvent | undefined {
  const seen = chatItem.safeParse(item).data;
  if (!seen || isBotsOwn(seen, place)) return undefined;
  const specifics = specificsOf(seen);
  if (!specifics) return undefined;
  const common = {
    id: `youtube:${seen.id}`,
    platform: "youtube",
    entityId: place.entityId,
    user: userOf(seen),
    receivedAt: place.receivedAt,
    occurredAt: Date.parse(seen.snippet.publishedAt),
    correlationId: place.correlationId,
    replyTo: { kind: "chat", platform: "youtube", channel: place.chatId, server: place.channelId },
  };
  return platformEvent.safeParse({ ...common, ...specifics }).data;
}

/** In its own channel the account is somebody's own, who types there too: what the bot said, the channel knows by its id. */
function isBotsOwn({ authorDetails }: ChatItem, { botChannelId, channelId }: ItemPlace): boolean {
  return authorDetails.channelId === botChannelId && botChannelId !== channelId;
}

function specificsOf({ id, snippet }: ChatItem): object | undefined {
  const { type } = snippet;
  switch (type) {
    case "textMessageEvent":
      return {
        type: "chatMessage",
        text: snippet.textMessageDetails?.messageText ?? snippet.displayMessage ?? "",
        messageId: id.slice(0, 255),
      };
    case "superChatEvent":
      return snippet.superChatDetails && donationOf(snippet.superChatDetails);
    case "superStickerEvent":
      return snippet.superStickerDetails && donationOf(snippet.superStickerDetails);
    case "newSponsorEvent":
      return { type: "subscription" };
    case "memberMilestoneChatEvent":
      return { type: "resub", months: snippet.memberMilestoneChatDetails?.memberMonth };
    case "membershipGiftingEvent":
      return { type: "subgift", count: snippet.membershipGiftingDetails?.giftMembershipsCount };
    case "userBannedEvent":
      return banOf(snippet.userBannedDetails);
    default:
      return undefined;
  }
}

/** The one who was banned is the event's person; the author is the moderator. */
function banOf(details: ChatItem["snippet"]["userBannedDetails"]): object | undefined {
  if (!details) return undefined;
  const { channelId: id, displayName = id } = details.bannedUserDetails;
  const user = { id, login: displayName, name: displayName, badges: [] };
  return { type: details.banType === "permanent" ? "ban" : "timeout", user };
}

/** A hundredth of the currency, as everywhere in the bot; YouTube counts in millionths. */
function donationOf({ amountMicros, currency }: { amountMicros: number; currency: string }): object {
  return { type: "donation", amountMinor: Math.round(amountMicros / 10_000), currency };
}

function userOf({ authorDetails: author }: ChatItem): z.input<typeof chatUser> {
  const { channelId: id, displayName: name } = author;
  const badges = [
    author.isChatSponsor && "member",
    author.isChatModerator && "moderator",
    author.isChatOwner && "owner",
    author.isVerified && "verified",
  ].filter((badge) => badge !== false);
  const user = { id, login: name, name, badges };
  if (author.isChatOwner) return { ...user, platformRole: "owner" };
  return author.isChatModerator ? { ...user, platformRole: "moderator" } : user;
}
