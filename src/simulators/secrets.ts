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
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** Opens socket mode. */
    appToken: z.string().min(1),
    signingSecret: z.string().min(1),
    botToken: z.string().min(1),
    botUserId: z.string().min(1),
    teamId: z.string().min(1),
  }),
  discord: z.object({
    publicKeyHex: z.string().length(64),
    privateKeyPem: z.string().min(1),
    applicationId: z.string().min(1),
    clientSecret: z.string().min(1),
    botToken: z.string().min(1),
  }),
  youtube: z.object({
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** The bot account's access token; it never ends here. */
    botToken: z.string().min(1),
    apiKey: z.string().min(1),
    /** Signs WebSub notifications. */
    websubSecret: z.string().min(10).max(200),
    botChannelId: z.string().min(1),
  }),
  kick: z.object({
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    botToken: z.string().min(1),
    botUserId: z.string().min(1),
    /** Kick signs webhooks with RSA; the public half is what the bot verifies with. */
    privateKeyPem: z.string().min(1),
    publicKeyPem: z.string().min(1),
  }),
});
export type SimulatorSecrets = z.infer<typeof simulatorSecrets>;

/** Fresh secrets; the public ids stay those of the demo world. */
export function makeSimulatorSecrets(): SimulatorSecrets {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const kick = generateKeyPairSync("rsa", { modulusLength: 2048 });
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
      clientId: `${randomHex(6)}.${randomHex(6)}`,
      clientSecret: randomHex(16),
      appToken: `xapp-${randomHex(24)}`,
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
      clientSecret: randomHex(16),
      botToken: randomBytes(36).toString("base64url"),
    },
    youtube: {
      clientId: `${randomHex(12)}.apps.example`,
      clientSecret: randomHex(16),
      botToken: `ya29.${randomHex(30)}`,
      apiKey: `AIza${randomHex(17)}`,
      websubSecret: randomHex(20),
      botChannelId: demoIds.youtubeBotChannelId,
    },
    kick: {
      clientId: randomHex(13),
      clientSecret: randomHex(32),
      botToken: randomHex(24),
      botUserId: demoIds.kickBotUserId,
      privateKeyPem: kick.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      publicKeyPem: kick.publicKey.export({ type: "spki", format: "pem" }).toString(),
    },
  };
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
