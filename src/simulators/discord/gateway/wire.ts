import * as z from "zod";

export const opcodes = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voiceState: 4,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** Every code Discord closes a gateway connection with (Opcodes and Status Codes). */
export const closeCodes = {
  unknownError: 4000,
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
  alreadyAuthenticated: 4005,
  invalidSequence: 4007,
  rateLimited: 4008,
  sessionTimedOut: 4009,
  invalidShard: 4010,
  shardingRequired: 4011,
  invalidVersion: 4012,
  invalidIntents: 4013,
  disallowedIntents: 4014,
} as const;

export const intents = {
  guilds: 1 << 0,
  members: 1 << 1,
  moderation: 1 << 2,
  voiceStates: 1 << 7,
  presences: 1 << 8,
  messages: 1 << 9,
  reactions: 1 << 10,
  messageContent: 1 << 15,
} as const;

/** Intents that must be switched on for the application first. */
export const privilegedIntents = intents.members | intents.presences | intents.messageContent;

/** Bits 0 to 16, 20, 21, 24 and 25 have a meaning. */
export const knownIntents = 0x1_ffff | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

export const envelope = z.object({ op: z.int(), d: z.unknown() });

export const identify = z.object({
  token: z.string(),
  intents: z.int(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
  shard: z.tuple([z.int(), z.int()]).default([0, 1]),
});
export type Identify = z.infer<typeof identify>;

export const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int() });
export type Resume = z.infer<typeof resume>;

/** Which connection of the bot hears of a guild. Discord shifts 64-bit numbers; events without a guild go to shard 0. */
export function shardOf(guildId: string | undefined, shardCount: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}
