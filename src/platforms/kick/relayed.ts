import { makeEntityId } from "#contracts/ids";
import type { PlatformConfig, WebhookRequest } from "#contracts/platform";
import type { EventInput } from "#platforms/kick/events";
import { readTimestamp } from "#platforms/kick/timestamp";
import { relayed } from "#platforms/kick/wire";

const plainTypes = {
  ChannelFollow: "follow",
  Subscription: "subscription",
  StreamStart: "stream_online",
  StreamEnd: "stream_offline",
} as const;
/** Known names of the older form whose payloads nothing vouches for: who was banned, how many were given. */
const unusedTypes: ReadonlySet<string> = new Set(["GiftedSubscription", "Raid", "Host", "Ban", "Timeout"]);

type RelayedReading = { event: EventInput; sentAt: number } | { ignored: string };

/**
 * The older form, signed by a relay. Nothing but the body is signed: its id, or else the signature itself, tells a
 * replay, and its `created_at`, where there is one, the age.
 */
export function readRelayed(
  payload: unknown,
  request: WebhookRequest,
  config: PlatformConfig,
): RelayedReading {
  const seen = relayed.safeParse(payload);
  if (!seen.success) return { ignored: "unexpected shape" };
  const { type, id, sender, broadcaster_user_id: broadcaster, content, created_at: createdAt } = seen.data;
  const sentAt = createdAt === undefined ? request.receivedAt : readTimestamp(createdAt);
  if (sentAt === undefined) return { ignored: "unexpected shape" };
  const base = {
    id: `kick:${id ?? request.headers.get("x-kick-signature")}`,
    platform: "kick",
    entityId: makeEntityId({ platform: "kick", server: broadcaster ?? seen.data.channel_id }),
    user: { id: sender.id, login: sender.username, name: sender.username },
    receivedAt: request.receivedAt,
    occurredAt: sentAt,
    correlationId: request.correlationId,
    // A channel's number is not its account's: answering by it would speak in a stranger's chat.
    ...(broadcaster ? { replyTo: { kind: "chat" as const, platform: "kick", channel: broadcaster } } : {}),
  };
  if (type === "ChatMessage") {
    if (sender.id === config.KICK_BOT_USER_ID) return { ignored: "own message" };
    if (content === undefined) return { ignored: "unexpected shape" };
    // The same line may come from Kick itself as well.
    const said = id === undefined ? {} : { messageId: id, semanticKey: `kick:chat:${id}` };
    return { event: { ...base, ...said, type: "chatMessage", text: content }, sentAt };
  }
  const plain = Object.entries(plainTypes).find(([name]) => name === type)?.[1];
  if (plain) return { event: { ...base, type: plain }, sentAt };
  return { ignored: unusedTypes.has(type) ? `no use for it yet: ${type}` : "unknown event type" };
}
