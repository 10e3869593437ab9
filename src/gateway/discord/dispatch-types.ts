import * as z from "zod";

/** Gateway intents by bit (Gateway, List of Intents). */
const bits = {
  guilds: 1 << 0,
  members: 1 << 1,
  moderation: 1 << 2,
  voiceStates: 1 << 7,
  messages: 1 << 9,
  reactions: 1 << 10,
  messageContent: 1 << 15,
} as const;

/** Two must be switched on for the application, and Discord may refuse them. */
export const privilegedIntents = bits.members | bits.messageContent;
export const wantedIntents =
  bits.guilds | bits.moderation | bits.voiceStates | bits.messages | bits.reactions | privilegedIntents;

const id = z.string().max(32);
const user = z.object({
  id,
  username: z.string().optional(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
const member = z.object({ nick: z.string().nullish(), roles: z.array(id).default([]) });
const memberWithUser = member.extend({ user });

const message = z.object({
  id,
  type: z.int(),
  guild_id: id.optional(),
  channel_id: id,
  author: user,
  member: member.optional(),
  webhook_id: id.optional(),
  content: z.string().default(""),
  timestamp: z.string().max(64),
});

const reaction = z.object({
  user_id: id,
  channel_id: id,
  message_id: id,
  guild_id: id.optional(),
  member: memberWithUser.optional(),
  emoji: z.object({ id: id.nullish(), name: z.string().nullish() }),
});

/**
 * The events we act on and what of each goes up: everything else that Discord sends stays here. What a schema does not
 * name is cut off; what does not fit it is dropped and counted.
 */
export const forwarded = {
  MESSAGE_CREATE: message,
  MESSAGE_REACTION_ADD: reaction,
  GUILD_MEMBER_ADD: memberWithUser.extend({ guild_id: id, joined_at: z.string().max(64).nullish() }),
  GUILD_MEMBER_REMOVE: z.object({ guild_id: id, user }),
  GUILD_BAN_ADD: z.object({ guild_id: id, user }),
} as const;
export type ForwardedType = keyof typeof forwarded;

export function isForwarded(type: string): type is ForwardedType {
  return Object.hasOwn(forwarded, type);
}

/** Goes up with where the person was before; see voice.ts. */
export const voiceState = z.object({
  guild_id: id.optional(),
  channel_id: id.nullable(),
  user_id: id,
  member: memberWithUser.optional(),
});
export type VoiceState = z.infer<typeof voiceState>;

const role = z.object({ id, permissions: z.string().regex(/^\d{1,32}$/) });

/** A guild's facts; they stay here. */
export const guild = z.object({
  id,
  owner_id: id.optional(),
  unavailable: z.boolean().optional(),
  roles: z.array(role).optional(),
  members: z.array(memberWithUser).optional().catch(undefined),
  voice_states: z.array(voiceState).optional(),
});
export const guildRole = z.object({ guild_id: id, role });
export const guildRoleGone = z.object({ guild_id: id, role_id: id });
