import * as z from "zod";

/** YouTube's answers as far as we read them. */

/** A channel's id; also what a viewer is. */
export const channelId = z.string().regex(/^UC[\w-]{22}$/, "a YouTube channel id");
export const videoId = z.string().regex(/^[\w-]{11}$/, "a YouTube video id");

const name = z.string().transform((text) => text.slice(0, 255).toWellFormed());
const text = z.string().transform((raw) => raw.slice(0, 5000).toWellFormed());
/** Unsigned long, written as text. */
const micros = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const money = z.object({ amountMicros: micros, currency: z.string().length(3) });

export const chatItem = z.object({
  id: z.string().min(1).max(400),
  snippet: z.object({
    type: z.string(),
    publishedAt: z.iso.datetime({ offset: true }),
    displayMessage: text.optional(),
    textMessageDetails: z.object({ messageText: text }).optional(),
    superChatDetails: money.extend({ userComment: text.optional() }).optional(),
    superStickerDetails: money.optional(),
    newSponsorDetails: z.object({ memberLevelName: name.optional() }).optional(),
    memberMilestoneChatDetails: z
      .object({ memberMonth: z.int().nonnegative(), userComment: text.optional() })
      .optional(),
    membershipGiftingDetails: z.object({ giftMembershipsCount: z.int().positive() }).optional(),
    userBannedDetails: z
      .object({
        bannedUserDetails: z.object({ channelId, displayName: name.optional() }),
        banType: z.enum(["permanent", "temporary"]),
      })
      .optional(),
  }),
  authorDetails: z.object({
    channelId: z.string().min(1).max(255),
    displayName: name,
    isChatOwner: z.boolean().default(false),
    isChatModerator: z.boolean().default(false),
    isChatSponsor: z.boolean().default(false),
    isVerified: z.boolean().default(false),
  }),
});
export type ChatItem = z.infer<typeof chatItem>;

export const chatPage = z.object({
  nextPageToken: z.string().min(1).max(2000).optional(),
  pollingIntervalMillis: z.int().nonnegative().optional(),
  offlineAt: z.string().optional(),
  /** One by one, so that an item of a new shape costs only itself. */
  items: z.array(z.unknown()).default([]),
});

/** Of the stream an element that is no page is an error in its place. */
export const streamError = z.object({ error: z.object({ code: z.int().min(400).max(599).default(500) }) });

export const videoList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      snippet: z.object({ channelId: z.string(), title: name, liveBroadcastContent: z.string().optional() }),
      liveStreamingDetails: z
        .object({
          activeLiveChatId: z.string().min(1).max(400).optional(),
          scheduledStartTime: z.iso.datetime({ offset: true }).optional(),
          actualStartTime: z.iso.datetime({ offset: true }).optional(),
          actualEndTime: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

export const apiError = z.object({
  error: z.object({
    message: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).default([]),
    /** google.rpc.ErrorInfo among others; only it has a reason. */
    details: z.array(z.object({ reason: z.string().optional() })).default([]),
  }),
});
export const inserted = z.object({ id: z.string().min(1) });
