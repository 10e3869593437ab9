import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { grantName } from "#durable-objects/token-vault/vault-names";
import { eventually, type Stack, startStack } from "#test/e2e/stack";

let database: TestDatabase;
let stack: Stack;
const channel = "710000001";
const demoCommunity = 2;

beforeAll(async () => {
  database = await openTestDatabase();
  stack = await startStack({
    databaseUrl: database.url,
    databaseEndpoint: database.endpoint,
    mains: { "waddlebot-sender": new URL("sender-opened.workerd.ts", import.meta.url).pathname },
    vars: { "waddlebot-edge": { PUBLIC_URL: "https://bot.example" } },
    simulators: { twitch: { chatFloorMs: 1000 } },
  });
});
afterAll(async () => {
  await stack?.close();
  await database?.close();
});

/** One call of the sender's own methods. */
async function ask(body: object): Promise<unknown> {
  const response = await fetch(await stack.workers.urlOf("waddlebot-sender"), {
    method: "POST",
    body: JSON.stringify(body),
  });
  return response.json();
}

const say = (text: string) =>
  ask({
    do: "send",
    message: {
      id: text,
      entityId: `twitch:${channel}`,
      target: { kind: "chat", platform: "twitch", channel },
      text,
      correlationId: "e2e",
    },
  });
const setTitle = (server: string, title: string) =>
  ask({
    do: "act",
    request: {
      id: `${server}/${title}`,
      communityId: demoCommunity,
      entityId: `twitch:${server}`,
      action: "update_title",
      params: { title },
      correlationId: "e2e",
    },
  });

function aGrant(userId: string) {
  const scopes = ["channel:manage:broadcast"];
  const { accessToken, refreshToken } = stack.simulators.twitch.issueUserTokens({ userId, scopes });
  const account = grantName("owner", userId);
  const whose = { communityId: demoCommunity, provider: "twitch", account, name: userId };
  return { ...whose, accessToken, refreshToken, expiresInSeconds: 14_400, scopes };
}

test("TWI-6 an access token that expired during a call is renewed once and the call repeated once", async () => {
  const { twitch } = stack.simulators;
  expect(await say("first")).toMatchObject({ ok: true });
  const { apps } = twitch.tokenCounts();
  twitch.expireTokens();
  expect(await say("second")).toMatchObject({ ok: true });
  expect(twitch.tokenCounts().apps).toBe(apps + 1);
  // Refused twice in a row it is told, not tried for ever.
  stack.simulators.faults.set({ platform: "twitch", kind: "401", times: 2 });
  expect(await say("third")).toMatchObject({ ok: false, code: "unauthenticated" });
  expect(twitch.tokenCounts().apps).toBe(apps + 2);
  expect(twitch.messages().map(({ text }) => text)).toEqual(["first", "second"]);
  expect(twitch.chatBreaches()).toBe(0);
});

test("T16 200 tokens expire in the same second, each rejected three times: one refresh each, no dead token is left", async () => {
  const { twitch } = stack.simulators;
  const servers = Array.from({ length: 200 }, (_, number) => String(880_000 + number));
  const grants = servers.map(aGrant);
  expect(await ask({ do: "keep", grants })).toEqual(servers.map(() => ({ ok: true, value: null })));
  twitch.expireTokens();
  expect(await ask({ do: "tokens", grants, times: 3 })).toEqual(Array.from({ length: 600 }, () => true));
  const { renewed, refused } = twitch.tokenCounts();
  expect(servers.map((server) => renewed.get(server))).toEqual(servers.map(() => 1));
  expect(refused).toBe(0);
  // What is stored works, and working with it renews nothing.
  const some = servers.slice(0, 20);
  const titles = await Promise.all(some.map((server) => setTitle(server, "New")));
  expect(titles).toEqual(some.map(() => ({ ok: true, value: {} })));
  expect([...twitch.tokenCounts().renewed.values()].reduce((sum, times) => sum + times, 0)).toBe(200);
}, 60_000);

test("MTR-3 a token that is renewed counts one renewal, and no name stands beside it", async () => {
  const renewals = async () => {
    const headers = { "x-api-key": stack.secrets.serviceApiKey };
    const text = await (await fetch(new URL("/metrics", stack.url), { headers })).text();
    expect(text).not.toContain("882000");
    const [, count = "0"] =
      /^waddlebot_oauth_token_refreshes_total\{platform="twitch",status="renewed"\} (\d+)$/m.exec(text) ?? [];
    return Number(count);
  };
  const before = await renewals();
  const grants = [aGrant("882000")];
  await ask({ do: "keep", grants });
  stack.simulators.twitch.expireTokens();
  await ask({ do: "tokens", grants, times: 1 });
  expect(await eventually(renewals, (count) => count > before)).toBe(before + 1);
});

test("T16 whoever withdrew the permission is to connect again, and nobody else is touched", async () => {
  const { twitch } = stack.simulators;
  await ask({ do: "keep", grants: [aGrant("881000"), aGrant("881001")] });
  await twitch.revokeTokens("881000");
  expect(await setTitle("881000", "Mine")).toMatchObject({ ok: false, code: "forbidden" });
  expect(await setTitle("881001", "Mine")).toMatchObject({ ok: true });
  const accounts = z
    .array(z.object({ account: z.string(), status: z.string() }))
    .parse(await ask({ do: "status", communityId: demoCommunity, provider: "twitch" }));
  const waiting = accounts.filter(({ status }) => status !== "active");
  expect(waiting).toEqual([{ account: grantName("owner", "881000"), status: "reauth_required" }]);
});

test("TWI-4 a raid is the raiding broadcaster's: 30 points", async () => {
  await stack.simulators.twitch.sendEvent({ kind: "raid", viewer: "zoe", amount: 42 });
  const points = async () => {
    const { rows } = await database.db.execute(sql`
      SELECT points::int FROM community_activity WHERE community_id = 2 AND user_key = 'twitch:710000005' AND points > 0`);
    return rows;
  };
  expect(await eventually(points, (rows) => rows.length > 0, 30_000)).toEqual([{ points: 30 }]);
}, 40_000);

test("TWI-1 a channel that is added is subscribed to within the minute, and its owner sees how it stands", async () => {
  await database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id)
    VALUES ('twitch:990', ${demoCommunity}, 'twitch', '990')`);
  await stack.workers.runScheduled("waddlebot-edge", new Date());
  await stack.simulators.idle();
  const made = stack.simulators.twitch
    .subscriptions()
    .filter(({ condition }) => Object.values(condition).includes("990"));
  expect(made.map(({ type, status }) => [type, status]).sort()).toEqual([
    ["channel.raid", "enabled"],
    ["stream.offline", "enabled"],
    ["stream.online", "enabled"],
  ]);
  const api = await stack.workers.urlOf("waddlebot-api");
  const read = async (path: string, init?: RequestInit) => {
    const headers = { "x-api-key": stack.secrets.serviceApiKey, "content-type": "application/json" };
    return (await fetch(new URL(path, api), { ...init, headers })).json();
  };
  const shape = z.object({
    data: z.object({
      subscriptions: z.array(
        z.object({
          broadcaster_user_id: z.string(),
          type: z.string(),
          status: z.string(),
          needs_owner: z.boolean(),
        }),
      ),
    }),
  });
  const path = `/api/v1/twitch/subscriptions?community_id=${demoCommunity}`;
  const shown = shape
    .parse(await read(path))
    .data.subscriptions.filter((one) => one.broadcaster_user_id === "990");
  expect(shown.filter(({ status }) => status === "enabled")).toHaveLength(3);
  expect(shown.filter(({ needs_owner }) => needs_owner).map(({ type }) => type)).toContain("channel.cheer");
  const retry = { method: "POST", body: JSON.stringify({ community_id: demoCommunity }) };
  expect(await read("/api/v1/twitch/subscriptions/retry", retry)).toMatchObject({ success: true });
  expect((await fetch(new URL(path, api))).status).toBe(401);
});

test("made moderator, the bot says the same five times in a second: the hourly look told its gate", async () => {
  const { twitch } = stack.simulators;
  const bot = stack.secrets.simulators.twitch.botUserId;
  const owner = { ...aGrant(channel), ...pairOf(channel, ["channel:manage:moderators"]) };
  const own = {
    ...aGrant(bot),
    ...pairOf(bot, ["user:bot", "user:write:chat", "user:read:moderated_channels"]),
    account: grantName("bot", bot),
  };
  await ask({ do: "keep", grants: [owner, own] });
  const entityId = `twitch:${channel}`;
  const request = {
    id: "mod",
    communityId: demoCommunity,
    entityId,
    action: "mod_add",
    params: { userId: bot },
  };
  expect(await ask({ do: "act", request: { ...request, correlationId: "e2e" } })).toMatchObject({ ok: true });
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
  await stack.workers.runScheduled("waddlebot-edge", hour);
  const before = Date.now();
  for (let time = 0; time < 5; time++) expect(await say("again")).toMatchObject({ ok: true });
  expect(Date.now() - before).toBeLessThan(3000);
  expect(twitch.messages().filter(({ text }) => text === "again")).toHaveLength(5);
  expect(twitch.chatBreaches()).toBe(0);
});

function pairOf(userId: string, scopes: string[]) {
  const { accessToken, refreshToken } = stack.simulators.twitch.issueUserTokens({ userId, scopes });
  return { accessToken, refreshToken, scopes };
}
