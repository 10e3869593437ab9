import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Gateway, startGateway } from "#gateway/gateway";
import { aGatewayConfig } from "#gateway/testing";
import { demoIds } from "#simulators/demo";
import { eventually, type Stack, startStack } from "#test/e2e/stack";

const folder = mkdtempSync(join(tmpdir(), "waddlebot-ban-"));
let database: TestDatabase;
let stack: Stack;
let gateway: Gateway;

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    simulators: { discordGateway: { identifyBucketMs: 1 } },
  });
  gateway = await startGateway(
    aGatewayConfig({
      gatewayKey: stack.secrets.gatewayKey,
      edgeUrl: stack.url.origin,
      spoolPath: join(folder, "spool.sqlite"),
      // Another address of this machine, as a gateway elsewhere has one.
      egress: { hosts: new Set([new URL(stack.simulators.url).host]), localAddress: "127.0.0.2" },
      discord: {
        token: stack.secrets.simulators.discord.botToken,
        apiBase: `${stack.simulators.url}/discord/api/v10`,
        shards: {},
      },
    }),
    { log: () => undefined },
  );
  await eventually(
    () =>
      gateway.health().connections.some(({ platform, isConnected }) => platform === "discord" && isConnected),
    Boolean,
    30_000,
  );
}, 60_000);
afterAll(async () => {
  await gateway?.close();
  await stack?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

const texts = () => stack.simulators.discord.messages().map(({ text }) => text);

test("T15 while Discord bans the Worker's address, replies arrive through the gateway, each once", {
  timeout: 60_000,
}, async () => {
  const viewers = ["ada", "bob", "zoe"];
  stack.simulators.discordGateway.say({ viewer: "mo", text: "!ping before" });
  await eventually(texts, (all) => all.length === 1, 20_000);

  stack.simulators.faults.set({ platform: "discord", kind: "1015", ms: 60_000 });
  for (const viewer of viewers) stack.simulators.discordGateway.say({ viewer, text: "!ping" });
  const all = await eventually(texts, (said) => said.length === 1 + viewers.length, 30_000);
  expect(all.every((text) => /pong/i.test(text))).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(texts()).toHaveLength(1 + viewers.length);

  // Proof that the ban was there: the Worker's own address still meets it.
  const path = `${stack.simulators.url}/discord/api/v10/channels/${demoIds.discordChannelId}/messages`;
  const direct = await fetch(path, { method: "POST", body: "{}" });
  expect([direct.status, await direct.text()]).toEqual([429, "error code: 1015"]);
});
