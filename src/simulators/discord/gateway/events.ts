import { makeEntityId } from "#contracts/ids";
import { demoIds } from "#simulators/demo";
import * as payloads from "#simulators/discord/gateway/payloads";
import { dispatch, type Sessions, withoutContent } from "#simulators/discord/gateway/sessions";
import { intents } from "#simulators/discord/gateway/wire";
import { makeSnowflakes } from "#simulators/discord/snowflake";
import type { SimulatorSecrets } from "#simulators/secrets";
import { requireViewer } from "#simulators/viewers";
import type { World } from "#simulators/world";

interface Where {
  /** The demo's guild and channel by default. */
  guildId?: string;
  channelId?: string;
}
interface Who extends Where {
  /** A demo viewer's id. */
  viewer: string;
}

/** What people do on Discord, as the gateway tells it. Each returns our event's id where Discord gives one. */
export interface GatewayEvents {
  say(input: Who & { text: string; mentionsBot?: boolean; isBot?: boolean }): { eventId: string };
  /** A line of the bot itself, as the gateway echoes it. */
  echo(input: Where & { text: string }): { eventId: string };
  react(input: Who & { messageId: string; emoji: string; emojiId?: string }): void;
  join(input: Who): void;
  leave(input: Who): void;
  /** `voiceChannelId` null: leaves. */
  talk(input: Who & { voiceChannelId: string | null; isBot?: boolean }): void;
  /** As Discord tells it: a system message, and the member with the date. */
  boost(input: Who & { tier?: 0 | 1 | 2 | 3 }): { eventId: string };
  ban(input: Who): void;
  /** Who is in voice; kept while nobody listens, so a later GUILD_CREATE tells it. */
  voiceStates(guildId: string): payloads.VoiceState[];
}

interface Parts {
  secrets: SimulatorSecrets["discord"];
  sessions: Sessions;
  /** After each event went out to whoever listens. */
  onDispatched(): void;
}

export function makeGatewayEvents(world: World, { secrets, sessions, onDispatched }: Parts): GatewayEvents {
  const { clock, transcript } = world;
  const makeId = makeSnowflakes(clock, world.random.fork("gateway-snowflakes"));
  const voice = new Map<string, Map<string, string>>();
  const guildOf = ({ guildId = demoIds.discordGuildId }: Where) => guildId;
  const channelOf = ({ channelId = demoIds.discordChannelId }: Where) => channelId;

  function tell(guildId: string, intent: number, t: string, d: object): void {
    for (const session of sessions.listening(guildId, intent)) dispatch(session, t, d);
    onDispatched();
  }

  function post(
    where: Where,
    facts: { author: object; member?: object; content: string; type: number; isForBot: boolean },
  ): { eventId: string } {
    const [id, guildId, channelId] = [makeId(), guildOf(where), channelOf(where)];
    const message = payloads.messageCreate({ id, guildId, channelId, at: clock.now(), ...facts });
    for (const session of sessions.listening(guildId, intents.messages)) {
      const seen = facts.isForBot ? message : withoutContent(message, session.intents);
      dispatch(session, "MESSAGE_CREATE", seen);
    }
    onDispatched();
    return { eventId: `discord:${id}` };
  }

  return {
    voiceStates: (guildId) =>
      [...(voice.get(guildId) ?? [])].map(([userId, channelId]) => ({ userId, channelId })),
    say({ viewer: viewerId, text, mentionsBot = false, isBot = false, ...where }) {
      const viewer = requireViewer(viewerId);
      const author = payloads.userOf(viewer, isBot);
      const member = payloads.memberOf(viewer);
      const said = post(where, { author, member, content: text, type: 0, isForBot: mentionsBot });
      const entityId = makeEntityId({
        platform: "discord",
        server: guildOf(where),
        channel: channelOf(where),
      });
      transcript.add({
        platform: "discord",
        entityId,
        author: { kind: "viewer", name: viewer.name },
        text,
        at: clock.now(),
        ...said,
      });
      return said;
    },
    echo: ({ text, ...where }) =>
      post(where, {
        author: payloads.botUser(secrets.applicationId),
        content: text,
        type: 0,
        isForBot: true,
      }),
    react({ viewer: viewerId, messageId, emoji, emojiId, ...where }) {
      const viewer = requireViewer(viewerId);
      tell(guildOf(where), intents.reactions, "MESSAGE_REACTION_ADD", {
        user_id: viewer.discordId,
        channel_id: channelOf(where),
        message_id: messageId,
        guild_id: guildOf(where),
        member: { ...payloads.memberOf(viewer), user: payloads.userOf(viewer) },
        emoji: { id: emojiId ?? null, name: emoji },
        burst: false,
        type: 0,
      });
    },
    join(input) {
      const viewer = requireViewer(input.viewer);
      const member = { ...payloads.memberOf(viewer), joined_at: payloads.isoOf(clock.now()) };
      const d = { ...member, user: payloads.userOf(viewer), guild_id: guildOf(input) };
      tell(guildOf(input), intents.members, "GUILD_MEMBER_ADD", d);
    },
    leave(input) {
      const d = { guild_id: guildOf(input), user: payloads.userOf(requireViewer(input.viewer)) };
      tell(guildOf(input), intents.members, "GUILD_MEMBER_REMOVE", d);
    },
    talk({ viewer: viewerId, voiceChannelId, isBot = false, ...where }) {
      const viewer = requireViewer(viewerId);
      const guildId = guildOf(where);
      const inGuild = voice.get(guildId) ?? new Map<string, string>();
      if (voiceChannelId === null) inGuild.delete(viewer.discordId);
      else inGuild.set(viewer.discordId, voiceChannelId);
      voice.set(guildId, inGuild);
      const d = payloads.voiceStateUpdate(guildId, viewer, { channelId: voiceChannelId, isBot });
      tell(guildId, intents.voiceStates, "VOICE_STATE_UPDATE", d);
    },
    boost({ viewer: viewerId, tier = 0, ...where }) {
      const viewer = requireViewer(viewerId);
      const member = { ...payloads.memberOf(viewer), premium_since: payloads.isoOf(clock.now()) };
      const d = { ...member, user: payloads.userOf(viewer), guild_id: guildOf(where) };
      tell(guildOf(where), intents.members, "GUILD_MEMBER_UPDATE", d);
      return post(where, {
        author: payloads.userOf(viewer),
        member,
        content: "",
        type: 8 + tier,
        isForBot: false,
      });
    },
    ban(input) {
      const d = { guild_id: guildOf(input), user: payloads.userOf(requireViewer(input.viewer)) };
      tell(guildOf(input), intents.moderation, "GUILD_BAN_ADD", d);
    },
  };
}
