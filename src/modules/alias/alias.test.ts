import { describe, expect, test } from "vitest";
import { makeFake } from "#modules/alias/fake";
import { makeChannelLoop } from "#test/fakes/channel-loop";

const moderator = { name: "m1", role: "moderator" as const };
const viewer = { name: "u1" };

function aChannel() {
  const fake = makeFake();
  return { ...makeChannelLoop([fake]), usageCount: fake.usageCount };
}

describe("running", () => {
  test("ALI-1 {user} is whoever typed it, and the use is counted", async () => {
    const channel = aChannel();
    await channel.say('!alias add !hi "!say hello {user}"', moderator);
    const { executed, said } = await channel.say("!hi", viewer);
    expect(executed).toEqual(["!say hello u1"]);
    expect(said).toEqual([]);
    expect(channel.usageCount("hi")).toBe(1);
  });

  test("ALI-2 the bare word user is the first argument when there is one", async () => {
    const channel = aChannel();
    await channel.say('!alias add !user "!so user"', moderator);
    expect((await channel.say("!user bob", viewer)).executed).toEqual(["!so bob"]);
    expect((await channel.say("!user", viewer)).executed).toEqual(["!so user"]);
  });

  test("ALI-3 {argN} and {all_args} are what was typed after it", async () => {
    const channel = aChannel();
    await channel.say('!alias add !x "!echo {arg2} {arg1} / {all_args}"', moderator);
    expect((await channel.say("!x a b", viewer)).executed).toEqual(["!echo b a / a b"]);
  });

  test("an event that comes twice is answered the same and counted once", async () => {
    const channel = aChannel();
    await channel.say("!alias add !hi !ping", moderator);
    const again = { ...viewer, eventId: "twitch:same/alias/0" };
    expect((await channel.say("!hi", again)).executed).toEqual(["!ping"]);
    expect((await channel.say("!hi", again)).executed).toEqual(["!ping"]);
    expect(channel.usageCount("hi")).toBe(1);
  });

  test("an alias without a prefix is said, and what a caller adds stays text", async () => {
    const channel = aChannel();
    await channel.say('!alias add !greet "Welcome {args}"', moderator);
    const { executed, said } = await channel.say("!greet !ban bob", viewer);
    expect(said).toEqual(["Welcome !ban bob"]);
    expect(executed).toEqual([]);
  });

  test("too long an expansion is refused with a reason", async () => {
    const channel = aChannel();
    await channel.say('!alias add !long "!echo {args} {args}"', moderator);
    const { outcome, said } = await channel.say(`!long ${"x".repeat(300)}`, viewer);
    expect(outcome).toMatchObject({ ok: false, code: "too_large" });
    expect(said).toEqual(["That would be longer than 500 characters."]);
  });
});

describe("keeping", () => {
  test("ALI-4 adding twice, removing an unknown one, listing none", async () => {
    const channel = aChannel();
    expect((await channel.say("!alias list", viewer)).said).toEqual(["No aliases configured"]);
    expect((await channel.say("!alias add !hi !ping", moderator)).said).toEqual([
      "Alias added: !hi -> !ping",
    ]);
    const again = await channel.say("!alias add hi !help", moderator);
    expect(again.outcome).toMatchObject({ ok: false, code: "conflict" });
    expect(again.said).toEqual(["The alias !hi exists already. Remove it first: !alias remove !hi"]);
    const unknown = await channel.say("!alias remove !bye", moderator);
    expect(unknown.outcome).toMatchObject({ ok: false, code: "not_found" });
    expect(unknown.said).toEqual(["Alias !bye not found."]);
    expect((await channel.say("!alias list", viewer)).said).toEqual(["!hi -> !ping"]);
  });

  test("adding makes the word a command, removing takes it away, and it may come back", async () => {
    const channel = aChannel();
    const words = () => channel.commands().map((row) => row.prefix + row.name);
    await channel.say("!alias add !Hi !ping", moderator);
    expect(words()).toContain("!hi");
    expect((await channel.say("!alias rm !HI", moderator)).said).toEqual(["Alias !hi removed"]);
    expect(words()).not.toContain("!hi");
    expect((await channel.say("!alias add !hi !help", moderator)).said).toEqual([
      "Alias added: !hi -> !help",
    ]);
    expect(channel.usageCount("hi")).toBe(0);
  });

  test("the same adding or removing event again answers the same", async () => {
    const channel = aChannel();
    const adding = { ...moderator, eventId: "twitch:add/alias/0" };
    const removing = { ...moderator, eventId: "twitch:remove/alias/0" };
    for (const [line, who] of [
      ["!alias add !hi !ping", adding],
      ["!alias remove !hi", removing],
    ] as const) {
      const first = await channel.say(line, who);
      expect(first.outcome.ok).toBe(true);
      expect((await channel.say(line, who)).outcome).toEqual(first.outcome);
    }
  });

  test("changing is for moderators, looking for everyone", async () => {
    const channel = aChannel();
    for (const line of ["!alias add !hi !ping", "!alias remove !hi"]) {
      const { outcome, said } = await channel.say(line, { name: "s1", role: "streamer" });
      expect(outcome).toMatchObject({ ok: false, code: "forbidden" });
      expect(said).toEqual(["Changing aliases is for moderators and above."]);
    }
  });

  test.each([
    ["!alias", "Use: !alias add <name> <command>, !alias remove <name>, !alias list"],
    ["!alias dance", "Unknown subcommand dance. Use: add, remove, list"],
    ["!alias add !hi", "Use: !alias add <name> <command>, like !alias add !hi !ping"],
    ["!alias remove", "Use: !alias remove <name>"],
    ["!alias add !alias !ping", "!alias is a command already. Please choose another name."],
    ["!alias add !аliаs !ping", "!alias is a command already. Please choose another name."],
    ["!alias add !a !a", "!a would only call itself."],
    ["!alias add !x !{arg1}", "!{arg1} is no command word. Spell out the command to run, like !quote."],
    ["!alias add !x !", "! is no command word. Spell out the command to run, like !quote."],
    [`!alias add !x ${"y".repeat(501)}`, "An alias holds at most 500 characters."],
  ])("%s is answered: %s", async (line, reply) => {
    const channel = aChannel();
    expect((await channel.say(line, moderator)).said).toEqual([reply]);
    expect((await channel.say("!alias list", moderator)).said).toEqual(["No aliases configured"]);
  });

  test.each(["!hi\u200B", "!\u202Eih", "#dice", "!!x", `!${"x".repeat(65)}`, "!a\uD800"])(
    "%j cannot be an alias",
    async (name) => {
      const { outcome } = await aChannel().say(`!alias add ${name} !ping`, moderator);
      expect(outcome).toMatchObject({ ok: false, code: "bad_request" });
    },
  );
});
