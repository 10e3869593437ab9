import { demoIds } from "#simulators/demo";
import type { LocalSecrets } from "#tools/start/local-secrets";

export interface LocalAddresses {
  databaseUrl: string;
  /** Empty for Neon itself. */
  databaseHttpEndpoint: string;
  simulatorsUrl: string;
  /** Where browsers find us. */
  publicUrl?: string;
  /** Of the mail server on this machine; without one no mail is set up. */
  mailPort?: number;
  /** Of the operator's own mail server, in its place: SMTP_HOST and the others. */
  mailServer?: Readonly<Record<string, string>>;
}

/** Variables by Worker name. */
export type WorkerVars = Record<string, Record<string, string>>;

/** What each Worker gets on this machine: one secret, one Worker. `workers` are the names of all. */
export function makeLocalVars(
  secrets: LocalSecrets,
  { databaseUrl, databaseHttpEndpoint, simulatorsUrl, publicUrl, mailPort, mailServer }: LocalAddresses,
  workers: readonly string[],
): WorkerVars {
  const database = { DATABASE_URL: databaseUrl, DATABASE_HTTP_ENDPOINT: databaseHttpEndpoint };
  const { twitch, slack, discord, youtube, kick } = secrets.simulators;
  return {
    // Every module gets the database; whoever is more than a module says so below.
    ...Object.fromEntries(workers.map((name) => [name, database])),
    "waddlebot-local": { SIMULATORS_URL: simulatorsUrl },
    "waddlebot-edge": {
      ...database,
      TWITCH_EVENTSUB_SECRET: twitch.eventsubSecret,
      TWITCH_BOT_USER_ID: twitch.botUserId,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_BOT_USER_ID: slack.botUserId,
      SLACK_RESPONSE_URL_HOST: new URL(simulatorsUrl).host,
      DISCORD_PUBLIC_KEY: discord.publicKeyHex,
      DISCORD_APPLICATION_ID: discord.applicationId,
      KICK_PUBLIC_KEY: kick.publicKeyPem,
      KICK_BOT_USER_ID: kick.botUserId,
      YOUTUBE_WEBSUB_SECRET: youtube.websubSecret,
      PUBLIC_URL: publicUrl ?? "http://127.0.0.1:8787",
      GATEWAY_KEY: secrets.gatewayKey,
      WEBHOOK_SIGNING_KEY: secrets.webhookSigningKey,
    },
    "waddlebot-fetcher": {},
    "waddlebot-executor": {},
    "waddlebot-api": {
      ...database,
      SERVICE_API_KEY: secrets.serviceApiKey,
      WEBHOOK_SIGNING_KEY: secrets.webhookSigningKey,
      JWT_SECRET: secrets.jwtSecret,
      SESSION_SECRET: secrets.sessionSecret,
      // Whoever signs in as the demo's owner runs this machine's house.
      SUPER_ADMINS: `twitch:${demoIds.twitchBroadcasterId}`,
      BROKER_API_KEY: secrets.brokerApiKey,
      FACTOR_ENCRYPTION_KEYS: keyringText(secrets.factorKey),
      PUBLIC_URL: publicUrl ?? "http://127.0.0.1:8787",
    },
    "waddlebot-sender": {
      ...database,
      TWITCH_API_BASE: `${simulatorsUrl}/twitch/helix`,
      TWITCH_AUTH_BASE: `${simulatorsUrl}/twitch/oauth2`,
      TWITCH_CLIENT_ID: twitch.clientId,
      TWITCH_CLIENT_SECRET: twitch.clientSecret,
      TWITCH_BOT_USER_ID: twitch.botUserId,
      SLACK_API_BASE: `${simulatorsUrl}/slack/api`,
      SLACK_AUTH_BASE: `${simulatorsUrl}/slack/oauth`,
      SLACK_OPENID_BASE: `${simulatorsUrl}/slack/openid`,
      SLACK_RESPONSE_URL_HOST: new URL(simulatorsUrl).host,
      SLACK_FILES_HOST: new URL(simulatorsUrl).host,
      SLACK_BOT_TOKEN: slack.botToken,
      DISCORD_API_BASE: `${simulatorsUrl}/discord/api/v10`,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_CLIENT_SECRET: discord.clientSecret,
      DISCORD_BOT_TOKEN: discord.botToken,
      SLACK_CLIENT_ID: slack.clientId,
      SLACK_CLIENT_SECRET: slack.clientSecret,
      YOUTUBE_API_BASE: `${simulatorsUrl}/youtube/v3`,
      YOUTUBE_AUTH_BASE: `${simulatorsUrl}/youtube/oauth2`,
      YOUTUBE_CLIENT_ID: youtube.clientId,
      YOUTUBE_CLIENT_SECRET: youtube.clientSecret,
      YOUTUBE_API_KEY: youtube.apiKey,
      YOUTUBE_HUB_URL: `${simulatorsUrl}/youtube/hub/subscribe`,
      YOUTUBE_WEBSUB_SECRET: youtube.websubSecret,
      YOUTUBE_BOT_CHANNEL_ID: youtube.botChannelId,
      YOUTUBE_BOT_TOKEN: youtube.botToken,
      DISCORD_AUTH_BASE: `${simulatorsUrl}/discord/api/v10/oauth2`,
      KICK_API_BASE: `${simulatorsUrl}/kick/api`,
      KICK_AUTH_BASE: `${simulatorsUrl}/kick/oauth`,
      KICK_CLIENT_ID: kick.clientId,
      KICK_CLIENT_SECRET: kick.clientSecret,
      KICK_BOT_TOKEN: kick.botToken,
      TOKEN_ENCRYPTION_KEYS: keyringText(secrets.tokenEncryptionKey),
      ...(mailServer ?? (mailPort === undefined ? {} : localMailServer(mailPort))),
    },
  };
}

function localMailServer(port: number): Record<string, string> {
  return {
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(port),
    SMTP_SECURITY: "none",
    SMTP_FROM: "WaddleBot <bot@waddlebot.example>",
  };
}

/** One key, under the name of the first; TOKEN_ENCRYPTION_KEYS wants it in base64. */
function keyringText(hexKey: string): string {
  return JSON.stringify({ k1: Buffer.from(hexKey, "hex").toString("base64") });
}
