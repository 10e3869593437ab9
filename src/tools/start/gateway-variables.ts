import type { LocalSecrets } from "#tools/start/local-secrets";

type Variables = Readonly<Record<string, string | undefined>>;

/** Which platforms' sockets the environment asks for. A wrong value counts as asking, so that the gateway names it. */
export function wantedSockets(env: Variables): { irc: boolean; discord: boolean; slack: boolean } {
  return {
    irc: Boolean(env["IRC_NETWORKS"]),
    discord: !["", "0"].includes(env["DISCORD_GATEWAY"] ?? ""),
    slack: !["", "false"].includes(env["SLACK_SOCKET_MODE"] ?? ""),
  };
}

/**
 * The gateway's variables on this machine, undefined when no platform asks for one. Discord and Slack are the simulated
 * ones, as for every Worker here, whatever else the environment names: their tokens would be of no use beside them.
 */
export function makeGatewayVariables(
  env: Variables,
  { secrets, simulatorsUrl }: { secrets: LocalSecrets; simulatorsUrl: string },
): Variables | undefined {
  if (!Object.values(wantedSockets(env)).includes(true)) return undefined;
  const { discord, slack } = secrets.simulators;
  return {
    ...env,
    GATEWAY_ID: "main",
    GATEWAY_KEY: secrets.gatewayKey,
    DISCORD_API_BASE: `${simulatorsUrl}/discord/api/v10`,
    DISCORD_BOT_TOKEN: discord.botToken,
    SLACK_API_BASE: `${simulatorsUrl}/slack/api`,
    SLACK_APP_TOKEN: slack.appToken,
    EGRESS_HOSTS: new URL(simulatorsUrl).host,
  };
}
