import * as z from "zod/mini";

/** The chats on the stage. */
export const stagePlatform = z.enum(["twitch", "discord", "slack", "kick", "youtube"]);
export type StagePlatform = z.infer<typeof stagePlatform>;

/** One line in a pane. A later message with the same id replaces the earlier one. */
export const rehearsalMessage = z.object({
  id: z.string().check(z.minLength(1)),
  platform: stagePlatform,
  author: z.object({ kind: z.enum(["viewer", "bot", "system"]), name: z.string() }),
  text: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  eventId: z.optional(z.string()),
  /** The event id of the line this answers, where the platform tells: Slack does not outside of threads. */
  inReplyTo: z.optional(z.string()),
  entityId: z.string(),
  ephemeral: z.optional(z.boolean()),
  isPending: z.optional(z.boolean()),
  /** How often the platform had to deliver it. */
  attempts: z.optional(z.number()),
  delivery: z.optional(z.enum(["delivered", "refused", "failed"])),
  /** The platform's own id of what the bot said; the bot's record of an event names it. */
  platformMessageId: z.optional(z.string()),
});
export type RehearsalMessage = z.infer<typeof rehearsalMessage>;

export const viewer = z.object({
  id: z.string().check(z.minLength(1)),
  name: z.string().check(z.minLength(1)),
  role: z.string(),
});
export type Viewer = z.infer<typeof viewer>;

export const rehearsalState = z.object({
  platforms: z.array(z.object({ name: stagePlatform, channelName: z.string() })),
  viewers: z.array(viewer),
  messages: z.array(rehearsalMessage),
  overlayUrl: z.optional(z.string()),
});
export type RehearsalState = z.infer<typeof rehearsalState>;

export const sayAnswer = z.object({ eventId: z.string(), messageId: z.string() });

/** What happens on stream besides chat. */
export const stageEvent = z.enum(["follow", "subscription", "raid", "cheer"]);
export type StageEvent = z.infer<typeof stageEvent>;

/** The stage may tell more; the page needs only the fact. */
export const eventAnswer = z.object({ eventId: z.optional(z.string()) });
