import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import { parseEntityId } from "#contracts/ids";
import type { ReplyTarget } from "#contracts/reply-target";
import { higherRole, type Role } from "#contracts/role";
import type { Timer } from "#contracts/timer";

export interface Firing {
  timer: Timer;
  tick: number;
  entityId: string;
  role: Role;
  now: number;
}

/** The one id of what a timer does at one tick: whatever wakes twice does nothing twice. */
export function firingId({ timer, tick }: Pick<Firing, "timer" | "tick">): string {
  return `timer:${timer.id}:${tick}`;
}

/**
 * A timer's tick as an event of its channel. The house itself speaks, as a person of no platform: no nick and no id
 * begins with `@`, so nobody can be mistaken for it. Its role comes with the event, as a platform's word would.
 */
export function timerEvent(firing: Firing): PlatformEvent {
  const { timer, tick, entityId, role, now } = firing;
  const id = firingId(firing);
  const platform = parseEntityId(entityId)?.platform ?? "";
  return {
    type: "chatMessage",
    text: timer.payload,
    id,
    platform,
    entityId,
    user: { id: `@timer/${timer.id}`, login: "timer", name: "Timer", platformRole: role, badges: [] },
    receivedAt: now,
    occurredAt: tick,
    correlationId: id.replaceAll(":", "-"),
    origin: "timer",
    hops: 0,
    replyTo: chatTarget(entityId),
  };
}

/** Where a channel's own words go: the chat itself. */
export function chatTarget(entityId: string): ReplyTarget {
  const place = parseEntityId(entityId);
  if (!place) throw new Error(`not an entity id: ${entityId}`);
  const { platform, server, channel } = place;
  if (channel === undefined) return { kind: "chat", platform, channel: server };
  return { kind: "chat", platform, channel, server };
}

/** What a timer may do now: what was allowed when it was made, and no more than its maker still is. */
export function roleOfTimer(timer: Timer, roles: ChannelConfig["roles"]): Role {
  if (timer.makers.length === 0) return timer.role;
  const held = timer.makers.map((maker) => roles[maker] ?? "member").reduce(higherRole);
  return higherRole(timer.role, held) === timer.role ? held : timer.role;
}
