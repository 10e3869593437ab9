import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { refuse } from "#contracts/outcome";
import type { SubscriptionRequest } from "#contracts/platform-subscription";
import { openTestDatabase, type TestDatabase } from "#db/testing";
import { Gate } from "#durable-objects/outbound-gate/gate";
import { keeper } from "#platforms/twitch/eventsub/keeper";
import { makeFakeClock, setStage } from "#simulators/testing";
import { isSubscriptionAwaited, markSubscription } from "#workers/edge/subscriptions";
import { keepTwitchSubscriptions } from "#workers/edge/twitch-subscriptions/run";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.execute(sql`
    INSERT INTO communities (slug, name) VALUES ('subs', 'Subs')`);
});
afterAll(async () => database.close());
beforeEach(async () => {
  await database.db.execute(sql`DELETE FROM twitch_subscriptions`);
  await database.db.execute(sql`DELETE FROM servers`);
});

const channel = "710000001";

async function addChannel(id: string, isActive = true) {
  await database.db.execute(sql`
    INSERT INTO servers (entity_id, community_id, platform, server_id, is_active)
    SELECT ${`twitch:${id}`}, id, 'twitch', ${id}, ${isActive} FROM communities WHERE slug = 'subs'
    ON CONFLICT (entity_id) DO UPDATE SET is_active = excluded.is_active`);
}

async function states() {
  const { rows } = await database.db.execute(sql`
    SELECT broadcaster_user_id || ' ' || type AS key, status, attempts, needs_owner,
      extract(epoch FROM next_try_at) AS next FROM twitch_subscriptions ORDER BY 1`);
  return rows;
}

/** The edge's answers to challenges, over the same tables as the job. */
async function answerChallenge({ body }: { body: string }): Promise<Response> {
  const { challenge, subscription } = JSON.parse(body);
  const { type, id, condition } = subscription;
  const target = condition.broadcaster_user_id ?? condition.to_broadcaster_user_id ?? condition.conduit_id;
  if (challenge === undefined) {
    const facts = { type, broadcasterUserId: target, subscriptionId: id, status: subscription.status };
    await markSubscription(database.db, facts);
    return new Response(null, { status: 204 });
  }
  if (!(await isSubscriptionAwaited(database.db, type, target))) return new Response("", { status: 403 });
  const facts = { type, broadcasterUserId: target, subscriptionId: id, status: "enabled" };
  await markSubscription(database.db, facts);
  return new Response(challenge, { headers: { "content-type": "text/plain" } });
}

async function aDeployment() {
  const clock = makeFakeClock(Date.now());
  const stage = await setStage(answerChallenge, { clock, twitch: { botIsModerator: true } });
  const { simulators } = stage;
  const { secrets, twitch, url } = simulators;
  const token = twitch.issueAppToken();
  const requests: SubscriptionRequest[] = [];
  let isDown = false;
  const run = async (scope: "all" | "some", config: Record<string, string> = {}) => {
    const report = await keepTwitchSubscriptions(scope, {
      db: database.db,
      keeper,
      config: {
        PUBLIC_URL: "https://bot.example",
        TWITCH_EVENTSUB_SECRET: secrets.twitch.eventsubSecret,
        ...config,
      },
      log: () => undefined,
      now: clock.now(),
      sender: {
        keepSubscriptions: async (request) => {
          requests.push(request);
          if (isDown) return refuse("unavailable", { message: "Twitch is not configured" });
          const ownConfig = {
            TWITCH_API_BASE: `${url}/twitch/helix`,
            TWITCH_CLIENT_ID: secrets.twitch.clientId,
            TWITCH_BOT_USER_ID: secrets.twitch.botUserId,
          };
          const gate = new Gate(clock.now);
          return keeper.reconcile(request, { fetch, config: ownConfig, token, now: clock.now(), gate });
        },
      },
    });
    await simulators.idle();
    return report;
  };
  return {
    run,
    clock,
    twitch,
    requests,
    setDown: (down: boolean) => {
      isDown = down;
    },
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

test("TWI-1 a new channel is subscribed to within a minute, and its challenges are answered because they were asked for", async () => {
  await using bot = await aDeployment();
  await addChannel(channel);
  expect(await bot.run("some")).toMatchObject({ created: keeper.topics.length });
  const rows = await states();
  expect(rows).toHaveLength(keeper.topics.length);
  expect(rows.every((row) => row["status"] === "enabled" && row["next"] === null)).toBe(true);
  expect(await bot.run("some")).toBeUndefined();
  expect(bot.requests).toHaveLength(1);
});

test("a challenge nobody asked for is refused, though the table knows the channel", async () => {
  await addChannel(channel);
  expect(await isSubscriptionAwaited(database.db, "channel.follow", channel)).toBe(false);
});

test("TWI-5 a revocation for failures is asked for again after a minute, a withdrawn consent after a day", async () => {
  await using bot = await aDeployment();
  await addChannel(channel);
  await bot.run("some");
  const follow = bot.twitch.subscriptions().find(({ type }) => type === "channel.follow");
  await bot.twitch.revoke("stream.online", "notification_failures_exceeded");
  await bot.twitch.revoke("channel.cheer", "authorization_revoked");
  expect(await bot.run("some")).toBeUndefined();
  bot.clock.advance(61_000);
  expect(await bot.run("some")).toMatchObject({ created: 1 });
  expect(bot.requests.at(-1)?.wanted.map(({ topic }) => topic)).toEqual(["stream.online"]);
  const cheer = (await states()).find((row) => row["key"] === `${channel} channel.cheer`);
  expect(cheer).toMatchObject({ status: "authorization_revoked", needs_owner: true });
  // The end of another subscription of the same topic says nothing of the one in force.
  const strange = { type: "channel.follow", broadcasterUserId: channel, status: "user_removed" };
  await markSubscription(database.db, { ...strange, subscriptionId: "an older one" });
  expect((await states()).find((row) => row["key"] === `${channel} channel.follow`)).toMatchObject({
    status: "enabled",
  });
  expect(follow?.status).toBe("enabled");
  bot.clock.advance(25 * 3_600_000);
  expect(await bot.run("some")).toMatchObject({ created: 1 });
});

test("the hourly list makes again what Twitch lost, and removes a channel that is no longer watched", async () => {
  await using bot = await aDeployment();
  await addChannel(channel);
  await addChannel("800");
  await bot.run("all");
  const [lost] = bot.twitch.subscriptions().filter(({ type }) => type === "stream.offline");
  if (lost) lost.status = "notification_failures_exceeded";
  await addChannel("800", false);
  expect(await bot.run("all")).toMatchObject({ created: 1 });
  const channels = bot.twitch.subscriptions().map(({ condition }) => Object.values(condition)[0]);
  expect(new Set(channels)).toEqual(new Set([channel]));
  const keys = (await states()).map((row) => String(row["key"]).split(" ")[0]);
  expect(new Set(keys)).toEqual(new Set([channel]));
});

test("what Twitch refuses for want of consent is shown as such and asked for once a day", async () => {
  await using bot = await aDeployment();
  await addChannel("800");
  await bot.run("some");
  const refused = (await states()).filter((row) => row["needs_owner"] === true);
  expect(refused.map((row) => row["status"])).toEqual(
    Array.from({ length: 5 }, () => "authorization_missing"),
  );
  bot.clock.advance(23 * 3_600_000);
  await bot.run("all");
  expect(bot.requests.at(-1)?.wanted.filter(({ mayCreate }) => !mayCreate)).toHaveLength(5);
});

test("while the sender refuses, tries wait and say why; an outage is over when it is", async () => {
  await using bot = await aDeployment();
  await addChannel(channel);
  bot.setDown(true);
  expect(await bot.run("some")).toBeUndefined();
  const { rows } = await database.db.execute(sql`SELECT DISTINCT problem, status FROM twitch_subscriptions`);
  expect(rows).toEqual([{ problem: "Twitch is not configured", status: "pending" }]);
  bot.setDown(false);
  expect(await bot.run("some")).toBeUndefined();
  bot.clock.advance(60_000);
  expect(await bot.run("some")).toMatchObject({ created: keeper.topics.length });
});

test("through a conduit the shard's challenge is answered, and only where a conduit is wanted", async () => {
  await using bot = await aDeployment();
  await addChannel(channel);
  await bot.run("all", { TWITCH_CONDUIT: "1" });
  expect([...(bot.twitch.conduits()[0]?.shards.values() ?? [])]).toMatchObject([{ status: "enabled" }]);
  expect(await isSubscriptionAwaited(database.db, "conduit.shard", "any")).toBe(true);
  await bot.run("all");
  expect(await isSubscriptionAwaited(database.db, "conduit.shard", "any")).toBe(false);
});

test("without an https address of our own, or without a secret, nothing is asked for", async () => {
  await using bot = await aDeployment();
  await addChannel(channel);
  for (const config of [
    { PUBLIC_URL: "" },
    { PUBLIC_URL: "http://bot.example" },
    { TWITCH_EVENTSUB_SECRET: "" },
  ])
    expect(await bot.run("all", config)).toBeUndefined();
  expect([bot.requests, await states()]).toEqual([[], []]);
});
