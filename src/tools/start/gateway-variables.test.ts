import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readGatewayConfig } from "#gateway/config";
import { makeGatewayVariables } from "#tools/start/gateway-variables";
import { type LocalSecrets, readLocalSecrets } from "#tools/start/local-secrets";

const folder = mkdtempSync(join(tmpdir(), "gateway-variables-"));
const simulatorsUrl = "http://127.0.0.1:5001";
let secrets: LocalSecrets;
beforeAll(() => {
  secrets = readLocalSecrets(join(folder, "secrets.json"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configFor = (env: Record<string, string>) => {
  const variables = makeGatewayVariables(env, { secrets, simulatorsUrl });
  return variables && readGatewayConfig({ ...variables, EDGE_URL: "http://127.0.0.1:1", SPOOL_PATH: "s" });
};

test("a start that asks for no socket has no gateway", () => {
  expect(configFor({})).toBeUndefined();
  expect(configFor({ IRC_NETWORKS: "", DISCORD_GATEWAY: "0", SLACK_SOCKET_MODE: "false" })).toBeUndefined();
});

test("Discord and Slack are the simulated ones, also beside tokens of real ones", () => {
  const { discord, slack } = secrets.simulators;
  const switches = { DISCORD_GATEWAY: "1", SLACK_SOCKET_MODE: "true" };
  expect(configFor({ ...switches, DISCORD_BOT_TOKEN: "real", SLACK_APP_TOKEN: "xapp-real" })).toMatchObject({
    gatewayId: "main",
    networks: [],
    discord: { token: discord.botToken, apiBase: `${simulatorsUrl}/discord/api/v10` },
    slack: { appToken: slack.appToken, apiBase: `${simulatorsUrl}/slack/api` },
    egress: { hosts: new Set(["127.0.0.1:5001"]) },
  });
  const one = configFor({ DISCORD_GATEWAY: "1" });
  expect([one?.discord?.token, one?.slack]).toEqual([discord.botToken, undefined]);
});

test("a switch in another word is named, not passed over", () => {
  expect(() => configFor({ SLACK_SOCKET_MODE: "1" })).toThrow("SLACK_SOCKET_MODE must be true or false");
  expect(() => configFor({ DISCORD_GATEWAY: "yes" })).toThrow("DISCORD_GATEWAY must be 0 or 1");
});
