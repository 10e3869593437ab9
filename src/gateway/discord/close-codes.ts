/** What a closed connection means: go on where it stopped, begin a new session, or never connect again. */
export type Consequence = "resume" | "new session" | "stop";

/** "Invalid seq" and "session timed out": Discord says to start a new session. */
const endsSession = new Set([4007, 4009]);

/** Another try would fail the same way, and tries are counted against the token. */
const stops: ReadonlyMap<number, string> = new Map([
  [4004, "Discord does not accept the bot token"],
  [4010, "the shard number is wrong"],
  [4011, "the bot is in too many guilds for this number of shards"],
  [4012, "this version of the gateway is no longer served"],
  [4013, "an intent that does not exist was asked for"],
  [4014, "an intent that is not switched on for the application was asked for"],
]);

/** Discord refuses intents that its developer portal does not grant. */
export const disallowedIntents = 4014;

/**
 * Opcodes and Status Codes, Gateway Close Event Codes. Whatever is not in there (1000 and 1001 from Discord's side,
 * 1006, 4000 to 4003, 4005, 4008) is resumed: a session that is gone after all answers with op 9.
 */
export function consequenceOf(code: number): Consequence {
  if (stops.has(code)) return "stop";
  return endsSession.has(code) ? "new session" : "resume";
}

/** Why a code stops a shard for good. */
export function stopReason(code: number): string {
  return stops.get(code) ?? `Discord closed with ${code}`;
}
