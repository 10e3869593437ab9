import { expect, test } from "vitest";
import type { SendPriority } from "#contracts/outbound-gate";
import type { SendContext } from "#contracts/platform";
import { Gate } from "#durable-objects/outbound-gate/gate";
import { send } from "#platforms/twitch/send";
import { probe } from "#platforms/twitch/testing";
import { makeFakeClock, setStage } from "#simulators/testing";
import type { TwitchOptions } from "#simulators/twitch/simulator";

const channel = "710000001";

/** The platform's code in front of the simulator, with the real gate and one clock for both. */
async function aChat(options: TwitchOptions = {}) {
  const clock = makeFakeClock();
  const stage = await setStage(undefined, { clock, twitch: { chatFloorMs: 1000, ...options } });
  const { simulators } = stage;
  const gate = new Gate(clock.now);
  const waits: number[] = [];
  let token = simulators.twitch.issueAppToken();
  const context = (): SendContext => ({
    fetch,
    config: {
      TWITCH_API_BASE: `${simulators.url}/twitch/helix`,
      TWITCH_CLIENT_ID: simulators.secrets.twitch.clientId,
      TWITCH_BOT_USER_ID: simulators.secrets.twitch.botUserId,
    },
    token,
    now: clock.now(),
    gate,
  });
  return {
    clock,
    gate,
    waits,
    twitch: simulators.twitch,
    faults: simulators.faults,
    texts: () => simulators.twitch.messages().map(({ text }) => text),
    renewToken: () => {
      token = simulators.twitch.issueAppToken();
    },
    say: (text: string, priority: SendPriority = "reply", where = channel) =>
      send(
        {
          ...probe.message,
          text,
          priority,
          target: { kind: "chat", platform: "twitch", channel: where },
        },
        context(),
        async (ms) => {
          waits.push(ms);
          clock.advance(ms);
        },
      ),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

test("PSH-1 a reply longer than 500 characters is said in parts, a second apart, and no grapheme is broken", async () => {
  await using chat = await aChat();
  const family = "👩‍👩‍👧‍👦";
  const text = `${"word ".repeat(150)}${family.repeat(60)} end`;
  expect(await chat.say(text)).toMatchObject({ ok: true });
  const parts = chat.texts();
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.every((part) => part.length <= 500)).toBe(true);
  const segmenter = new Intl.Segmenter();
  const families = parts.flatMap((part) => Array.from(segmenter.segment(part), ({ segment }) => segment));
  expect(families.filter((segment) => segment === family)).toHaveLength(60);
  expect(families.filter((segment) => segment.includes("\u200d") && segment !== family)).toEqual([]);
  expect(chat.waits).toEqual(Array.from({ length: parts.length - 1 }, () => 1100));
  expect(chat.twitch.chatBreaches()).toBe(0);
});

test("T15 whatever is asked for, the channel's 20 in 30 seconds and one a second are never exceeded", async () => {
  await using chat = await aChat();
  const outcomes = [];
  for (let number = 0; number < 60; number++) {
    const outcome = await chat.say(`line ${number}`, "moderation");
    outcomes.push(outcome);
    if (!outcome.ok) chat.clock.advance(outcome.retryAfterMs ?? 0);
  }
  expect(chat.twitch.chatBreaches()).toBe(0);
  const refused = outcomes.filter(({ ok }) => !ok);
  expect(refused.length).toBeGreaterThan(0);
  expect(
    refused.every((refusal) => !refusal.ok && refusal.code === "rate_limited" && refusal.retryAfterMs),
  ).toBe(true);
  expect(chat.texts()).toHaveLength(60 - refused.length);
});

test("moderation still passes when replies have filled their share, replies when timers have", async () => {
  await using chat = await aChat();
  const fill = async (priority: SendPriority) => {
    let said = 0;
    while ((await chat.say(`${priority} ${said}`, priority)).ok) said++;
    return said;
  };
  expect([await fill("timer"), await fill("reply"), await fill("moderation")]).toEqual([12, 6, 2]);
  expect(chat.twitch.chatBreaches()).toBe(0);
});

test("where it is moderator the bot may say a hundred, at once and again", async () => {
  await using chat = await aChat({ botIsModerator: true });
  chat.gate.setModerated([channel]);
  for (let number = 0; number < 90; number++) expect(await chat.say("same")).toMatchObject({ ok: true });
  expect(await chat.say("same")).toMatchObject({ ok: false, code: "rate_limited" });
  expect([chat.waits, chat.twitch.chatBreaches()]).toEqual([[], 0]);
});

test("one channel's flood leaves the others alone", async () => {
  await using chat = await aChat();
  while ((await chat.say(`flood ${chat.waits.length}`)).ok);
  expect(await chat.say("hello", "timer", "710000002")).toMatchObject({ ok: true });
});

test("the same words within 30 seconds get an invisible difference twice, then have to wait", async () => {
  await using chat = await aChat();
  for (const expected of [true, true, true, false]) expect((await chat.say("Pong!")).ok).toBe(expected);
  expect(chat.texts()).toEqual(["Pong!", "Pong!", "Pong!"]);
  expect(await chat.say("Pong!")).toMatchObject({
    code: "rate_limited",
    message: expect.stringContaining("three times"),
  });
  chat.clock.advance(30_000);
  expect(await chat.say("Pong!")).toMatchObject({ ok: true });
  expect(chat.twitch.chatBreaches()).toBe(0);
});

test("words that Twitch itself takes for a repetition are said once more with the difference", async () => {
  await using chat = await aChat();
  chat.twitch.dropNext({ code: "msg_duplicate", message: "identical" });
  expect(await chat.say("Hi")).toMatchObject({ ok: true });
  expect(chat.texts()).toEqual(["Hi"]);
});

test("T15 an empty Helix bucket holds every call back until the second it named", async () => {
  await using chat = await aChat({ botIsModerator: true });
  chat.gate.setModerated([channel]);
  chat.faults.set({ platform: "twitch", kind: "429", ms: 120_000 });
  const refusal = await chat.say("one");
  expect(refusal).toMatchObject({ ok: false, code: "rate_limited", retryAfterMs: 120_000 });
  expect(await chat.say("two", "moderation")).toMatchObject({ code: "rate_limited", retryAfterMs: 120_000 });
  chat.clock.advance(119_999);
  expect(await chat.say("two", "moderation")).toMatchObject({ ok: true });
  expect([chat.texts(), chat.waits]).toEqual([["two"], [1]]);
});

test("a bucket that the headers call empty is not asked for more", async () => {
  await using chat = await aChat({ botIsModerator: true, helixPoints: 2 });
  chat.gate.setModerated([channel]);
  expect([(await chat.say("one")).ok, (await chat.say("two")).ok]).toEqual([true, true]);
  expect(await chat.say("three")).toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
  chat.clock.advance(60_000);
  expect(await chat.say("three")).toMatchObject({ ok: true });
});

test("T15 a storm of 500s opens the breaker: Helix is left alone, then asked again", async () => {
  await using chat = await aChat({ botIsModerator: true });
  chat.gate.setModerated([channel]);
  chat.faults.set({ platform: "twitch", kind: "500", times: 100 });
  for (let failure = 0; failure < 5; failure++)
    expect(await chat.say(`try ${failure}`)).toMatchObject({ code: "unknown" });
  expect(await chat.say("later")).toMatchObject({ code: "rate_limited", retryAfterMs: 15_000 });
  chat.faults.clear();
  chat.clock.advance(15_000);
  expect(await chat.say("later")).toMatchObject({ ok: true });
});

test("slow mode shuts the channel for as long as Twitch says", async () => {
  await using chat = await aChat();
  chat.twitch.dropNext({ code: "msg_slowmode", message: "You may talk again in 20 seconds." });
  expect(await chat.say("one")).toMatchObject({ code: "rate_limited", retryAfterMs: 20_000 });
  expect(await chat.say("two", "moderation")).toMatchObject({ code: "rate_limited", retryAfterMs: 20_000 });
  chat.clock.advance(20_000);
  expect(await chat.say("two")).toMatchObject({ ok: true });
});

test("TWI-6 a token that expired is told apart: nothing was said, and a new one says it", async () => {
  await using chat = await aChat();
  chat.twitch.expireTokens();
  expect(await chat.say("one")).toMatchObject({ ok: false, code: "unauthenticated" });
  chat.renewToken();
  expect(await chat.say("one")).toMatchObject({ ok: true });
  expect([chat.texts(), chat.waits]).toEqual([["one"], []]);
});

test("RTR-9 an answer that was lost is unknown, so that nobody says it twice", async () => {
  await using chat = await aChat();
  chat.faults.set({ platform: "twitch", kind: "drop" });
  expect(await chat.say("once")).toMatchObject({ ok: false, code: "unknown" });
  expect(chat.texts()).toEqual(["once"]);
});
