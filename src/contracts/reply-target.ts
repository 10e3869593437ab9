import * as z from "zod";
import { platformName } from "#contracts/platform-name";

/** Where a reply goes. Tokens and urls in here are capabilities of one event: stored, never logged. */
export const replyTarget = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("chat"),
    platform: platformName,
    /** The platform's own address: broadcaster id, Discord channel id, Slack channel id, IRC target. */
    channel: z.string().min(1).max(255),
    /** Team, guild or network, where the platform needs it to find the right token or connection. */
    server: z.string().max(255).optional(),
    replyToMessageId: z.string().max(255).optional(),
    /** Whom an ephemeral answer is for, where the platform can say something to one person of a channel (Slack). */
    user: z.string().max(255).optional(),
    /** Lets a form be shown to whoever caused the event, for about three seconds (Slack). */
    triggerId: z.string().max(255).optional(),
  }),
  z.object({
    /** A Discord interaction: follow-ups through its token, valid 15 minutes. */
    kind: z.literal("interaction"),
    platform: platformName,
    applicationId: z.string().max(64),
    token: z.string().max(512),
  }),
  z.object({
    /** A Slack response_url: five uses in 30 minutes, pinned to its host. */
    kind: z.literal("response-url"),
    platform: platformName,
    url: z.url().max(2000),
    /** The place it was said in, for what cannot go through the url: a form. */
    channel: z.string().min(1).max(255).optional(),
    server: z.string().max(255).optional(),
    triggerId: z.string().max(255).optional(),
  }),
]);
export type ReplyTarget = z.infer<typeof replyTarget>;
