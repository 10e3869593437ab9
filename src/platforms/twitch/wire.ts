import * as z from "zod";

/** Twitch's payloads as far as we read them; what else they carry is let through unread. */

const ascii = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[\x21-\x7e]*$/);
const id = ascii(64).min(1);
/** Display only, so cut instead of refused; JSON can spell lone surrogates, which no store takes. */
const name = z.string().transform((text) => text.slice(0, 255).toWellFormed());

export const envelope = z.object({
  subscription: z.object({
    id: ascii(255).min(1),
    type: ascii(255).min(1),
    version: ascii(16),
    status: ascii(255),
    condition: z.object({
      broadcaster_user_id: ascii(64).optional(),
      to_broadcaster_user_id: ascii(64).optional(),
      conduit_id: ascii(64).optional(),
      /** The account that reads chat for us. */
      user_id: ascii(64).optional(),
    }),
  }),
  challenge: z.string().optional(),
  event: z.unknown().optional(),
  /** Instead of `event` where the subscription asked for batches (`is_batching_enabled`). */
  events: z
    .array(z.object({ id: ascii(128).min(1), data: z.unknown() }))
    .min(1)
    .max(1000)
    .optional(),
});
export type Envelope = z.infer<typeof envelope>;

const broadcaster = { broadcaster_user_id: id, broadcaster_user_login: name, broadcaster_user_name: name };
const user = { user_id: id, user_login: name, user_name: name };
/** Null where somebody gives anonymously. */
const maybeUser = { user_id: id.nullish(), user_login: name.nullish(), user_name: name.nullish() };

export const chatMessage = z.object({
  ...broadcaster,
  chatter_user_id: id,
  chatter_user_login: name,
  chatter_user_name: name,
  message_id: ascii(255).min(1),
  message: z.object({ text: z.string().transform((text) => text.slice(0, 5000).toWellFormed()) }),
  badges: z.array(z.object({ set_id: ascii(64) })).default([]),
  /** Set in a shared chat: the channel the line was written in. */
  source_broadcaster_user_id: id.nullish(),
});

export const follow = z.object({ ...broadcaster, ...user, followed_at: z.string() });
export const subscribe = z.object({ ...broadcaster, ...user, tier: z.string(), is_gift: z.boolean() });
export const resubscribe = z.object({
  ...broadcaster,
  ...user,
  tier: z.string(),
  cumulative_months: z.int().nonnegative(),
});
export const gift = z.object({
  ...broadcaster,
  ...maybeUser,
  total: z.int().positive(),
  tier: z.string(),
  is_anonymous: z.boolean(),
});
export const cheer = z.object({
  ...broadcaster,
  ...maybeUser,
  bits: z.int().positive(),
  is_anonymous: z.boolean(),
});
export const raid = z.object({
  from_broadcaster_user_id: id,
  from_broadcaster_user_login: name,
  from_broadcaster_user_name: name,
  to_broadcaster_user_id: id,
  viewers: z.int().nonnegative(),
});
export const ban = z.object({
  ...broadcaster,
  ...user,
  banned_at: z.string(),
  /** Null for ever. */
  ends_at: z.string().nullish(),
  is_permanent: z.boolean(),
});
/** A line that Twitch itself writes into chat. */
export const chatNotification = z.object({ ...broadcaster, notice_type: ascii(64).min(1) });
export const streamOnline = z.object({ ...broadcaster, started_at: z.string() });
export const streamOffline = z.object(broadcaster);

/** What Helix answers to Send Chat Message. `is_sent: false` comes with HTTP 200 and is a failure all the same. */
export const sendAnswer = z.object({
  data: z.tuple([
    z.object({
      message_id: z.string(),
      is_sent: z.boolean(),
      drop_reason: z.object({ code: z.string(), message: z.string() }).nullish(),
    }),
  ]),
});
