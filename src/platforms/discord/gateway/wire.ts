import * as z from "zod";

/** Gateway events as the gateway process sends them up: Discord's own fields, cut to what is needed. */

const snowflake = z.string().regex(/^\d{1,20}$/);
const name = z.string().transform((text) => text.slice(0, 255).toWellFormed());
const user = z.object({
  id: snowflake,
  username: name.optional(),
  global_name: name.nullish(),
  bot: z.boolean().optional(),
});
export type User = z.infer<typeof user>;
const member = z.object({ nick: name.nullish() });
const memberWithUser = member.extend({ user });

/** 0 is a line and 19 a reply; 8 to 11 say that somebody boosted, with the tier that was reached (Message Types). */
export const messageTypes = { lines: [0, 19], boosts: [8, 9, 10, 11] } as const;

export const envelope = z.object({ t: z.string(), d: z.unknown() });

export const message = z.object({
  d: z.object({
    id: snowflake,
    type: z.int(),
    guild_id: snowflake,
    channel_id: snowflake,
    author: user,
    member: member.optional(),
    webhook_id: snowflake.optional(),
    content: z.string(),
    timestamp: z.string(),
  }),
  /** What the gateway process knows about the author from the guild's roles. */
  standing: z.object({ isOwner: z.boolean(), permissions: z.string().regex(/^\d{1,32}$/) }).optional(),
});
export type Message = z.infer<typeof message>;

export const reaction = z.object({
  d: z.object({
    user_id: snowflake,
    channel_id: snowflake,
    message_id: snowflake,
    guild_id: snowflake,
    member: memberWithUser,
    emoji: z.object({ id: snowflake.nullish(), name: name.nullish() }),
  }),
});

export const memberAdd = z.object({
  d: memberWithUser.extend({ guild_id: snowflake, joined_at: z.string().nullish() }),
});
export const guildUser = z.object({ d: z.object({ guild_id: snowflake, user }) });

export const voiceState = z.object({
  d: z.object({
    guild_id: snowflake,
    channel_id: snowflake.nullable(),
    user_id: snowflake,
    member: memberWithUser.optional(),
  }),
  /** Where they were until now; Discord itself does not say. */
  before: z
    .object({ channel_id: snowflake, since: z.int().nonnegative(), until: z.int().nonnegative() })
    .optional(),
});
