import type { DatabaseSync } from "node:sqlite";
import type { VoiceState } from "#gateway/discord/dispatch-types";

const minuteMs = 60_000;

/** Where somebody was until now. */
export interface Before {
  channel_id: string;
  /** Epoch milliseconds from which their minutes count. */
  since: number;
  /** When they were seen to leave it. */
  until: number;
}

/** A change worth telling: the state as Discord sends it, and what it replaces. */
export interface VoiceChange {
  d: VoiceState;
  before?: Before;
}

/** Who is in voice since when: Discord tells only where somebody is now. On disk, because people sit there for hours. */
export interface Voice {
  /** Undefined when nothing changed (muted, camera), or it is a bot. */
  see(state: VoiceState, now: number): VoiceChange | undefined;
  /** Brings the memory in line with the list of a GUILD_CREATE; gives what happened meanwhile. */
  reconcile(guildId: string, states: readonly VoiceState[], now: number): VoiceChange[];
  /** The bot was removed from the guild. */
  forget(guildId: string): void;
  /** People in voice. */
  count(): number;
}

export function makeVoice(database: DatabaseSync): Voice {
  database.exec(`CREATE TABLE IF NOT EXISTS discord_voice (
    guild_id TEXT NOT NULL, user_id TEXT NOT NULL, channel_id TEXT NOT NULL, since INTEGER NOT NULL, member TEXT NOT NULL,
    PRIMARY KEY (guild_id, user_id)) WITHOUT ROWID`);
  const select = database.prepare(
    "SELECT channel_id, since FROM discord_voice WHERE guild_id = ? AND user_id = ?",
  );
  const save = database.prepare(
    `INSERT INTO discord_voice VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET channel_id = excluded.channel_id, since = excluded.since, member = excluded.member`,
  );
  const remove = database.prepare("DELETE FROM discord_voice WHERE guild_id = ? AND user_id = ?");
  const listGuild = database.prepare("SELECT user_id, member FROM discord_voice WHERE guild_id = ?");
  const removeGuild = database.prepare("DELETE FROM discord_voice WHERE guild_id = ?");
  const counted = database.prepare("SELECT count(*) AS n FROM discord_voice");

  function findBefore(guildId: string, userId: string, now: number): Before | undefined {
    const row = select.get(guildId, userId);
    return row && { channel_id: String(row["channel_id"]), since: Number(row["since"]), until: now };
  }

  function see(state: VoiceState, now: number): VoiceChange | undefined {
    const { guild_id: guildId, user_id: userId, channel_id: channelId } = state;
    if (guildId === undefined || state.member?.user.bot) return undefined;
    const before = findBefore(guildId, userId, now);
    if (before?.channel_id === (channelId ?? undefined)) return undefined;
    if (channelId === null) remove.run(guildId, userId);
    // Who changes the channel keeps the begun minute: it is paid once it is whole.
    const since = before ? now - (Math.max(0, now - before.since) % minuteMs) : now;
    if (channelId !== null) save.run(guildId, userId, channelId, since, JSON.stringify(state.member ?? null));
    return { d: state, ...(before && { before }) };
  }

  return {
    see,
    reconcile(guildId, states, now) {
      const present = new Set(states.map(({ user_id }) => user_id));
      const gone = listGuild.all(guildId).filter((row) => !present.has(String(row["user_id"])));
      const leaving = gone.map((row): VoiceState => {
        const member = JSON.parse(String(row["member"]));
        return {
          guild_id: guildId,
          user_id: String(row["user_id"]),
          channel_id: null,
          ...(member && { member }),
        };
      });
      const arriving = states.map((state) => ({ ...state, guild_id: guildId }));
      return [...leaving, ...arriving].flatMap((state) => see(state, now) ?? []);
    },
    forget: (guildId) => void removeGuild.run(guildId),
    count: () => Number(counted.get()?.["n"] ?? 0),
  };
}
