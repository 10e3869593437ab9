import { expect, test } from "vitest";
import { defaultWeights, mostAmount, personKey, weightRules } from "#contracts/reputation";
import { deedTypeOf, tierOf, worthOf } from "#router/reputation";

/** What one deed of a name does by the defaults, as a service reports it. */
function worth(platform: string, name: string, facts: { amount?: number; tier?: string } = {}) {
  const { units, perUnit, shares, weight } = worthOf({ platform, type: deedTypeOf(name), ...facts });
  return { points: units * perUnit, change: shares * weight };
}

test("REP-1 bits count as they are, and the score by the hundred", () => {
  expect(worth("twitch", "bits", { amount: 150 })).toEqual({ points: 150, change: 1.5 });
  expect(worth("twitch", "follow")).toEqual({ points: 10, change: 1 });
});

test("REP-2 time in voice counts by the minute and leaves the score alone", () => {
  expect(worth("discord", "voice_time", { amount: 7 })).toEqual({ points: 7, change: 0 });
});

test("REP-5 a subscription weighs by its tier, one without a tier as the first", () => {
  const changes = ["1", "2", "3"].map((tier) => worth("twitch", "sub", { tier }).change);
  expect(changes).toEqual([5, 10, 20]);
  expect(worth("twitch", "resub")).toEqual({ points: 30, change: 5 });
});

test("REP-4 what is done about somebody weighs as the specification says", () => {
  const changes = ["warn", "timeout", "kick", "ban"].map((name) => worth("slack", name).change);
  expect(changes).toEqual([-25, -50, -75, -200]);
  expect(worth("slack", "donation", { amount: 1250 }).change).toBe(12.5);
});

test("names of nobody's are worth nothing, whatever they are called", () => {
  for (const name of ["constructor", "toString", "workflow_step"])
    expect(worth("discord", name)).toEqual({ points: 0, change: 0 });
});

test("absurd amounts end at the bound, negative ones at nothing", () => {
  expect(worth("twitch", "bits", { amount: Number.MAX_VALUE }).points).toBe(mostAmount);
  expect(worth("twitch", "bits", { amount: -5 }).points).toBe(0);
});

test("REP-4 tiers begin where they begin", () => {
  const tiers = [850, 800, 799.9999, 740, 670, 669.9999, 580, 579.9999, 300].map(tierOf);
  expect(tiers).toEqual([
    "exceptional",
    "exceptional",
    "very_good",
    "very_good",
    "good",
    "fair",
    "fair",
    "poor",
    "poor",
  ]);
});

test("every default is a weight a community could set, and a key is an id, never a name", () => {
  expect(weightRules.parse(defaultWeights)).toEqual(defaultWeights);
  expect(personKey.safeParse("twitch:1234").success).toBe(true);
  for (const key of ["pingu", "twitch:", "Twitch:1", "twitch:1:2", "twitch:a b"])
    expect(personKey.safeParse(key).success).toBe(false);
});
