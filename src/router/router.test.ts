import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorize, resolveStanding } from "#router/authorize";
import { parseCommand } from "#router/parse-command";
import { permissionsOf } from "#router/permissions";
import { type PlanState, plan } from "#router/plan";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

const idle: PlanState = {
  cooldownLeftMs: () => 0,
  limitLeftMs: () => 0,
  matchRules: () => ({ hit: undefined, shadows: [] }),
};
const planText = (text: string, config = aConfig(), state = idle) =>
  plan(aChatEvent({ text }), config, [], state);

describe("parseCommand", () => {
  test.each([
    ["!help", { prefix: "!", name: "help", args: [], argsText: "" }],
    ["  !HELP  quote ", { prefix: "!", name: "help", args: ["quote"], argsText: "quote" }],
    [
      '#weather New  York "x"',
      { prefix: "#", name: "weather", args: ["New", "York", '"x"'], argsText: 'New  York "x"' },
    ],
    ["!a\nb c", { prefix: "!", name: "a", args: ["b", "c"], argsText: "b c" }],
    ["!e\u0301", { prefix: "!", name: "é", args: [], argsText: "" }],
  ])("%j is a command", (text, expected) => {
    expect(parseCommand(text)).toEqual(expected);
  });

  test.each(["", "!", "#", "! help", "!!", "!#x", "hello !help", "!/x", `!${"x".repeat(65)}`])(
    "%j is none",
    (text) => {
      expect(parseCommand(text)).toBeUndefined();
    },
  );

  test("never throws and never yields white space in a name, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const parsed = parseCommand(`!${text}`);
        expect(parsed === undefined || !/\s/u.test(parsed.name)).toBe(true);
      }),
    );
  });
});

describe("authorize", () => {
  test("the higher of community role and platform role counts, and says why", () => {
    expect(resolveStanding("moderator", "owner")).toEqual({ role: "owner", because: "role on the platform" });
    expect(resolveStanding("admin", "moderator")).toEqual({
      role: "admin",
      because: "role in this community",
    });
    expect(resolveStanding(undefined, undefined).role).toBe("member");
  });

  test("a level is open to its own role and those above, to nobody below", () => {
    const allowed = (role: "member" | "streamer" | "moderator" | "admin" | "owner") =>
      (["everyone", "member", "moderator", "admin", "owner"] as const).filter(
        (permissionLevel) =>
          authorize(
            { grants: [{ communityId: 2, role }] },
            { name: "x", permissionLevel },
            { communityId: 2 },
          ).isAllowed,
      );
    expect(allowed("member")).toEqual(["everyone", "member"]);
    expect(allowed("moderator")).toEqual(["everyone", "member", "moderator"]);
    expect(allowed("owner")).toEqual(["everyone", "member", "moderator", "admin", "owner"]);
  });

  test("banning is for owners, timeouts for moderators too", () => {
    expect(permissionsOf("moderator")).not.toContain("users.ban");
    expect(permissionsOf("moderator")).toContain("users.timeout");
    expect(permissionsOf("owner")).toContain("users.ban");
    expect(permissionsOf("member")).toEqual(["chat.send", "commands.basic", "reputation.view"]);
  });
});

describe("plan", () => {
  test("plain chat is nothing to do", () => {
    expect(planText("hello")).toMatchObject({ kind: "ignore", because: "not a command" });
  });

  test("a known command calls its module with what was typed", () => {
    expect(planText("!Ping a  b")).toMatchObject({
      kind: "invoke",
      calls: [{ module: "core", handler: "ping", command: "ping", args: ["a", "b"], argsText: "a  b" }],
    });
  });

  test("an unknown command is not found and the chat is not told", () => {
    expect(planText("!nosuch")).toMatchObject({
      kind: "refuse",
      refusal: { code: "not_found" },
      isSpoken: false,
    });
  });

  test("a module that is switched off is not called, and the chat is told", () => {
    const config = aConfig({ modules: { core: { isEnabled: false, settings: {} } } });
    expect(planText("!ping", config)).toMatchObject({
      kind: "refuse",
      refusal: { code: "disabled" },
      isSpoken: true,
    });
  });

  test("rights are asked before the cooldown, so that a refusal shows no state", () => {
    const config = aConfig({ commands: [aCommand({ permissionLevel: "owner", cooldownSeconds: 60 })] });
    expect(planText("!ping", config, { ...idle, cooldownLeftMs: () => 5000 })).toMatchObject({
      refusal: { code: "forbidden" },
    });
  });

  test("a running cooldown refuses with the time left", () => {
    const config = aConfig({ commands: [aCommand({ cooldownSeconds: 60 })] });
    expect(planText("!ping", config, { ...idle, cooldownLeftMs: () => 4200 })).toMatchObject({
      refusal: { code: "cooldown", retryAfterMs: 4200 },
      isSpoken: false,
    });
  });

  test("a button reaches only what its module offers as a component", () => {
    const event = { ...aChatEvent(), type: "button_click" as const, customId: "alias:add:x:y", values: {} };
    expect(plan(event, aConfig(), [], idle)).toMatchObject({
      kind: "refuse",
      refusal: { code: "not_found" },
    });
  });
});
