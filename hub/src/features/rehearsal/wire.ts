import * as z from "zod";

/** The chats on the stage. */
export const stagePlatform = z.enum(["twitch", "discord", "slack", "kick", "youtube"]);
export type StagePlatform = z.infer<typeof stagePlatform>;

/** One line in a pane. A later message with the same id replaces the earlier one. */
export const rehearsalMessage = z.object({
  id: z.string().min(1),
  platform: stagePlatform,
  author: z.object({ kind: z.enum(["viewer", "bot", "system"]), name: z.string() }),
  text: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  eventId: z.string().optional(),
  /** The event id of the line this answers, where the platform tells: Slack does not outside of threads. */
  inReplyTo: z.string().optional(),
  entityId: z.string(),
  ephemeral: z.boolean().optional(),
  isPending: z.boolean().optional(),
  /** How often the platform had to deliver it. */
  attempts: z.number().optional(),
  delivery: z.enum(["delivered", "refused", "failed"]).optional(),
  /** The platform's own id of what the bot said; the bot's record of an event names it. */
  platformMessageId: z.string().optional(),
});
export type RehearsalMessage = z.infer<typeof rehearsalMessage>;

export const viewer = z.object({ id: z.string().min(1), name: z.string().min(1), role: z.string() });
export type Viewer = z.infer<typeof viewer>;

export const rehearsalState = z.object({
  platforms: z.array(z.object({ name: stagePlatform, channelName: z.string() })),
  viewers: z.array(viewer),
  messages: z.array(rehearsalMessage),
  overlayUrl: z.string().optional(),
});
export type RehearsalState = z.infer<typeof rehearsalState>;

export const sayAnswer = z.object({ eventId: z.string(), messageId: z.string() });

/** What happens on stream besides chat. */
export const stageEvent = z.enum(["follow", "subscription", "raid", "cheer"]);
export type StageEvent = z.infer<typeof stageEvent>;

/** The stage may tell more; the page needs only the fact. */
export const eventAnswer = z.object({ eventId: z.string().optional() });
