import { afterEach, describe, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import type { DiscordGatewayOptions } from "#simulators/discord/gateway/gateway";
import { connectTo } from "#simulators/discord/gateway/testing";
import { intents, privilegedIntents, shardOf } from "#simulators/discord/gateway/wire";
import { makeSimulatorSecrets } from "#simulators/secrets";
import { type Simulators, startSimulators } from "#simulators/server";
import { makeFakeClock } from "#simulators/testing";

const secrets = makeSimulatorSecrets();
const token = secrets.discord.botToken;
const all = intents.guilds | intents.messages | intents.messageContent;
const clock = makeFakeClock();
let simulators: Simulators | undefined;
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await simulators?.close();
  simulators = undefined;
});

async function start(options: DiscordGatewayOptions = {}) {
  simulators = await startSimulators({
    port: 0,
    edgeUrl: "",
    secrets,
    seed: 5,
    clock,
    discordGateway: options,
  });
  return { simulators, gateway: simulators.discordGateway };
}

async function connect(query?: string) {
  const client = await connectTo(simulators?.url ?? "", { token, intents: all, query });
  sockets.push(client.socket);
  return client;
}

async function connectAndIdentify(changes: object = {}) {
  const client = await connect();
  client.identify(changes);
  await client.hears(0, "GUILD_CREATE");
  const [session] = simulators?.discordGateway.sessions().slice(-1) ?? [];
  return { ...client, sessionId: session?.id ?? "" };
}

test.each([
  ["41771983423143937", 16, 6],
  ["41771983423143937", 1000, 934],
  ["197038439483310086", 16, 2],
  ["197038439483310086", 1000, 770],
  ["81384788765712384", 16, 2],
  ["81384788765712384", 1000, 698],
])("guild %s of %i shards belongs to shard %i, in 64 bits", (guildId, count, shard) => {
  expect(shardOf(guildId, count)).toBe(shard);
});

describe("handshake", () => {
  test("HELLO, heartbeats acknowledged, READY with the resume address, guilds with voice states", async () => {
    const { gateway } = await start({ heartbeatMs: 1234 });
    gateway.talk({ viewer: "ada", voiceChannelId: "9" });
    const client = await connectAndIdentify();
    expect(client.heard[0]).toMatchObject({ op: 10, d: { heartbeat_interval: 1234 } });
    expect(client.heard[1]).toMatchObject({ t: "READY", s: 1, d: { resume_gateway_url: /^ws:/ } });
    expect(client.heard[2]).toMatchObject({
      t: "GUILD_CREATE",
      s: 2,
      d: { voice_states: [{ channel_id: "9" }] },
    });
    client.send(1, 2);
    await client.hears(11);
  });

  test.each<[number, string, object]>([
    [4004, "a wrong token", { token: "x" }],
    [4010, "a shard that does not exist", { shard: [2, 2] }],
    [4013, "an intent without meaning", { intents: 1 << 30 }],
    [4014, "a privileged intent that is off", { intents: all | privilegedIntents }],
  ])("%i for %s", async (code, _, changes) => {
    await start({ privilegedIntents: intents.messageContent });
    const client = await connect();
    client.identify(changes);
    expect(await client.closed).toBe(code);
  });

  test("4012 for another version, 4011 without shards for a large bot", async () => {
    await start({ needsShards: true });
    expect(await (await connect("?v=9")).closed).toBe(4012);
    const client = await connect();
    client.identify();
    expect(await client.closed).toBe(4011);
  });

  test.each<[number, string, (client: Awaited<ReturnType<typeof connect>>) => void]>([
    [4001, "an unknown opcode", (client) => client.send(99, {})],
    [4002, "no JSON", (client) => client.socket.send("{")],
    [4002, "more than 4096 bytes", (client) => client.send(3, "x".repeat(4096))],
    [4003, "a presence before identify", (client) => client.send(3, {})],
    [
      4008,
      "121 sends in a minute",
      (client) => {
        for (let n = 0; n < 121; n++) client.send(1, null);
      },
    ],
  ])("%i for %s", async (code, _, misbehave) => {
    await start();
    const client = await connect();
    misbehave(client);
    expect(await client.closed).toBe(code);
  });

  test("4005 for a second identify", async () => {
    await start();
    const client = await connectAndIdentify();
    client.identify();
    expect(await client.closed).toBe(4005);
  });

  test("GET /gateway/bot counts what is left and wants the token", async () => {
    const { simulators } = await start({ shards: 3, maxConcurrency: 2, identifyLimit: 5 });
    await connectAndIdentify();
    const url = `${simulators.url}/discord/api/v10/gateway/bot`;
    expect((await fetch(url)).status).toBe(401);
    const answer = await fetch(url, { headers: { authorization: `Bot ${token}` } });
    expect(await answer.json()).toMatchObject({
      shards: 3,
      session_start_limit: { total: 5, remaining: 4, reset_after: 24 * 3_600_000, max_concurrency: 2 },
    });
  });
});

describe("identify books", () => {
  test("two of one bucket in five seconds: the second gets op 9", async () => {
    await start({ maxConcurrency: 2 });
    const first = await connect();
    first.identify({ shard: [0, 3] });
    await first.hears(0, "READY");
    const other = await connect();
    other.identify({ shard: [1, 3] });
    await other.hears(0, "READY");
    const same = await connect();
    same.identify({ shard: [2, 3] });
    await same.hears(9);
    clock.advance(5000);
    same.identify({ shard: [2, 3] });
    await same.hears(0, "READY");
  });

  test("above the day's number every session ends and the token is worthless", async () => {
    await start({ identifyLimit: 1 });
    const first = await connectAndIdentify();
    clock.advance(5000);
    const second = await connect();
    second.identify();
    expect(await first.closed).toBe(4004);
    const third = await connect();
    third.resume(first.sessionId, 1);
    expect(await third.closed).toBe(4004);
  });

  test("a second connection for one shard ends neither; both hear", async () => {
    const { gateway } = await start();
    const first = await connectAndIdentify();
    clock.advance(5000);
    const second = await connectAndIdentify();
    gateway.say({ viewer: "bob", text: "hi" });
    for (const client of [first, second]) await client.hears(0, "MESSAGE_CREATE");
  });
});

describe("resume", () => {
  test("replays what was missed in order, then RESUMED", async () => {
    const { gateway } = await start();
    const first = await connectAndIdentify();
    first.socket.close(4200);
    await first.closed;
    for (const text of ["a", "b", "c"]) gateway.say({ viewer: "bob", text });
    const again = await connect();
    again.resume(first.sessionId, 2);
    await again.hears(0, "RESUMED");
    expect(again.heard.slice(1).map(({ t, s, d }) => [t, s, d["content"]])).toEqual([
      ["MESSAGE_CREATE", 3, "a"],
      ["MESSAGE_CREATE", 4, "b"],
      ["MESSAGE_CREATE", 5, "c"],
      ["RESUMED", 6, undefined],
    ]);
  });

  test("a client that closes with 1000 has no session any more; a number too high is 4007", async () => {
    await start();
    const first = await connectAndIdentify();
    const ahead = await connect();
    ahead.resume(first.sessionId, 99);
    expect(await ahead.closed).toBe(4007);
    clock.advance(5000);
    const second = await connectAndIdentify();
    second.socket.close(1000);
    await second.closed;
    const again = await connect();
    again.resume(second.sessionId, 1);
    await again.hears(9);
  });

  test("after a few minutes it is too late", async () => {
    await start();
    const first = await connectAndIdentify();
    first.socket.close(4200);
    await first.closed;
    await vi.waitFor(() => expect(simulators?.discordGateway.connections()).toBe(0));
    clock.advance(4 * 60_000);
    const again = await connect();
    again.resume(first.sessionId, 1);
    await again.hears(9);
  });
});

describe("events", () => {
  test("without the intent messages come without their words, save the bot's own and those that name it", async () => {
    const { gateway } = await start();
    const client = await connectAndIdentify({ intents: intents.messages | intents.guilds });
    gateway.say({ viewer: "bob", text: "secret" });
    gateway.say({ viewer: "bob", text: "@WaddleBot hi", mentionsBot: true });
    gateway.echo({ text: "mine" });
    await vi.waitFor(() => expect(client.heard).toHaveLength(6));
    expect(client.heard.slice(3).map(({ d }) => d["content"])).toEqual(["", "@WaddleBot hi", "mine"]);
  });

  test("only intents that were asked for are heard", async () => {
    const { gateway } = await start();
    const client = await connectAndIdentify({ intents: intents.guilds | intents.moderation });
    gateway.join({ viewer: "bob" });
    gateway.leave({ viewer: "bob" });
    gateway.react({ viewer: "bob", messageId: "1", emoji: "🔥" });
    gateway.boost({ viewer: "bob" });
    gateway.ban({ viewer: "bob" });
    await client.hears(0, "GUILD_BAN_ADD");
    expect(client.heard.map(({ t }) => t)).toEqual([null, "READY", "GUILD_CREATE", "GUILD_BAN_ADD"]);
  });

  test("the same seed gives the same ids and sessions", async () => {
    const runs: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const { gateway, simulators: running } = await start();
      const client = await connectAndIdentify();
      runs.push([client.sessionId, gateway.say({ viewer: "bob", text: "hi" }).eventId]);
      await running.close();
      simulators = undefined;
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  test.each([
    [{ kind: "op7" as const }, { op: 7, d: null }],
    [{ kind: "op9" as const }, { op: 9, d: false }],
    [{ kind: "op9-resumable" as const }, { op: 9, d: true }],
  ])("a fault on request: %o", async (fault, expected) => {
    const { gateway, simulators: running } = await start();
    const client = await connectAndIdentify();
    running.faults.set({ platform: "discord", ...fault });
    gateway.say({ viewer: "bob", text: "hi" });
    await vi.waitFor(() => expect(client.heard.at(-1)).toMatchObject(expected));
  });

  test("faults that close, cut and keep silent", async () => {
    const { gateway, simulators: running } = await start();
    const client = await connectAndIdentify();
    running.faults.set({ platform: "discord", kind: "no-acks" });
    gateway.say({ viewer: "bob", text: "hi" });
    expect(gateway.acknowledges).toBe(false);
    running.faults.set({ platform: "discord", kind: "close", code: 4008 });
    gateway.say({ viewer: "bob", text: "hi" });
    expect(await client.closed).toBe(4008);
    clock.advance(5000);
    const other = await connectAndIdentify();
    running.faults.set({ platform: "discord", kind: "drop", on: "gateway" });
    gateway.say({ viewer: "bob", text: "hi" });
    expect(await other.closed).toBe(1006);
  });
});
