import * as z from "zod";

/** Kick's payloads as far as we read them; what else they carry is let through unread. */

const ascii = (longest: number) => z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${longest}}$`));
const words = (longest: number) => z.string().transform((text) => text.slice(0, longest).toWellFormed());
/** Kick counts its accounts; in our words an id is text. */
const id = z.int().positive().transform(String);
const badges = z.array(z.object({ type: ascii(64) })).default([]);
const account = z.object({ user_id: id, username: words(255), channel_slug: words(255).nullish() });

export type Account = z.infer<typeof account>;

export const chatMessage = z.object({
  message_id: ascii(255),
  broadcaster: account,
  sender: account.extend({ identity: z.object({ badges }).nullish() }),
  content: words(5000),
});
export const follow = z.object({ broadcaster: account, follower: account });
export const subscription = z.object({
  broadcaster: account,
  subscriber: account,
  /** In months. */
  duration: z.int().nonnegative(),
});
export const gifts = z.object({
  broadcaster: account,
  /** All null but the first where somebody gives anonymously. */
  gifter: z.discriminatedUnion("is_anonymous", [
    account.extend({ is_anonymous: z.literal(false) }),
    z.object({ is_anonymous: z.literal(true) }),
  ]),
  giftees: z.array(z.unknown()).min(1),
});
export const liveStatus = z.object({
  broadcaster: account,
  is_live: z.boolean(),
  started_at: z.string().nullish(),
  ended_at: z.string().nullish(),
});
export const banned = z.object({
  broadcaster: account,
  banned_user: account,
  /** `expires_at` is null for ever. */
  metadata: z.object({ created_at: z.string(), expires_at: z.string().nullish() }),
});

const numberOrText = z.union([id, ascii(64)]);

/** The older form, which relays send: one flat object for every type. */
export const relayed = z.object({
  type: ascii(64),
  id: ascii(128).optional(),
  channel_id: numberOrText,
  /** The account behind the channel, which is what an answer is addressed to. */
  broadcaster_user_id: id.optional(),
  sender: z.object({ id: numberOrText, username: words(255) }),
  content: words(5000).optional(),
  created_at: z.string().optional(),
});

/** What Post Chat answers. `is_sent: false` comes with HTTP 200 and is a failure all the same. */
export const sendAnswer = z.object({ data: z.object({ message_id: z.string(), is_sent: z.boolean() }) });

/** The JSON of a body; undefined, which every schema refuses, when it is none. */
export function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    return undefined;
  }
}
