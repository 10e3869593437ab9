import type { LocalSecrets } from "#tools/start/local-secrets";

export interface LocalAddresses {
  databaseUrl: string;
  /** Empty for Neon itself. */
  databaseHttpEndpoint: string;
  simulatorsUrl: string;
  publicUrl: string;
}

/** Variables by Worker name. */
export type WorkerVars = Record<string, Record<string, string>>;

/** What each Worker gets on this machine: one secret, one Worker. `modules` are the module Workers' names. */
export function makeLocalVars(
  secrets: LocalSecrets,
  { databaseUrl, databaseHttpEndpoint, simulatorsUrl, publicUrl }: LocalAddresses,
  modules: readonly string[],
): WorkerVars {
  const database = { DATABASE_URL: databaseUrl, DATABASE_HTTP_ENDPOINT: databaseHttpEndpoint };
  const { twitch, slack, discord } = secrets.simulators;
  const identity = {
    TWITCH_CLIENT_ID: twitch.clientId,
    TWITCH_BOT_USER_ID: twitch.botUserId,
    SLACK_BOT_USER_ID: slack.botUserId,
    SLACK_TEAM_ID: slack.teamId,
    DISCORD_APPLICATION_ID: discord.applicationId,
  };
  return {
    "waddlebot-local": { SIMULATORS_URL: simulatorsUrl },
    "waddlebot-edge": {
      ...database,
      ...identity,
      PUBLIC_URL: publicUrl,
      TWITCH_EVENTSUB_SECRET: twitch.eventsubSecret,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      DISCORD_PUBLIC_KEY: discord.publicKeyHex,
      GATEWAY_KEY: secrets.gatewayKey,
    },
    "waddlebot-api": { ...database, PUBLIC_URL: publicUrl, SERVICE_API_KEY: secrets.serviceApiKey },
    "waddlebot-sender": {
      ...identity,
      TWITCH_API_BASE: `${simulatorsUrl}/twitch`,
      TWITCH_AUTH_BASE: `${simulatorsUrl}/twitch`,
      TWITCH_CLIENT_SECRET: twitch.clientSecret,
      TWITCH_ACCESS_TOKEN: twitch.accessToken,
      TWITCH_REFRESH_TOKEN: twitch.refreshToken,
      SLACK_API_BASE: `${simulatorsUrl}/slack`,
      SLACK_BOT_TOKEN: slack.botToken,
      DISCORD_API_BASE: `${simulatorsUrl}/discord`,
      DISCORD_BOT_TOKEN: discord.botToken,
      TOKEN_ENCRYPTION_KEY: secrets.tokenEncryptionKey,
    },
    ...Object.fromEntries(modules.map((name) => [name, database])),
  };
}
