import type { Viewer } from "#simulators/viewers";

export const everyonePermissions = "1071698660929";
const moderatorRolePermissions = String((1n << 13n) | (1n << 40n));
const ownerRolePermissions = String(1n << 3n);
export const roleIds = { moderator: "720000000000000011", admin: "720000000000000012" } as const;

export interface VoiceState {
  userId: string;
  channelId: string;
}

export function userOf(viewer: Viewer, isBot = false) {
  return {
    id: viewer.discordId,
    username: viewer.login,
    global_name: viewer.name,
    discriminator: "0",
    avatar: null,
    public_flags: 0,
    ...(isBot ? { bot: true } : {}),
  };
}

export function botUser(applicationId: string) {
  return { id: applicationId, username: "WaddleBot", global_name: null, discriminator: "0000", bot: true };
}

/** A member as gateway events carry it: role ids, but no computed permissions. */
export function memberOf(viewer: Viewer) {
  const roles = { owner: [roleIds.admin], moderator: [roleIds.moderator], member: [] }[viewer.role];
  return {
    nick: null,
    avatar: null,
    roles,
    joined_at: "2024-01-01T00:00:00.000000+00:00",
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

function role(id: string, name: string, permissions: string) {
  return {
    id,
    name,
    permissions,
    color: 0,
    hoist: false,
    position: 1,
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

export interface GuildFacts {
  id: string;
  ownerId: string;
  viewers: readonly Viewer[];
  voiceStates: readonly VoiceState[];
}

export function guildCreate({ id, ownerId, viewers, voiceStates }: GuildFacts) {
  const inVoice = viewers.filter(({ discordId }) => voiceStates.some(({ userId }) => userId === discordId));
  return {
    id,
    name: "The Lounge",
    owner_id: ownerId,
    unavailable: false,
    large: false,
    joined_at: "2024-01-01T00:00:00.000000+00:00",
    member_count: viewers.length + 1,
    premium_tier: 1,
    premium_subscription_count: 2,
    roles: [
      role(id, "@everyone", everyonePermissions),
      role(roleIds.moderator, "Moderators", moderatorRolePermissions),
      role(roleIds.admin, "Admins", ownerRolePermissions),
    ],
    channels: [{ id: "720000000000000002", type: 0, name: "lounge", position: 0 }],
    members: inVoice.map((viewer) => ({ ...memberOf(viewer), user: userOf(viewer) })),
    voice_states: voiceStates.map((state) => voiceFields(state)),
    emojis: [],
    stickers: [],
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    features: [],
  };
}

function voiceFields({ userId, channelId }: { userId: string; channelId: string | null }) {
  return {
    user_id: userId,
    channel_id: channelId,
    session_id: `voice-${userId}`,
    deaf: false,
    mute: false,
    self_deaf: false,
    self_mute: false,
    self_video: false,
    suppress: false,
    request_to_speak_timestamp: null,
  };
}

/** `channelId` null: left. */
export function voiceStateUpdate(
  guildId: string,
  viewer: Viewer,
  { channelId, isBot = false }: { channelId: string | null; isBot?: boolean },
) {
  return {
    ...voiceFields({ userId: viewer.discordId, channelId }),
    guild_id: guildId,
    member: { ...memberOf(viewer), user: userOf(viewer, isBot) },
  };
}

export interface MessageFacts {
  id: string;
  guildId: string;
  channelId: string;
  author: object;
  member?: object;
  content: string;
  /** 0 a line, 19 a reply, 7 somebody joined, 8 to 11 a boost. */
  type: number;
  at: number;
}

export function messageCreate({ id, guildId, channelId, author, member, content, type, at }: MessageFacts) {
  return {
    id,
    type,
    guild_id: guildId,
    channel_id: channelId,
    author,
    ...(member && { member }),
    content,
    timestamp: isoOf(at),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    flags: 0,
    channel_type: 0,
  };
}

/** Discord writes microseconds and an offset. */
export function isoOf(at: number): string {
  return new Date(at).toISOString().replace("Z", "000+00:00");
}
