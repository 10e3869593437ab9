import { expect, test } from "vitest";
import type { ActionContext } from "#contracts/platform-action";
import { Gate } from "#durable-objects/outbound-gate/gate";
import { must } from "#lib/must";
import { actions } from "#platforms/twitch/actions/index";
import { scopes } from "#platforms/twitch/scopes";
import { makeFakeClock, setStage } from "#simulators/testing";

const channel = "710000001";
const [mo, ada, bob] = ["710000002", "710000003", "710000004"];
const allScopes = { bot: scopes.bot, owner: scopes.owner, app: [] };

/** Runs actions as the sender would: with the token of whose right they need, against the simulated Helix. */
async function aChannel({ botIsModerator = true } = {}) {
  const clock = makeFakeClock();
  const stage = await setStage(undefined, { clock, twitch: { botIsModerator } });
  const { simulators } = stage;
  const { secrets, twitch } = simulators;
  const bot = secrets.twitch.botUserId;
  twitch.setLive(channel, true);
  const gates = { bot: new Gate(clock.now), owner: new Gate(clock.now), app: new Gate(clock.now) };
  const run = (name: string, params: object = {}, without?: string) => {
    const action = must(actions.get(name), name);
    const given = allScopes[action.as].map(({ scope }) => scope).filter((scope) => scope !== without);
    const userId = action.as === "bot" ? bot : channel;
    const context: ActionContext = {
      fetch,
      config: {
        TWITCH_API_BASE: `${simulators.url}/twitch/helix`,
        TWITCH_CLIENT_ID: secrets.twitch.clientId,
        TWITCH_BOT_USER_ID: bot,
      },
      token: twitch.issueUserTokens({ userId, scopes: given }).accessToken,
      account: userId,
      server: channel,
      channel: undefined,
      id: "effect-1",
      now: clock.now(),
      gate: gates[action.as],
    };
    return action.run(params, context);
  };
  return {
    run,
    clock,
    twitch,
    bot,
    faults: simulators.faults,
    last: () => twitch.actions().at(-1),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

const moderator = (bot: string) => ({ broadcaster_id: channel, moderator_id: bot });

test("PSH-1 every action calls its endpoint with method, query and body as Helix wants them", async () => {
  await using stage = await aChannel();
  const { run, bot } = stage;
  const done = async (name: string, params: object = {}) => {
    expect(await run(name, params), name).toMatchObject({ ok: true });
    const { method, path, userId, query, body } = must(stage.last(), name);
    return [`${method} ${path}`, userId, query, ...(body === undefined ? [] : [body])];
  };
  const mod = moderator(bot);
  expect(await done("ban", { userId: bob, reason: "spam" })).toEqual([
    "POST /moderation/bans",
    bot,
    mod,
    { data: { user_id: bob, reason: "spam" } },
  ]);
  expect(await done("timeout", { login: "@Ada_L", seconds: 60 })).toEqual([
    "POST /moderation/bans",
    bot,
    mod,
    { data: { user_id: ada, duration: 60 } },
  ]);
  expect(await done("unban", { userId: bob })).toMatchObject([
    "DELETE /moderation/bans",
    bot,
    { ...mod, user_id: bob },
  ]);
  expect(await done("delete_message", { messageId: "m-1" })).toMatchObject([
    "DELETE /moderation/chat",
    bot,
    { ...mod, message_id: "m-1" },
  ]);
  expect(await done("announcement", { text: "Hear\nthis", color: "blue" })).toEqual([
    "POST /chat/announcements",
    bot,
    mod,
    { message: "Hear this", color: "blue" },
  ]);
  expect(await done("shoutout", { login: "ada_l" })).toMatchObject([
    "POST /chat/shoutouts",
    bot,
    { from_broadcaster_id: channel, to_broadcaster_id: ada, moderator_id: bot },
  ]);
  expect(await done("whisper", { userId: bob, text: "psst" })).toEqual([
    "POST /whispers",
    bot,
    { from_user_id: bot, to_user_id: bob },
    { message: "psst" },
  ]);
  for (const [name, path] of [
    ["mod", "/moderation/moderators"],
    ["vip", "/channels/vips"],
  ] as const) {
    const query = { broadcaster_id: channel, user_id: mo };
    expect(await done(`${name}_add`, { userId: mo })).toMatchObject([`POST ${path}`, channel, query]);
    expect(await done(`${name}_remove`, { userId: mo })).toMatchObject([`DELETE ${path}`, channel, query]);
  }
  const own = { broadcaster_id: channel };
  expect(await done("update_title", { title: "New" })).toEqual([
    "PATCH /channels",
    channel,
    own,
    { title: "New" },
  ]);
  expect(await done("update_game", { name: "mine" })).toEqual([
    "PATCH /channels",
    channel,
    own,
    { game_id: "27471" },
  ]);
  expect(await done("marker", { description: "here" })).toMatchObject([
    "POST /streams/markers",
    channel,
    {},
    { user_id: channel, description: "here" },
  ]);
  expect(await done("clip")).toMatchObject(["POST /clips", bot, own]);
  expect(await done("raid", { userId: ada })).toMatchObject([
    "POST /raids",
    channel,
    { from_broadcaster_id: channel, to_broadcaster_id: ada },
  ]);
  expect(await done("raid_cancel")).toMatchObject(["DELETE /raids", channel, own]);
});

test("a poll is asked and ended, a prediction locked and resolved, each by the ids that came back", async () => {
  await using stage = await aChannel();
  const { run } = stage;
  const question = { title: "Which?", choices: ["A", "B"], seconds: 60, channelPointsPerVote: 100 };
  const poll = await run("poll_create", question);
  expect(stage.last()?.body).toMatchObject({
    broadcaster_id: channel,
    choices: [{ title: "A" }, { title: "B" }],
    duration: 60,
    channel_points_voting_enabled: true,
    channel_points_per_vote: 100,
  });
  const pollId = poll.ok ? poll.value["pollId"] : undefined;
  expect(await run("poll_end", { pollId })).toMatchObject({ ok: true });
  expect(stage.last()?.body).toMatchObject({ id: pollId, status: "TERMINATED" });

  const bet = { title: "Win?", outcomes: ["yes", "no"], seconds: 30 };
  const prediction = await run("prediction_create", bet);
  const { predictionId, outcomeIds } = prediction.ok ? prediction.value : {};
  const [outcomeId = ""] = String(outcomeIds).split(" ");
  expect(await run("prediction_lock", { predictionId })).toMatchObject({ ok: true });
  expect(await run("prediction_resolve", { predictionId, outcomeId })).toMatchObject({ ok: true });
  expect(stage.last()?.body).toMatchObject({ status: "RESOLVED", winning_outcome_id: outcomeId });
  expect(await run("prediction_cancel", { predictionId })).toMatchObject({ ok: false, code: "bad_request" });
});

test("without its scope no action is done, and the sign-in is not taken for dead", async () => {
  const needed: Record<string, [scope: string, params: object]> = {
    ban: ["moderator:manage:banned_users", { userId: bob }],
    delete_message: ["moderator:manage:chat_messages", { messageId: "m" }],
    announcement: ["moderator:manage:announcements", { text: "x" }],
    shoutout: ["moderator:manage:shoutouts", { userId: bob }],
    whisper: ["user:manage:whispers", { userId: bob, text: "x" }],
    mod_add: ["channel:manage:moderators", { userId: bob }],
    vip_add: ["channel:manage:vips", { userId: bob }],
    update_title: ["channel:manage:broadcast", { title: "x" }],
    clip: ["clips:edit", {}],
    raid: ["channel:manage:raids", { userId: bob }],
    poll_create: ["channel:manage:polls", { title: "x", choices: ["a", "b"], seconds: 15 }],
    prediction_create: ["channel:manage:predictions", { title: "x", outcomes: ["a", "b"], seconds: 30 }],
  };
  await using stage = await aChannel();
  for (const [name, [scope, params]] of Object.entries(needed)) {
    const outcome = await stage.run(name, params, scope);
    expect(outcome, name).toMatchObject({ ok: false, code: "forbidden" });
    expect(outcome.ok || outcome.message, name).toContain(scope);
  }
  expect(stage.twitch.actions()).toEqual([]);
});

test("where the bot is no moderator it is refused in words", async () => {
  await using stage = await aChannel({ botIsModerator: false });
  expect(await stage.run("ban", { userId: bob })).toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("moderators"),
  });
});

test.each<[string, object]>([
  ["ban", {}],
  ["ban", { userId: "1", login: "bob" }],
  ["ban", { userId: "1&broadcaster_id=2" }],
  ["ban", { login: "bob&id=2" }],
  ["ban", { userId: "1", reason: "x".repeat(501) }],
  ["timeout", { userId: "1", seconds: 0 }],
  ["timeout", { userId: "1", seconds: 1_209_601 }],
  ["delete_message", { messageId: "a b" }],
  ["announcement", { text: " \n " }],
  ["announcement", { text: "x", color: "red" }],
  ["update_title", { title: "x".repeat(141) }],
  ["poll_create", { title: "x", choices: ["a"], seconds: 60 }],
  ["poll_create", { title: "x", choices: ["a", "a"], seconds: 60 }],
  ["poll_create", { title: "x", choices: ["a", "b"], seconds: 14 }],
  ["prediction_create", { title: "x".repeat(46), outcomes: ["a", "b"], seconds: 60 }],
  ["clip", { broadcasterId: "2" }],
])("%s with %j is refused before anything is asked", async (name, params) => {
  const context: ActionContext = {
    fetch: () => Promise.reject(new Error("not expected")),
    config: {},
    token: "t",
    account: "900",
    server: channel,
    channel: undefined,
    id: "effect-1",
    now: 0,
    gate: new Gate(() => 0),
  };
  expect(await must(actions.get(name), name).run(params, context)).toMatchObject({ code: "bad_request" });
});

test("a shoutout waits its two minutes on our side, and Twitch's own 429 shuts that alone", async () => {
  await using stage = await aChannel();
  expect(await stage.run("shoutout", { userId: ada })).toMatchObject({ ok: true });
  expect(await stage.run("shoutout", { userId: bob })).toMatchObject({
    code: "rate_limited",
    retryAfterMs: 120_000,
  });
  expect(stage.twitch.actions()).toHaveLength(1);
  expect(await stage.run("announcement", { text: "still here" })).toMatchObject({ ok: true });
});

test("somebody nobody knows, an offline stream, a second raid: each says what is the matter", async () => {
  await using stage = await aChannel();
  expect(await stage.run("ban", { login: "nobody_here" })).toMatchObject({
    code: "not_found",
    message: "Twitch knows nobody called nobody_here.",
  });
  stage.twitch.setLive(channel, false);
  expect(await stage.run("clip")).toMatchObject({ code: "not_found" });
  expect(await stage.run("raid", { userId: ada })).toMatchObject({ ok: true });
  expect(await stage.run("raid", { userId: bob })).toMatchObject({ code: "conflict" });
});

test("a look-up that got lost did nothing and may be tried again; a lost ban is unknown", async () => {
  await using stage = await aChannel();
  stage.faults.set({ platform: "twitch", kind: "drop" });
  expect(await stage.run("ban", { login: "bob_the_builder" })).toMatchObject({ code: "unavailable" });
  stage.faults.set({ platform: "twitch", kind: "drop" });
  expect(await stage.run("ban", { userId: bob })).toMatchObject({ code: "unknown" });
});
