import { expect, test } from "vitest";
import { command } from "#contracts/command";
import { makeFake } from "#modules/core/fake";
import { anInvocation } from "#test/fakes/an-invocation";
import { makeChannelLoop } from "#test/fakes/channel-loop";

const viewer = { name: "u1" };

function aChannel(activities: Parameters<typeof makeFake>[0] = {}) {
  return makeChannelLoop([makeFake(activities)]);
}

test("!ping is answered", async () => {
  expect((await aChannel().say("!ping", viewer)).said).toEqual(["Pong! I am listening."]);
});

test("!help lists what this person may run, in order", async () => {
  expect((await aChannel().say("!help", viewer)).said).toEqual([
    "You can use: !commands, !help, !ping, !stats — !help <command> tells more.",
  ]);
});

test("!help hides what is switched off or above one's role, and says so when asked", async () => {
  const commands = [
    { ...aRow("ban"), permissionLevel: "moderator" as const },
    { ...aRow("old"), isEnabled: false },
    { ...aRow("dice"), prefix: "#" as const },
  ];
  const ask = (argsText: string) =>
    makeFake().service.invoke(anInvocation({ module: "core", handler: "help", argsText, commands }));
  expect(await ask("")).toMatchObject({
    value: { responses: [{ text: "You can use: #dice — !help <command> tells more." }] },
  });
  expect(await ask("!ban")).toMatchObject({
    code: "forbidden",
    message: "!ban is for moderators and above.",
  });
  expect(await ask("old")).toMatchObject({ code: "disabled", message: "!old is switched off here." });
  expect(await ask("nope")).toMatchObject({
    code: "not_found",
    message: "There is no command nope here. Try !help.",
  });
});

test("!help explains one command by its manifest, with or without prefix and case", async () => {
  for (const line of ["!help stats", "!help !stats", "!help STATS"]) {
    expect((await aChannel().say(line, viewer)).said).toEqual([
      "!stats — Shows your messages and points here, and what this community can do",
    ]);
  }
});

test("!help stays one chat line however many commands there are", async () => {
  const commands = Array.from({ length: 300 }, (_, at) => aRow(`command${at}`));
  const outcome = await makeFake().service.invoke(anInvocation({ handler: "help", commands }));
  const text =
    outcome.ok && outcome.value.responses[0]?.type === "chat" ? outcome.value.responses[0].text : "";
  expect(text.length).toBeLessThanOrEqual(500);
  expect(text).toMatch(/, and \d+ more — !help <command> tells more\.$/);
});

test("!stats says what is known, and that nothing is", async () => {
  const channel = aChannel({ "1/twitch:u1": { messages: 3n, points: 9_007_199_254_740_993n } });
  expect((await channel.say("!stats", viewer)).said).toEqual([
    "Demo has 4 commands from 1 module. u1: 3 messages, 9007199254740993 points.",
  ]);
  expect((await channel.say("!stats", { name: "u2" })).said).toEqual([
    "Demo has 4 commands from 1 module. u2: nothing counted yet.",
  ]);
});

function aRow(name: string) {
  return command.parse({
    prefix: "!",
    name,
    module: "test",
    handler: name,
    description: "For the test",
    usage: name,
    permissionLevel: "everyone",
    cooldownSeconds: 0,
    isEnabled: true,
  });
}

const ask = async (argsText: string, changes: object = {}) => {
  const fake = makeFake({ "1/slack:U1": { messages: 2n, points: 33n } });
  const event = { ...anInvocation({ module: "core" }).event, platform: "slack", ...changes };
  const asked = {
    module: "core",
    handler: "about",
    argsText,
    args: [argsText],
    commands: [aRow("a"), aRow("b")],
  };
  return fake.service.invoke(
    anInvocation({ ...asked, event: { ...event, user: { ...event.user, id: "U1" } } }),
  );
};

test("SLK-3 /waddlebot help lists three, for the one who asks", async () => {
  const outcome = await ask("help");
  const said = outcome.ok ? outcome.value.responses : [];
  expect(said).toMatchObject([{ type: "chat", ephemeral: true }]);
  expect(JSON.stringify(said).match(/`\/waddlebot (?:help|status|points)`/g)).toHaveLength(3);
});

test("SLK-3 /waddlebot status says it is active, points says the sum", async () => {
  const text = (said: string) => ({ value: { responses: [{ type: "chat", text: said, ephemeral: true }] } });
  expect(await ask("status")).toMatchObject(text("I am active in Demo, with 2 commands."));
  expect(await ask("points")).toMatchObject(text("You have 33 points in Demo."));
  expect(await ask("points", { platform: "discord" })).toMatchObject(text("You have 0 points in Demo."));
  expect(await ask("else")).toMatchObject({ ok: false, code: "not_found" });
});
