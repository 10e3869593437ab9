import type { PlatformEvent } from "#contracts/event";
import type { ChannelPulse } from "#durable-objects/channel/timers/judge-timer";

export const pulseTable = `CREATE TABLE timer_pulse (one INTEGER PRIMARY KEY CHECK (one = 1), lines INTEGER NOT NULL,
  is_live INTEGER NOT NULL, live_at INTEGER NOT NULL);`;

type Row = { lines: number; is_live: number; live_at: number };

/** Bots that speak in many channels. Being on this list costs them nothing but being counted as company. */
const knownBots: ReadonlySet<string> = new Set([
  "botrixoficial",
  "fossabot",
  "kofistreambot",
  "moobot",
  "nightbot",
  "pokemoncommunitygame",
  "sery_bot",
  "soundalerts",
  "streamelements",
  "streamlabs",
  "wizebot",
]);
const botBadges: ReadonlySet<string> = new Set(["bot", "bot-badge"]);

/** Whether a person wrote this line: not the bot itself, not another bot that the platform or everybody knows. */
export function isPersonsLine({ type, origin, user }: PlatformEvent): boolean {
  if (type !== "chatMessage" || (origin !== "platform" && origin !== "api")) return false;
  return !knownBots.has(user.login.toLowerCase()) && !user.badges.some((badge) => botBadges.has(badge));
}

/** How a channel does, as its timers want to know it: one row, written only when somebody asks for what is in it. */
export class Pulse {
  #sql: SqlStorage;
  #held: (ChannelPulse & { liveAt: number }) | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get now(): ChannelPulse {
    const { isLive, lines } = this.#read();
    return { isLive, lines };
  }

  /** `countsLines` is false while no timer waits for lines: then a line costs no row. */
  feel(events: readonly PlatformEvent[], countsLines: boolean): void {
    const before = this.#read();
    let { lines, isLive, liveAt } = before;
    for (const event of events) {
      if (countsLines && isPersonsLine(event)) lines++;
      const isStream = event.type === "stream_online" || event.type === "stream_offline";
      // Told out of order, the later of the two is what holds.
      if (isStream && event.occurredAt >= liveAt) {
        isLive = event.type === "stream_online";
        liveAt = event.occurredAt;
      }
    }
    if (lines === before.lines && liveAt === before.liveAt && isLive === before.isLive) return;
    this.#held = { lines, isLive, liveAt };
    this.#sql.exec(
      `INSERT INTO timer_pulse VALUES (1, ?, ?, ?)
       ON CONFLICT DO UPDATE SET lines = excluded.lines, is_live = excluded.is_live, live_at = excluded.live_at`,
      lines,
      isLive ? 1 : 0,
      liveAt,
    );
  }

  #read(): ChannelPulse & { liveAt: number } {
    const [row] = this.#held ? [] : this.#sql.exec<Row>("SELECT * FROM timer_pulse").toArray();
    this.#held ??= { lines: row?.lines ?? 0, isLive: row?.is_live === 1, liveAt: row?.live_at ?? 0 };
    return this.#held;
  }
}
