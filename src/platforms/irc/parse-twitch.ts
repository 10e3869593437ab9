import type { ChatUser, PlatformEvent } from "#contracts/event";
import { platformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import { makeEntityId } from "#contracts/ids";
import type { IrcMessage, IrcSource } from "#lib/irc-message";

/** Any other server could write the same tags, and with them speak as anybody in any Twitch channel. */
const twitchHost = "irc.chat.twitch.tv";

/** True for a line that came from Twitch with its tags: then room, person and message have ids that stay. */
export function isTwitchLine({ connection }: GatewayFrame, { tags }: IrcMessage): boolean {
  return connection === twitchHost && Boolean(tags.get("room-id") && tags.get("user-id") && tags.get("id"));
}

/**
 * Twitch's chat over IRC is the same chat that EventSub tells: the event belongs to the Twitch channel, and the message's
 * id is the semantic key of both, so that a channel that is read both ways hears every line once.
 */
export function readTwitchLine(
  frame: GatewayFrame,
  { tags }: IrcMessage,
  { source, text }: { source: IrcSource; text: string },
): PlatformEvent[] {
  const room = tags.get("room-id") ?? "";
  const messageId = tags.get("id") ?? "";
  // A line of another room in a shared chat is that room's own event (twitch.tv "Shared Chat", tag source-room-id).
  const sourceRoom = tags.get("source-room-id");
  if (sourceRoom !== undefined && sourceRoom !== "" && sourceRoom !== room) return [];
  const event = platformEvent.safeParse({
    type: "chatMessage",
    id: `twitch:irc:${messageId}`,
    semanticKey: `twitch:chat:${messageId}`,
    platform: "twitch",
    entityId: makeEntityId({ platform: "twitch", server: room }),
    user: makeUser(tags, source),
    receivedAt: frame.receivedAt,
    occurredAt: readTime(tags.get("tmi-sent-ts")) ?? frame.receivedAt,
    correlationId: frame.id.slice(0, 64),
    replyTo: { kind: "chat", platform: "twitch", channel: room, replyToMessageId: messageId },
    text,
    messageId,
  }).data;
  return event ? [event] : [];
}

function makeUser(tags: IrcMessage["tags"], source: IrcSource): ChatUser {
  const badges = (tags.get("badges") ?? "")
    .split(",")
    .map((badge) => badge.replace(/\/.*$/, ""))
    .filter((badge) => badge !== "")
    .slice(0, 32);
  const name = tags.get("display-name") || source.nick;
  return { id: tags.get("user-id") ?? "", login: source.nick, name, badges, ...roleOf(badges) };
}

function roleOf(badges: readonly string[]): Pick<ChatUser, "platformRole"> {
  if (badges.includes("broadcaster")) return { platformRole: "owner" };
  return badges.includes("moderator") ? { platformRole: "moderator" } : {};
}

function readTime(text: string | undefined): number | undefined {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
