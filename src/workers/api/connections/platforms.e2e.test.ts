import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { demoIds } from "#simulators/demo";
import { eventually, type Stack, startStack } from "#test/e2e/stack";
import { Browser, type StartFacts } from "#workers/api/connections/testing";

// Each platform's own sign-in through the same door. Slack has no fixed token here: only an installation lets it speak.
let database: TestDatabase;
let stack: Stack;
beforeAll(async () => {
  database = await openTestDatabase();
  const { url: databaseUrl, endpoint: databaseEndpoint } = database;
  stack = await startStack({
    databaseUrl,
    databaseEndpoint,
    vars: { "waddlebot-sender": { SLACK_BOT_TOKEN: "" } },
  });
});
afterAll(async () => {
  await stack?.close();
  await database?.close();
});

async function connect(facts: StartFacts) {
  const browser = new Browser(stack.url);
  const begun = await browser.start(facts, stack.secrets.serviceApiKey);
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  return browser.visit(await browser.consent(begun.url));
}

async function stored(platform: string) {
  const { rows } = await database.db.execute(sql`
    SELECT role, account_id, status, refresh_token_enc IS NOT NULL AS renews FROM oauth_tokens
    WHERE provider = ${platform} AND community_id = 2`);
  return rows;
}

test.each<[string, "bot" | "owner", () => unknown]>([
  ["twitch", "bot", () => demoIds.twitchBotUserId],
  ["twitch", "owner", () => demoIds.twitchBroadcasterId],
  ["discord", "owner", () => demoIds.discordGuildId],
  ["youtube", "bot", () => expect.stringMatching(/^UC/)],
])("%s as %s", async (platform, role, account) => {
  const page = await connect({ platform, role });
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining(`on ${platform} is connected`) });
  expect(await stored(platform)).toContainEqual({
    role,
    account_id: account(),
    status: "active",
    renews: true,
  });
});

test("TWI-5 a consent lets what waited for it be asked for again at once, and the community's channels know of it", async () => {
  const { db } = database;
  await db.execute(sql`UPDATE twitch_subscriptions SET status = 'authorization_revoked', needs_owner = true, attempts = 4,
    next_try_at = now() + interval '1 day' WHERE type = 'channel.follow'`);
  const version = async () =>
    Number((await db.execute(sql`SELECT config_version AS v FROM communities WHERE id = 2`)).rows[0]?.["v"]);
  const before = await version();
  expect(await connect({ platform: "twitch", role: "owner" })).toMatchObject({ status: 200 });
  const { rows } =
    await db.execute(sql`SELECT attempts, next_try_at <= now() AS is_due FROM twitch_subscriptions
    WHERE type = 'channel.follow'`);
  expect(rows).toEqual([{ attempts: 0, is_due: true }]);
  expect(await version()).toBe(before + 1);
});

test("SLK-4 an installation's token speaks in its team, and nothing else does", async () => {
  const { slack } = stack.simulators;
  await slack.sendChat({ viewer: "ada", text: "!ping" });
  await stack.simulators.idle();
  expect(slack.messages()).toEqual([]);
  const page = await connect({ platform: "slack", role: "bot" });
  expect(page).toMatchObject({ status: 200 });
  expect(await stored("slack")).toMatchObject([
    { role: "bot", account_id: demoIds.slackTeamId, status: "active" },
  ]);
  await slack.sendChat({ viewer: "bob", text: "!ping" });
  await eventually(
    () => slack.messages().length,
    (count) => count > 0,
  );
});

test("SLK-4 a removed app is shown to its owner at once, and a word that is not true changes nothing", async () => {
  const { slack } = stack.simulators;
  const status = async () => (await stored("slack")).map((row) => row["status"]);
  expect(await status()).toEqual(["active"]);
  // Says that the app is gone while its token lives, as after a new installation.
  await slack.sendUninstalled();
  expect(await status()).toEqual(["active"]);
  const told = await slack.uninstall();
  expect(told.map(({ status: answer }) => answer)).toEqual(["delivered", "delivered"]);
  expect(await status()).toEqual(["reauth_required"]);
});
