import type { PlatformEvent } from "#contracts/event";
import type { LiveBroadcast } from "#contracts/live-chat";
import type { Target } from "#durable-objects/live-chat/reader-state";

/** A broadcast's beginning or end as an event of its channel. */
export function streamEvent(
  type: "stream_online" | "stream_offline",
  { platform, entityId, channelId }: Target,
  { broadcastId, chatId, startedAt }: LiveBroadcast,
  now: number,
): PlatformEvent {
  return {
    type,
    // Derived, so that a step that is repeated tells nothing twice.
    id: `${platform}:${broadcastId}:${type}`,
    platform,
    entityId,
    user: { id: channelId, login: channelId, name: channelId, badges: [], platformRole: "owner" },
    receivedAt: now,
    occurredAt: type === "stream_online" ? startedAt : now,
    correlationId: crypto.randomUUID(),
    origin: "platform",
    hops: 0,
    replyTo: chatId
      ? { kind: "chat", platform, channel: chatId, server: channelId }
      : { kind: "chat", platform, channel: channelId },
  };
}
