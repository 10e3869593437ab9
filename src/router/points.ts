import type { MessageType, PlatformEvent } from "#contracts/event";

type Points = Readonly<Partial<Record<MessageType, number>>>;

/** Earned the same wherever it happens (40-core §1.33, points model; `resub` and `host` are its later defaults). */
const everywhere: Points = {
  follow: 10,
  subscription: 50,
  resub: 30,
  subgift: 60,
  raid: 30,
  host: 25,
  cheer: 1,
  voice_time: 1,
};

/** What a platform adds, from 20-receivers §1.9 to §1.11. Chat on Twitch, Kick and IRC earns nothing there. */
const byPlatform: Readonly<Record<string, Points>> = {
  twitch: { ban: -10 },
  discord: { chatMessage: 5, reaction: 2, member_join: 10, voice_join: 8, boost: 100 },
  slack: { chatMessage: 5, file_share: 15, reaction: 3, member_join: 10, app_mention: 8 },
};

/** Points one event is worth; bits count as they are and time in voice by the minute. Negative for a ban. */
export function pointsFor(event: PlatformEvent): number {
  const perUnit = pointsPerUnit(event.platform, event.type);
  if (event.type === "cheer") return perUnit * event.bits;
  return event.type === "voice_time" ? perUnit * event.minutes : perUnit;
}

/** Points for one bit, one minute of voice, or one of anything else; nothing for a type nobody knows. */
export function pointsPerUnit(platform: string, type: string): number {
  return own(own(byPlatform, platform) ?? {}, type) ?? own(everywhere, type) ?? 0;
}

/** Names come from outside: `constructor` is nobody's. */
function own<V>(table: Readonly<Record<string, V | undefined>>, name: string): V | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
