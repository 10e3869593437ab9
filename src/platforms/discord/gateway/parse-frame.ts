import type * as z from "zod";
import type { ChatUser } from "#contracts/event";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import type { GatewayFrame } from "#contracts/gateway";
import { makeEntityId } from "#contracts/ids";
import * as wire from "#platforms/discord/gateway/wire";
import { createdAt, roleOf } from "#platforms/discord/parse";

type Draft = z.input<typeof platformEvent>;

const minuteMs = 60_000;

/** A gateway event in our words; empty for what bots and webhooks do, and for what we do not know. */
export function parseFrame(frame: GatewayFrame): PlatformEvent[] {
  const body = readJson(frame.raw);
  const type = wire.envelope.safeParse(body).data?.t ?? "";
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  // Parsed again: what does not fit our language is nothing we act on.
  return (read?.(body, frame) ?? []).flatMap((draft) => platformEvent.safeParse(draft).data ?? []);
}

type Reader = (body: unknown, frame: GatewayFrame) => Draft[];

/** By dispatch type; the gateway process forwards these and no others. */
const readers: Record<string, Reader> = {
  MESSAGE_CREATE: readMessage,
  MESSAGE_REACTION_ADD: readReaction,
  GUILD_MEMBER_ADD: readMemberAdd,
  GUILD_MEMBER_REMOVE: (body, frame) => readGuildUser(body, frame, "member_leave"),
  GUILD_BAN_ADD: (body, frame) => readGuildUser(body, frame, "ban"),
  VOICE_STATE_UPDATE: readVoiceState,
};

function readMessage(body: unknown, frame: GatewayFrame): Draft[] {
  const seen = wire.message.safeParse(body).data;
  if (!seen || seen.d.author.bot || seen.d.webhook_id !== undefined) return [];
  const { id, type, guild_id: server, channel_id: channel, author, member, content, timestamp } = seen.d;
  const common = {
    id: `discord:${id}`,
    user: { ...userOf(author, member?.nick), ...roleFrom(seen) },
    ...times(frame, readTime(timestamp) ?? createdAt(id)),
  };
  const replyTo = { kind: "chat" as const, platform: "discord", channel, server };
  if (wire.messageTypes.boosts.some((boost) => boost === type)) {
    return [{ ...common, type: "boost", entityId: ofGuild(server), replyTo }];
  }
  if (!wire.messageTypes.lines.some((line) => line === type)) return [];
  const text = content.slice(0, 5000).toWellFormed();
  const entityId = makeEntityId({ platform: "discord", server, channel });
  return [
    {
      ...common,
      type: "chatMessage",
      entityId,
      replyTo: { ...replyTo, replyToMessageId: id },
      text,
      messageId: id,
    },
  ];
}

/** The id is what was reacted with to what by whom: taking it back and giving it again counts once. */
function readReaction(body: unknown, frame: GatewayFrame): Draft[] {
  const seen = wire.reaction.safeParse(body).data?.d;
  if (!seen || seen.member.user.bot) return [];
  const { guild_id: server, channel_id: channel, message_id: messageId, member, emoji } = seen;
  const shown = emoji.name ?? emoji.id ?? "";
  return [
    {
      type: "reaction",
      id: `discord:reaction:${messageId}:${seen.user_id}:${(emoji.id ?? shown).slice(0, 100).toWellFormed()}`,
      entityId: makeEntityId({ platform: "discord", server, channel }),
      user: userOf(member.user, member.nick),
      ...times(frame),
      replyTo: { kind: "chat", platform: "discord", channel, server, replyToMessageId: messageId },
      emoji: shown,
    },
  ];
}

function readMemberAdd(body: unknown, frame: GatewayFrame): Draft[] {
  const seen = wire.memberAdd.safeParse(body).data?.d;
  if (!seen || seen.user.bot) return [];
  const joinedAt = readTime(seen.joined_at ?? "");
  return [
    {
      type: "member_join",
      id: `discord:join:${seen.guild_id}:${seen.user.id}:${joinedAt ?? frame.id}`,
      entityId: ofGuild(seen.guild_id),
      user: userOf(seen.user, seen.nick),
      ...times(frame, joinedAt),
    },
  ];
}

function readGuildUser(body: unknown, frame: GatewayFrame, type: "member_leave" | "ban"): Draft[] {
  const seen = wire.guildUser.safeParse(body).data?.d;
  if (!seen || seen.user.bot) return [];
  const entityId = ofGuild(seen.guild_id);
  return [{ type, id: `discord:${type}:${frame.id}`, entityId, user: userOf(seen.user), ...times(frame) }];
}

/**
 * In: voice_join. Out: voice_leave, and the whole minutes as voice_time. From one channel to another: the minutes only
 * so far, and no second join, or hopping would pay.
 */
function readVoiceState(body: unknown, frame: GatewayFrame): Draft[] {
  const seen = wire.voiceState.safeParse(body).data;
  if (!seen || seen.d.member?.user.bot) return [];
  const { d, before } = seen;
  if (before?.channel_id === (d.channel_id ?? undefined)) return [];
  const user = d.member
    ? userOf(d.member.user, d.member.nick)
    : { id: d.user_id, login: d.user_id, name: d.user_id };
  const common = { entityId: ofGuild(d.guild_id), user, ...times(frame) };
  const idOf = (kind: string) => `discord:${kind}:${frame.id}`;
  if (!before) return [{ ...common, type: "voice_join", id: idOf("voice_join") }];
  const minutes = Math.max(0, Math.floor((before.until - before.since) / minuteMs));
  const time = { ...common, type: "voice_time" as const, id: idOf("voice_time"), minutes };
  const left = { ...common, type: "voice_leave" as const, id: idOf("voice_leave") };
  return [...(minutes > 0 ? [time] : []), left];
}

/** What happens to a guild and not in one of its channels belongs to the guild's own entity, which has no channel. */
function ofGuild(server: string): string {
  return makeEntityId({ platform: "discord", server });
}

function times(frame: GatewayFrame, occurredAt = frame.receivedAt) {
  const { receivedAt, id } = frame;
  return { platform: "discord", receivedAt, occurredAt, correlationId: id.slice(0, 64) };
}

function userOf(user: wire.User, nick?: string | null): Omit<ChatUser, "badges" | "platformRole"> {
  const { id, username: login = id, global_name: globalName } = user;
  return { id, login, name: nick ?? globalName ?? login };
}

function roleFrom({ standing }: wire.Message): Pick<ChatUser, "platformRole"> {
  if (!standing) return {};
  return standing.isOwner ? { platformRole: "owner" } : roleOf(standing.permissions);
}

function readTime(text: string): number | undefined {
  const at = Date.parse(text);
  return at >= 0 ? at : undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: the schema refuses undefined, and nothing comes of the frame.
    return undefined;
  }
}
