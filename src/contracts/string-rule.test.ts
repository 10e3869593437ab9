import { describe, expect, test } from "vitest";
import { patchStringRule, stringRule, stringRuleInput, stringRulePatch } from "#contracts/string-rule";

const minimal = { pattern: "badword", action: "warn" };
const issuesOf = (input: unknown) =>
  stringRuleInput
    .safeParse(input)
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("stringRuleInput", () => {
  test("two fields are enough; the rest has the defaults of the specification", () => {
    expect(stringRuleInput.parse(minimal)).toEqual({
      entityIds: [],
      pattern: "badword",
      matchType: "contains",
      caseSensitive: false,
      foldLookAlikes: false,
      isShadow: false,
      action: "warn",
      commandToExecute: null,
      commandParameters: [],
      webhookUrl: null,
      warningMessage: null,
      blockMessage: null,
      priority: 100,
      isActive: true,
    });
  });

  test("STR-4 a regular expression that does not compile is refused at its field", () => {
    expect(issuesOf({ ...minimal, matchType: "regex", pattern: "(" })).toEqual([
      expect.stringMatching(/^pattern: This pattern cannot be read/),
    ]);
    expect(issuesOf({ ...minimal, matchType: "contains", pattern: "(" })).toEqual([]);
    expect(issuesOf({ ...minimal, matchType: "regex", pattern: "*" })).toEqual([]);
  });

  test.each([
    [{ ...minimal, action: "command" }, "commandToExecute"],
    [{ ...minimal, action: "webhook" }, "webhookUrl"],
    [{ ...minimal, action: "webhook", webhookUrl: "http://example.com" }, "webhookUrl"],
    [{ ...minimal, action: "command", commandToExecute: "two words" }, "commandToExecute"],
    [{ ...minimal, action: "command", commandToExecute: "!" }, "commandToExecute"],
    [{ ...minimal, caseSensitive: true, foldLookAlikes: true }, "foldLookAlikes"],
    [{ ...minimal, pattern: "" }, "pattern"],
    [{ ...minimal, pattern: " \u200b" }, "pattern"],
    [{ ...minimal, pattern: "a".repeat(513) }, "pattern"],
    [{ ...minimal, pattern: "a\ud800" }, "pattern"],
    [{ ...minimal, warningMessage: "a\0" }, "warningMessage"],
    [{ ...minimal, action: "ban" }, "action"],
    [{ ...minimal, priority: -1 }, "priority"],
    [{ ...minimal, priority: Number.NaN }, "priority"],
    [{ pattern: "a" }, "action"],
  ])("names the field that is wrong: %j", (input, field) => {
    const issues = issuesOf(input);
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.every((issue) => issue.startsWith(`${field}:`))).toBe(true);
  });

  test("an unknown field is refused", () => {
    expect(issuesOf({ ...minimal, ["__proto__x"]: 1 })).toHaveLength(1);
  });
});

describe("patches", () => {
  const rule = stringRule.parse({
    id: 7,
    communityId: 2,
    pattern: "(",
    matchType: "contains",
    action: "warn",
  });

  test("are checked together with what stays", () => {
    expect(patchStringRule(rule, { priority: 5 }).data).toMatchObject({ pattern: "(", priority: 5 });
    expect(patchStringRule(rule, { matchType: "regex" }).error?.issues[0]?.path).toEqual(["pattern"]);
    expect(patchStringRule(rule, { action: "command" }).error?.issues[0]?.path).toEqual(["commandToExecute"]);
  });

  test("hold only what was given", () => {
    expect(stringRulePatch.parse({ isShadow: true })).toEqual({ isShadow: true });
    expect(stringRulePatch.safeParse({}).success).toBe(false);
    expect(stringRulePatch.safeParse({ id: 3 }).success).toBe(false);
  });
});

test("STR-4 a stored rule that can no longer work still has a readable shape", () => {
  const stored = { id: 1, communityId: 1, pattern: "(", matchType: "regex", action: "webhook" };
  expect(stringRule.safeParse(stored).success).toBe(true);
});
