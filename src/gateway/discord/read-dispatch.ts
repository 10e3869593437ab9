import * as z from "zod";
import * as types from "#gateway/discord/dispatch-types";
import type { GuildFacts, Standing } from "#gateway/discord/guild-facts";
import type { Before, Voice, VoiceChange } from "#gateway/discord/voice";

/** What goes up: Discord's own event made small, and what only this process knows. */
export interface SlimDispatch {
  t: string;
  d: object;
  /** Of a message's author. */
  standing?: Standing;
  /** Of a voice state. */
  before?: Before;
}

export interface DispatchReader {
  /** Learns from an event and gives what of it goes up. `misfit`: an event we act on did not have the shape we know. */
  read(type: string, d: unknown, now: number): { slim: SlimDispatch[]; misfit?: true };
}

export function makeDispatchReader(guilds: GuildFacts, voice: Voice): DispatchReader {
  const voiceFrame = ({ d, before }: VoiceChange): SlimDispatch => ({
    t: "VOICE_STATE_UPDATE",
    d,
    ...(before && { before }),
  });

  /** Only people in voice are named there, so a voice state finds its member. */
  function learnGuild(d: unknown, now: number): SlimDispatch[] {
    const guild = types.guild.parse(d);
    if (guild.unavailable === true) return [];
    guilds.set(guild.id, { ownerId: guild.owner_id, roles: guild.roles });
    if (!guild.voice_states) return [];
    const members = new Map(guild.members?.map((member) => [member.user.id, member]));
    const states = guild.voice_states.map((state) => {
      const member = state.member ?? members.get(state.user_id);
      return { ...state, ...(member && { member }) };
    });
    return voice.reconcile(guild.id, states, now).map(voiceFrame);
  }

  function forward(type: types.ForwardedType, d: unknown): SlimDispatch[] {
    if (type !== "MESSAGE_CREATE") return [{ t: type, d: types.forwarded[type].parse(d) }];
    const message = types.forwarded.MESSAGE_CREATE.parse(d);
    // Bots, webhooks and direct messages belong to no community's chat.
    if (message.author.bot || message.webhook_id !== undefined || message.guild_id === undefined) return [];
    const roles = message.member?.roles ?? [];
    const standing = guilds.standing(message.guild_id, message.author.id, roles);
    return [{ t: type, d: message, ...(standing && { standing }) }];
  }

  function readKnown(type: string, d: unknown, now: number): SlimDispatch[] {
    if (types.isForwarded(type)) return forward(type, d);
    if (type === "VOICE_STATE_UPDATE") {
      const change = voice.see(types.voiceState.parse(d), now);
      return change ? [voiceFrame(change)] : [];
    }
    if (type === "GUILD_CREATE" || type === "GUILD_UPDATE") return learnGuild(d, now);
    if (type === "GUILD_ROLE_CREATE" || type === "GUILD_ROLE_UPDATE") {
      const { guild_id, role } = types.guildRole.parse(d);
      guilds.setRole(guild_id, role.id, role.permissions);
    }
    if (type === "GUILD_ROLE_DELETE") {
      const { guild_id, role_id } = types.guildRoleGone.parse(d);
      guilds.setRole(guild_id, role_id, undefined);
    }
    if (type === "GUILD_DELETE") {
      const { id, unavailable } = types.guild.parse(d);
      // An outage ends with a GUILD_CREATE; only a removal is for good.
      if (!unavailable) {
        guilds.forget(id);
        voice.forget(id);
      }
    }
    return [];
  }

  return {
    read(type, d, now) {
      try {
        return { slim: readKnown(type, d, now) };
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        return { slim: [], misfit: true };
      }
    },
  };
}
