import { expect, test } from "vitest";
import type { SubscriptionRequest, WantedSubscription } from "#contracts/platform-subscription";
import { Gate } from "#durable-objects/outbound-gate/gate";
import { readers } from "#platforms/twitch/events";
import { keeper } from "#platforms/twitch/eventsub/keeper";
import { planSubscriptions } from "#platforms/twitch/eventsub/plan";
import { makeFakeClock, setStage } from "#simulators/testing";
import type { TwitchOptions } from "#simulators/twitch/simulator";

const callback = "https://bot.example/webhooks/twitch";
const channel = "710000001";
const echoChallenge = ({ body }: { body: string }) =>
  new Response(JSON.parse(body).challenge ?? "", { headers: { "content-type": "text/plain" } });

const want = (topic: string, target = channel, mayCreate = true): WantedSubscription => ({
  topic,
  target,
  mayCreate,
  version: keeper.topics.find((one) => one.topic === topic)?.version ?? "1",
});
const everything = (targets: readonly string[] = [channel]) =>
  targets.flatMap((target) => keeper.topics.map(({ topic }) => want(topic, target)));

async function anApplication(options: TwitchOptions = {}, answering = echoChallenge) {
  const clock = makeFakeClock();
  const stage = await setStage(answering, { clock, twitch: { botIsModerator: true, ...options } });
  const { simulators } = stage;
  const { secrets, twitch, url, faults } = simulators;
  const gate = new Gate(clock.now);
  const context = (token: string) => ({
    fetch,
    config: {
      TWITCH_API_BASE: `${url}/twitch/helix`,
      TWITCH_CLIENT_ID: secrets.twitch.clientId,
      TWITCH_BOT_USER_ID: secrets.twitch.botUserId,
    },
    token,
    now: clock.now(),
    gate,
  });
  const token = twitch.issueAppToken();
  const run = async (wanted: readonly WantedSubscription[], changes: Partial<SubscriptionRequest> = {}) => {
    const request = {
      platform: "twitch",
      scope: "all" as const,
      wanted,
      callback,
      secret: secrets.twitch.eventsubSecret,
      ...changes,
    };
    const outcome = await keeper.reconcile(request, context(token));
    await simulators.idle();
    return outcome;
  };
  const helix = (method: string, path: string, body: object) =>
    fetch(`${url}/twitch/helix${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "client-id": secrets.twitch.clientId },
      body: JSON.stringify(body),
    });
  return {
    run,
    twitch,
    faults,
    context,
    token,
    edge: stage.edge,
    clock,
    helix,
    bot: secrets.twitch.botUserId,
    enabled: () => twitch.subscriptions().filter(({ status }) => status === "enabled"),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

test("every topic we ask for has a reader, in the version we ask for", () => {
  for (const { topic, version } of keeper.topics)
    expect(readers.has(`${topic}@${version}`), topic).toBe(true);
});

test("a new channel gets every topic, each challenged and enabled; again nothing is to be done", async () => {
  await using app = await anApplication();
  expect(await app.run(everything())).toMatchObject({
    value: { created: keeper.topics.length, removed: 0, foreign: 0, stopped: null },
  });
  expect(
    app
      .enabled()
      .map(({ type }) => type)
      .sort(),
  ).toEqual(keeper.topics.map(({ topic }) => topic).sort());
  const again = await app.run(everything());
  expect(again).toMatchObject({ value: { created: 0, removed: 0, cost: { total: 0, max: 10_000 } } });
  const states = again.ok ? again.value.states : [];
  expect(new Set(states.map(({ status }) => status))).toEqual(new Set(["enabled"]));
});

test("all pages are read: duplicates and orphans go, a foreign address of the same application stays", async () => {
  await using app = await anApplication({ pageSize: 3 });
  await app.run(everything());
  const transport = { method: "webhook", secret: "0123456789" };
  const subscribe = (type: string, id: string, address: string) =>
    app.helix("POST", "/eventsub/subscriptions", {
      type,
      version: "1",
      condition: { broadcaster_user_id: id },
      transport: { ...transport, callback: address },
    });
  await subscribe("stream.online", "999", callback);
  await subscribe("stream.online", channel, "https://staging.example/webhooks/twitch");
  const outcome = await app.run(everything());
  expect(outcome).toMatchObject({ value: { created: 0, removed: 1, foreign: 1 } });
  expect(app.twitch.subscriptions()).toHaveLength(keeper.topics.length + 1);
});

test("of several alike the enabled one stays, else the one that is being verified; all others go", () => {
  const listed = (id: string, status: string) => ({
    id,
    status,
    type: "stream.online",
    version: "1",
    condition: { broadcaster_user_id: channel },
    transport: { method: "webhook", callback },
    created_at: "",
  });
  const destination = { method: "webhook", callback, secret: "s" } as const;
  const pending = "webhook_callback_verification_pending";
  const two = [listed("a", pending), listed("b", "enabled"), listed("c", "enabled")];
  expect(planSubscriptions(two, [want("stream.online")], destination)).toMatchObject({
    create: [],
    remove: ["a", "c"],
    states: [{ subscriptionId: "b", status: "enabled" }],
  });
  const unready = [listed("a", "notification_failures_exceeded"), listed("b", pending)];
  expect(planSubscriptions(unready, [want("stream.online")], destination)).toMatchObject({
    create: [],
    remove: ["a"],
    states: [{ subscriptionId: "b", status: "pending" }],
  });
  const old = [{ ...listed("a", "enabled"), version: "0" }];
  expect(planSubscriptions(old, [want("stream.online")], destination)).toMatchObject({
    create: [{ topic: "stream.online" }],
    remove: ["a"],
  });
});

test("TWI-5 what failed too often is made again; what somebody withdrew is not asked for", async () => {
  await using app = await anApplication();
  await app.run(everything());
  for (const one of app.twitch.subscriptions()) {
    if (one.type === "stream.online") one.status = "notification_failures_exceeded";
    if (one.type === "channel.cheer") one.status = "authorization_revoked";
  }
  const outcome = await app.run(everything());
  expect(outcome).toMatchObject({ value: { created: 1, removed: 2 } });
  const states = outcome.ok ? outcome.value.states : [];
  expect(states.find(({ topic }) => topic === "channel.cheer")).toEqual({
    topic: "channel.cheer",
    target: channel,
    subscriptionId: null,
    status: "authorization_revoked",
    needsOwner: true,
    problem: "The permission was withdrawn. Please connect the account again.",
  });
  expect(app.enabled()).toHaveLength(keeper.topics.length - 1);
});

test("without the owner's consent the state says so, the public topics are there, and nothing is tried before its time", async () => {
  await using app = await anApplication({ botIsModerator: false });
  const outcome = await app.run(everything(["800"]));
  const states = outcome.ok ? outcome.value.states : [];
  const missing = states.filter(({ needsOwner }) => needsOwner).map(({ topic }) => topic);
  expect(missing.sort()).toEqual([
    "channel.ban",
    "channel.chat.message",
    "channel.cheer",
    "channel.follow",
    "channel.subscribe",
    "channel.subscription.gift",
    "channel.subscription.message",
  ]);
  expect(
    app
      .enabled()
      .map(({ type }) => type)
      .sort(),
  ).toEqual(["channel.raid", "stream.offline", "stream.online"]);
  const waiting = everything(["800"]).map((one) => ({ ...one, mayCreate: !missing.includes(one.topic) }));
  expect(await app.run(waiting)).toMatchObject({ value: { created: 0, states: { length: 3 } } });
});

test("when no cost is left the rest says so and nothing is hammered", async () => {
  await using app = await anApplication({ maxTotalCost: 1 });
  const outcome = await app.run([want("stream.online", "800"), want("stream.online", "801")]);
  const states = outcome.ok ? outcome.value.states : [];
  expect(states.map(({ status }) => status).sort()).toEqual(["limit_reached", "pending"]);
});

test("a challenge that failed is asked for again; a lost answer is found again, not doubled", async () => {
  await using app = await anApplication();
  app.edge.answerWith(() => new Response(null, { status: 403 }));
  await app.run([want("stream.online")]);
  app.edge.answerWith(echoChallenge);
  expect(await app.run([want("stream.online")])).toMatchObject({ value: { created: 1, removed: 1 } });
  app.faults.set({ platform: "twitch", kind: "drop" });
  const lost = await app.run([want("stream.offline")], { scope: "some" });
  expect(lost).toMatchObject({ value: { states: [{ status: "pending", subscriptionId: null }] } });
  const found = await app.run([want("stream.offline")], { scope: "some" });
  expect(found).toMatchObject({ value: { states: [{ status: "enabled" }] } });
  expect(app.enabled()).toHaveLength(2);
});

test("TWI-6 a dead token says so before anything is done; a 429 and a 500 in the list remove nothing", async () => {
  await using app = await anApplication();
  await app.run(everything());
  const before = app.twitch.subscriptions().length;
  app.faults.set({ platform: "twitch", kind: "401" });
  expect(await app.run([])).toMatchObject({ ok: false, code: "unauthenticated" });
  app.faults.set({ platform: "twitch", kind: "500" });
  expect(await app.run([])).toMatchObject({ ok: false, code: "unknown" });
  app.faults.set({ platform: "twitch", kind: "429", ms: 30_000 });
  expect(await app.run([])).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 30_000 });
  expect(app.twitch.subscriptions()).toHaveLength(before);
});

test("an empty bucket in the middle ends the run with what it got to, and says when to go on", async () => {
  await using app = await anApplication({ helixPoints: 6 });
  const outcome = await app.run(everything());
  expect(outcome).toMatchObject({ value: { created: 5, stopped: { retryAfterMs: 60_000 } } });
  app.clock.advance(60_000);
  expect(await app.run(everything())).toMatchObject({ value: { created: 5 } });
});

test("with a conduit: one is made, its shard verified, everything subscribed to it; again nothing changes", async () => {
  await using app = await anApplication();
  const conduit = { shards: 1 };
  expect(await app.run(everything(), { conduit })).toMatchObject({
    value: { created: keeper.topics.length },
  });
  const [only] = app.twitch.conduits();
  expect([...(only?.shards.values() ?? [])]).toMatchObject([{ id: "0", status: "enabled", callback }]);
  expect(app.twitch.subscriptions().every(({ transport }) => transport.method === "conduit")).toBe(true);
  expect(await app.run(everything(), { conduit })).toMatchObject({ value: { created: 0, removed: 0 } });
  const shard = only?.shards.get("0");
  if (shard) shard.status = "notification_failures_exceeded";
  await app.run(everything(), { conduit: { shards: 2 } });
  expect(app.twitch.conduits()).toHaveLength(1);
  expect([...(app.twitch.conduits()[0]?.shards.values() ?? [])]).toMatchObject([
    { id: "0", status: "enabled" },
    { id: "1", status: "enabled" },
  ]);
});

test("where the bot's account is moderator is read with its own token, and with no other", async () => {
  await using app = await anApplication();
  const { accessToken } = app.twitch.issueUserTokens();
  const asBot = { ...app.context(accessToken), account: app.bot };
  expect(await keeper.readModerated?.(asBot)).toEqual({ ok: true, value: [channel] });
  const asApp = { ...app.context(app.token), account: app.bot };
  expect(await keeper.readModerated?.(asApp)).toMatchObject({ ok: false, code: "forbidden" });
});
