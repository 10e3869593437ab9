import * as payloads from "#simulators/twitch/payloads";
import type { EventSubType } from "#simulators/twitch/subscriptions";
import { requireViewer } from "#simulators/viewers";

/** `amount`: bits, raiding viewers, gifts or months. */
export interface ChannelEventInput {
  kind: "follow" | "subscription" | "resubscription" | "gift" | "raid" | "cheer" | "online" | "offline";
  /** `null` gives or cheers anonymously. */
  viewer: string | null;
  amount?: number;
}

/** One event as EventSub sends it, and as people would tell it. */
export interface ChannelEvent {
  topic: EventSubType;
  event: object;
  text(name: string): string;
}

/** Throws where nobody acts: only gifts and cheers may be anonymous. */
export function describeChannelEvent(
  { kind, viewer, amount }: ChannelEventInput,
  channel: payloads.Account,
  { streamId, at }: { streamId: string; at: string },
): ChannelEvent {
  const actor = viewer === null ? null : payloads.accountOf(requireViewer(viewer));
  if (kind === "gift") {
    const total = amount ?? 1;
    return {
      topic: "channel.subscription.gift",
      event: payloads.giftEvent(channel, actor, total),
      text: (name) => `${name} gave ${count(total, "subscription")}`,
    };
  }
  if (kind === "cheer") {
    const bits = amount ?? 100;
    return {
      topic: "channel.cheer",
      event: payloads.cheerEvent(channel, actor, bits, `Cheer${bits}`),
      text: (name) => `${name} cheered ${count(bits, "bit")}`,
    };
  }
  if (!actor) throw new Error(`"${kind}" needs a viewer: nobody does that anonymously`);
  switch (kind) {
    case "follow":
      return {
        topic: "channel.follow",
        event: payloads.followEvent(channel, actor, at),
        text: (name) => `${name} followed the channel`,
      };
    case "subscription":
      return {
        topic: "channel.subscribe",
        event: payloads.subscribeEvent(channel, actor),
        text: (name) => `${name} subscribed`,
      };
    case "resubscription":
      return {
        topic: "channel.subscription.message",
        event: payloads.resubscribeEvent(channel, actor, amount ?? 2, "Still here!"),
        text: (name) => `${name} subscribed for ${count(amount ?? 2, "month")}`,
      };
    case "raid":
      return {
        topic: "channel.raid",
        event: payloads.raidEvent(channel, actor, amount ?? 10),
        text: (name) => `${name} raided with ${count(amount ?? 10, "viewer")}`,
      };
    case "online":
      return {
        topic: "stream.online",
        event: payloads.streamOnlineEvent(channel, streamId, at),
        text: () => "The stream is live",
      };
    case "offline":
      return {
        topic: "stream.offline",
        event: payloads.streamOfflineEvent(channel),
        text: () => "The stream has ended",
      };
  }
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
