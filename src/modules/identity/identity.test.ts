import { expect, test } from "vitest";
import { makeFake } from "#modules/identity/fake";
import { makeChannelLoop } from "#test/fakes/channel-loop";

const ada = { name: "ada" };
const people = { "twitch:ada": 7 };
const target = { platformUserId: "71", platformUsername: "ada_l" };
const say = async (text: string, changes: Parameters<typeof makeFake>[0] = {}) =>
  (await makeChannelLoop([makeFake({ people, ...changes })]).say(text, ada)).said;

test("IDN-1 a code is asked for the account that was named, and chat is told where to use it, not the code", async () => {
  const wishes: NonNullable<Parameters<typeof makeFake>[0]>["wishes"] = [];
  expect(await say("!identity link discord ada l", { found: target, wishes })).toEqual([
    "I write a code to that account on discord. Write !verify and the code there within 10 minutes.",
  ]);
  expect(wishes).toEqual([{ userId: 7, askedBy: "ada (on twitch)", platform: "discord", ...target }]);
});

test.each([
  ["!identity link discord ada", { people: {} }, /^I do not know you yet\. Sign in to the hub/],
  ["!identity link twitch ada", {}, /^You are on twitch already/],
  ["!identity link youtube ada", {}, /^I cannot write to you alone on youtube\. Sign in to the hub/],
  ["!identity link kick ada", {}, /^I cannot write to you alone on kick/],
  ["!identity link discord", {}, /^Use: !identity link <platform> <name>/],
  ["!identity link discord nobody", {}, /^I have not seen anybody of that name on discord/],
  ["!identity link discord two", { found: "many" as const }, /^Several people on discord had that name/],
  ["!identity dance", {}, /^Use: /],
])("80-details §2.5: %s is refused with what to do", async (line, changes, text) => {
  expect(await say(line, changes)).toEqual([expect.stringMatching(text)]);
});

test("IDN-3 asking again within a minute is refused with the seconds that are left", async () => {
  const asked = { kind: "wait" as const, seconds: 42 };
  expect(await say("!identity link discord ada", { found: target, asked })).toEqual([
    "A code was asked for just now. Try again in 42 seconds.",
  ]);
});

test("IDN-4 an account of somebody else is not asked for, and one that was linked meanwhile stays where it is", async () => {
  expect(await say("!identity link discord ada", { found: target, asked: { kind: "taken" } })).toEqual([
    "That account is linked to somebody else.",
  ]);
  expect(await say("!verify AAAAAA", { checked: { kind: "right", userId: 8 }, linked: "taken" })).toEqual([
    "This account is linked to somebody else.",
  ]);
});

test("!verify says whether it was right, and how many tries are left", async () => {
  expect(await say("!verify abc-234", { checked: { kind: "right", userId: 8 } })).toEqual([
    "This account is linked. You are one person on both now.",
  ]);
  expect(await say("!verify x", { checked: { kind: "wrong", left: 3 } })).toEqual([
    "That is not the code. 3 tries are left.",
  ]);
  for (const checked of [{ kind: "wrong", left: 0 }, { kind: "none" }] as const)
    expect(await say("!verify x", { checked })).toEqual([
      expect.stringMatching(/^There is no code for this account/),
    ]);
  expect(await say("!verify")).toEqual(["Use: !verify <code>"]);
});

test("!identity unlink takes the account of a platform away, but not the last, and not one of several", async () => {
  const [twitch, slack, other] = [
    { id: 1, platform: "twitch" },
    { id: 2, platform: "slack" },
    { id: 3, platform: "slack" },
  ];
  expect(await say("!identity unlink slack", { accounts: [twitch, slack] })).toEqual([
    "Your account on slack is no longer linked.",
  ]);
  expect(await say("!identity unlink twitch", { accounts: [twitch] })).toEqual([
    "That is your only way left to sign in, so it stays.",
  ]);
  expect(await say("!identity unlink slack", { accounts: [twitch, slack, other] })).toEqual([
    expect.stringMatching(/^Several of your accounts are on slack/),
  ]);
  expect(await say("!whoami", { accounts: [twitch, slack] })).toEqual([
    "This account is linked, together with 1 other.",
  ]);
});
