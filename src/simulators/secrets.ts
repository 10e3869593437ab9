import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as z from "zod";
import { demoIds } from "#simulators/demo";

/** What both sides must know: the simulators sign with it, the bot verifies and speaks with it. */
export const simulatorSecrets = z.object({
  twitch: z.object({
    /** ASCII, 10 to 100 characters. */
    eventsubSecret: z.string().min(10).max(100),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    botUserId: z.string().min(1),
    /** The bot account's first token pair; refreshing replaces it. */
    accessToken: z.string().min(1),
    refreshToken: z.string().min(1),
  }),
  slack: z.object({
    signingSecret: z.string().min(1),
    botToken: z.string().min(1),
    botUserId: z.string().min(1),
    teamId: z.string().min(1),
  }),
  discord: z.object({
    publicKeyHex: z.string().length(64),
    privateKeyPem: z.string().min(1),
    applicationId: z.string().min(1),
    botToken: z.string().min(1),
  }),
});
export type SimulatorSecrets = z.infer<typeof simulatorSecrets>;

/** Fresh secrets; the public ids stay those of the demo world. */
export function makeSimulatorSecrets(): SimulatorSecrets {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    twitch: {
      eventsubSecret: randomHex(20),
      clientId: randomHex(15),
      clientSecret: randomHex(15),
      botUserId: demoIds.twitchBotUserId,
      accessToken: randomHex(15),
      refreshToken: randomHex(25),
    },
    slack: {
      signingSecret: randomHex(16),
      botToken: `xoxb-${randomHex(24)}`,
      botUserId: demoIds.slackBotUserId,
      teamId: demoIds.slackTeamId,
    },
    discord: {
      // The last 32 bytes of an ed25519 SPKI structure are the bare key.
      publicKeyHex: publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("hex"),
      privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      applicationId: demoIds.discordApplicationId,
      botToken: randomBytes(36).toString("base64url"),
    },
  };
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
