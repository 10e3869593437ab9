import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { type Gateway, startGateway } from "#gateway/gateway";
import { aGatewayConfig } from "#gateway/testing";
import { demoIds } from "#simulators/demo";
import { requireViewer } from "#simulators/viewers";
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
async function start(gatewayId: string, spool = gatewayId, now = Date.now): Promise<Gateway> {
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
    { log: () => undefined, now },
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

async function readGaps() {
  const response = await fetch(new URL("/api/v1/receivers/gaps?platform=discord", stack.url), {
    headers: { "x-api-key": stack.secrets.serviceApiKey },
  });
  return gapsAnswer.parse(await response.json()).data.gaps;
}
const gapsAnswer = z.object({
  data: z.object({
    gaps: z.array(z.object({ platform: z.string(), connection: z.string(), gateway: z.string() })),
  }),
});

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
  // Another sidecar has no session to resume: that nobody listened meanwhile is recorded, and shown.
  const takenOver = other === first ? "left" : "right";
  const gaps = await eventually(readGaps, (all) => all.some(({ gateway }) => gateway === takenOver));
  expect(gaps).toContainEqual(
    expect.objectContaining({ platform: "discord", connection: "discord:0", gateway: takenOver }),
  );
  await stop(other);
});

test("DIS-3 3 min 20 s in voice, a boost, a join and a reaction are activity rows with their points", {
  timeout: 90_000,
}, async () => {
  const guild = `discord:${demoIds.discordGuildId}`;
  await database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id)
    VALUES (${guild}, 2, 'discord', ${demoIds.discordGuildId}) ON CONFLICT DO NOTHING`);
  let aheadMs = 0;
  const gateway = await start("voice", "voice", () => Date.now() + aheadMs);
  await becomesHolder(gateway, 60_000);
  discord().talk({ viewer: "zoe", voiceChannelId: "720000000000000003" });
  await eventually(
    () => gateway.health().connections.find(({ platform }) => platform === "discord")?.numbers,
    (numbers) => numbers?.["people_in_voice"] === 1,
  );
  aheadMs = 200_000;
  discord().talk({ viewer: "zoe", voiceChannelId: null });
  discord().boost({ viewer: "zoe" });
  discord().join({ viewer: "zoe" });
  discord().react({ viewer: "zoe", messageId: "720000000000000009", emoji: "🐧" });
  const earned = async () => {
    const { rows } = await database.db.execute(sql`
      SELECT a.activity_type AS type, a.amount::int AS amount FROM platform_activities a
      WHERE a.user_key = ${`discord:${requireViewer("zoe").discordId}`} ORDER BY a.activity_type`);
    return rows;
  };
  const points = async () => {
    const { rows } = await database.db.execute(sql`
      SELECT coalesce(sum(points), 0)::int AS points FROM community_activity
      WHERE community_id = 2 AND user_key = ${`discord:${requireViewer("zoe").discordId}`}`);
    return Number(rows[0]?.["points"]);
  };
  expect(await eventually(points, (sum) => sum >= 123, 40_000)).toBe(8 + 3 + 100 + 10 + 2);
  const rows = await eventually(earned, (all) => all.length >= 6, 30_000);
  expect(rows.map(({ type }) => type)).toEqual([
    ...["boost", "member_join", "reaction", "voice_join", "voice_leave", "voice_time"],
  ]);
  expect(rows).toContainEqual({ type: "voice_time", amount: 3 });
  await stop(gateway);
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
