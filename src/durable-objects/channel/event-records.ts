import * as z from "zod";
import type { MessageType, PlatformEvent } from "#contracts/event";
import { makeUserKey } from "#contracts/ids";

/** Chat lines and commands are not logged raw: they are the most by far, and a command's own record says what it was. */
const unlogged: ReadonlySet<MessageType> = new Set([
  "chatMessage",
  "slashCommand",
  "interaction",
  "button_click",
  "select_menu",
  "modal_submit",
]);
/** A channel's state, which nobody earned anything with. */
const nobodysDoing: ReadonlySet<MessageType> = new Set(["stream_online", "stream_offline"]);

/** Rows of `platform_events` and `platform_activities` (20-receivers §1.8), as a flush carries them. */
export const rawEvent = z.object({
  eventId: z.string(),
  entityId: z.string(),
  platform: z.string(),
  type: z.string(),
  platformIds: z.record(z.string(), z.string()),
  eventData: z.record(z.string(), z.unknown()),
  processed: z.boolean(),
  occurredAt: z.int(),
});
export type RawEvent = z.infer<typeof rawEvent>;
export const activityEntry = z.object({
  eventId: z.string(),
  entityId: z.string(),
  platform: z.string(),
  activityType: z.string(),
  userKey: z.string(),
  userName: z.string(),
  amount: z.int().nullable(),
  occurredAt: z.int(),
});
export type ActivityEntry = z.infer<typeof activityEntry>;

/** Undefined for what is not logged. What the bot itself caused came from no receiver. */
export function toRawEvent(event: PlatformEvent, processed: boolean): RawEvent | undefined {
  if (!isLogged(event)) return undefined;
  // Where a reply goes is a capability, and an API's caller reads this log.
  const { id, entityId, platform, type, occurredAt, replyTo, ...eventData } = event;
  const channel = replyTo?.kind === "chat" ? { channel: replyTo.channel } : {};
  return {
    eventId: id,
    entityId,
    platform,
    type,
    platformIds: { user: event.user.id, ...channel },
    eventData,
    processed,
    occurredAt,
  };
}

/** What somebody did and what it came to; undefined where nobody did anything that counts. */
export function toActivity(event: PlatformEvent): ActivityEntry | undefined {
  if (!isLogged(event) || nobodysDoing.has(event.type)) return undefined;
  const { id: eventId, entityId, platform, type: activityType, user, occurredAt } = event;
  const userKey = makeUserKey(platform, user.id);
  return {
    eventId,
    entityId,
    platform,
    activityType,
    userKey,
    userName: user.name,
    amount: amountOf(event),
    occurredAt,
  };
}

/** Whether an event leaves a raw record at all. */
export function isLogged({ type, origin }: PlatformEvent): boolean {
  return !unlogged.has(type) && (origin === "platform" || origin === "api");
}

function amountOf(event: PlatformEvent): number | null {
  switch (event.type) {
    case "cheer":
      return event.bits;
    case "subgift":
      return event.count;
    case "raid":
    case "host":
      return event.viewers;
    case "donation":
      return event.amountMinor;
    case "voice_time":
      return event.minutes;
    default:
      return null;
  }
}
