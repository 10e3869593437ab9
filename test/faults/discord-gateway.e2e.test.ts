import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Gateway, startGateway } from "#gateway/gateway";
import { aGatewayConfig } from "#gateway/testing";
import { eventually, type Stack, startStack } from "#test/e2e/stack";

const folder = mkdtempSync(join(tmpdir(), "waddlebot-discord-"));
const running = new Set<Gateway>();
let database: TestDatabase;
let stack: Stack;

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    simulators: { discordGateway: { identifyBucketMs: 1 } },
  });
});
afterAll(async () => {
  await Promise.all([...running].map((gateway) => gateway.close()));
  await stack?.close();
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway process with Discord switched on. The same id and spool is the same one after a restart. */
async function start(gatewayId: string, spool = gatewayId): Promise<Gateway> {
  const gateway = await startGateway(
    aGatewayConfig({
      gatewayId,
      gatewayKey: stack.secrets.gatewayKey,
      edgeUrl: stack.url.origin,
      spoolPath: join(folder, `${spool}.sqlite`),
      discord: {
        token: stack.secrets.simulators.discord.botToken,
        apiBase: `${stack.simulators.url}/discord/api/v10`,
        shards: {},
      },
    }),
    { log: () => undefined },
  );
  running.add(gateway);
  return gateway;
}

async function stop(gateway: Gateway): Promise<void> {
  running.delete(gateway);
  await gateway.close();
}

const holdsShard = (gateway: Gateway) =>
  gateway.health().connections.some(({ platform, isConnected }) => platform === "discord" && isConnected);
const becomesHolder = (gateway: Gateway, ms = 20_000) => eventually(() => holdsShard(gateway), Boolean, ms);
const discord = () => stack.simulators.discordGateway;

/** Says a line and waits for what the bot answers to it. */
async function ask(text: string): Promise<string[]> {
  const before = stack.simulators.discord.messages().length;
  discord().say({ viewer: "bob", text });
  const messages = await eventually(stack.simulators.discord.messages, (all) => all.length > before);
  // Long enough for a second answer to show itself.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return stack.simulators.discord
    .messages()
    .slice(messages.length - 1)
    .map((message) => message.text);
}

test("DIS-5 !ping in a Discord channel is answered there, once, over a restart of the gateway too", async () => {
  const first = await start("one");
  await becomesHolder(first);
  expect(await ask("!ping")).toEqual([expect.stringMatching(/pong/i)]);
  await stop(first);
  discord().say({ viewer: "bob", text: "!ping meanwhile" });
  const before = stack.simulators.discord.messages().length;
  const again = await start("one");
  await eventually(stack.simulators.discord.messages, (all) => all.length === before + 1, 20_000);
  expect(discord().ledger.granted).toHaveLength(1);
  expect(stack.simulators.discord.violations).toEqual([]);
  await stop(again);
});

test("T8 of two gateways one holds the shard; when it goes the other takes over, and nothing is said twice", async () => {
  const first = await start("left");
  await becomesHolder(first);
  const second = await start("right");
  await eventually(() => second.health().link.isConnected, Boolean);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([holdsShard(first), holdsShard(second)].filter(Boolean)).toHaveLength(1);
  expect(discord().connections()).toBe(1);
  expect(await ask("!ping two")).toHaveLength(1);

  const [holder, other] = holdsShard(first) ? [first, second] : [second, first];
  await stop(holder);
  await becomesHolder(other, 60_000);
  expect(await ask("!ping after")).toHaveLength(1);
  await stop(other);
});

test("threat 25: a newer process of the same gateway takes the shard, the older one leaves Discord", async () => {
  const older = await start("same", "same-older");
  await becomesHolder(older, 60_000);
  const newer = await start("same", "same-newer");
  await becomesHolder(newer, 60_000);
  await eventually(
    () => holdsShard(older),
    (holds) => !holds,
  );
  expect(discord().connections()).toBe(1);
  expect(await ask("!ping same")).toHaveLength(1);
});
