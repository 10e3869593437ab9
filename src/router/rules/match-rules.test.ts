import { describe, expect, test } from "vitest";
import type { StringRule } from "#contracts/string-rule";
import { compileRules } from "#router/rules/compile-rules";
import { aStringRule, ask } from "#router/rules/fake";
import { makePatternCache } from "#router/rules/pattern-cache";

const hits = (facts: Partial<StringRule>, text: string) => ask([aStringRule(facts)], text).hit !== undefined;

test("STR-1 contains finds the text in any case, on the rule's own channels only", () => {
  const rules = [aStringRule({ entityIds: ["twitch:a"], warningMessage: "Please don't." })];
  expect(ask(rules, "well, BADWORD!").hit?.effect).toEqual({ kind: "warn", text: "Please don't." });
  expect(ask(rules, { text: "BADWORD!", entityId: "twitch:b" }).hit).toBeUndefined();
});

test("STR-1 a rule without channels is the whole community's", () => {
  expect(ask([aStringRule()], { text: "badword", entityId: "discord:1:2" }).hit?.rule.id).toBe(1);
});

test("STR-2 the lower priority wins, then the lower id", () => {
  const block = aStringRule({ id: 1, action: "block", priority: 10 });
  const warn = aStringRule({ id: 2, action: "warn", priority: 5 });
  expect(ask([block, warn], "badword").hit?.rule.id).toBe(2);
  expect(ask([aStringRule({ id: 9 }), aStringRule({ id: 8 })], "badword").hit?.rule.id).toBe(8);
});

describe("STR-3 word", () => {
  test.each([
    ["cat", "concat", false],
    ["cat", "a cat.", true],
    ["cat", "cats", false],
    ["cat", "CAT", true],
    ["cat", "_cat_", true],
    ["cat", "cat5", false],
    ["cat", "cat\u0301", false],
    ["кот", "Кот!", true],
    ["кот", "котик", false],
    ["naïve", "so nai\u0308ve", true],
    ["free viewers", "get free viewers now", true],
    ["free viewers", "get free viewersnow", false],
    ["c++", "I like c++.", true],
    ["c++", "abc++", false],
    ["𝒳x", "𝒳x", true],
    ["x", "𝒳x", false],
    [" cat ", "a cat.", true],
  ])("%s in %s: %s", (pattern, text, expected) => {
    expect(hits({ matchType: "word", pattern }, text)).toBe(expected);
  });
});

describe("STR-4 a stored regular expression that cannot be used", () => {
  const broken = aStringRule({ id: 1, matchType: "regex", pattern: "(", priority: 1 });

  test("never matches and does not break the others", () => {
    expect(ask([broken, aStringRule({ id: 2 })], "( badword (").hit?.rule.id).toBe(2);
    expect(ask([broken], "(")).toEqual({ shadowHits: [] });
  });

  test("is named with its reason", () => {
    expect(compileRules([broken]).unusable).toEqual([
      { ruleId: 1, because: expect.stringContaining("cannot be read") },
    ]);
  });
});

describe("the other kinds", () => {
  test.each<[Partial<StringRule>, string, boolean]>([
    [{ matchType: "exact", pattern: "hi" }, " HI ", true],
    [{ matchType: "exact", pattern: "hi" }, "hi there", false],
    [{ matchType: "exact", pattern: "Hi", caseSensitive: true }, "hi", false],
    [{ matchType: "contains", pattern: "Bad", caseSensitive: true }, "bad", false],
    [{ matchType: "contains", pattern: "Bad", caseSensitive: true }, "so Bad", true],
    [{ matchType: "contains", pattern: "$& .* (" }, "x $& .* ( y", true],
    [{ matchType: "regex", pattern: "b[a4]d+" }, "so B4DDD", true],
    [{ matchType: "regex", pattern: "b[a4]d+", caseSensitive: true }, "so B4DDD", false],
    [{ matchType: "regex", pattern: "^bad" }, "so bad", false],
    [{ matchType: "regex", pattern: "\\p{Cyrillic}{3}" }, "вот", true],
    [{ matchType: "wildcard", pattern: "free*viewers" }, "FREE and cheap viewers", true],
    [{ matchType: "wildcard", pattern: "free*viewers" }, "get free viewers", false],
    [{ matchType: "wildcard", pattern: "*free*viewers*" }, "get free viewers now", true],
    [{ matchType: "wildcard", pattern: "*b*a*" }, "ab", false],
    [{ matchType: "wildcard", pattern: "aba*aba" }, "ababa", false],
    [{ matchType: "wildcard", pattern: "hello" }, "hello", true],
  ])("%j and %s: %s", (facts, text, expected) => {
    expect(hits(facts, text)).toBe(expected);
  });

  test.each(["exact", "contains", "word", "regex", "wildcard"] as const)(
    "STR-5 the pattern * matches everything, also for %s",
    (matchType) => {
      expect(hits({ matchType, pattern: "*" }, "anything")).toBe(true);
      expect(hits({ matchType, pattern: "*" }, "")).toBe(true);
    },
  );
});

describe("folding look-alikes", () => {
  test.each(["bаdwоrd", "b\u200badword", "ＢＡＤＷＯＲＤ", "bádwörd"])(
    "finds %s only where asked for",
    (text) => {
      expect(hits({}, text)).toBe(false);
      expect(hits({ foldLookAlikes: true }, text)).toBe(true);
      expect(hits({ foldLookAlikes: true, matchType: "word" }, `a ${text}.`)).toBe(true);
      expect(hits({ foldLookAlikes: true, matchType: "exact" }, text)).toBe(true);
      expect(hits({ foldLookAlikes: true, matchType: "regex", pattern: "bad ?word" }, text)).toBe(true);
    },
  );

  test("folds the rule's own text too, so a Russian rule still finds Russian", () => {
    expect(hits({ foldLookAlikes: true, pattern: "Спам" }, "тут СПАМ!")).toBe(true);
  });

  test("a regular expression is also asked of the text as typed", () => {
    expect(hits({ foldLookAlikes: true, matchType: "regex", pattern: "Спам" }, "тут СПАМ!")).toBe(true);
  });

  test("a rule of which folding leaves nothing matches nothing", () => {
    const rule = aStringRule({ foldLookAlikes: true, pattern: "\u0301\u200b" });
    expect(ask([rule], "anything").hit).toBeUndefined();
    expect(compileRules([rule]).unusable).toHaveLength(1);
  });

  test("invisible characters in front do not push the message out of sight", () => {
    expect(hits({ foldLookAlikes: true }, `${"\u200b".repeat(600)}badword`)).toBe(true);
  });
});

describe("shadow mode", () => {
  const trial = (id: number, priority: number) =>
    aStringRule({ id, priority, isShadow: true, action: "block" });

  test("a rule on trial never wins; every one that would have is listed, also behind the winner", () => {
    const result = ask([trial(1, 1), aStringRule({ id: 2, priority: 2 }), trial(3, 3)], "badword");
    expect(result.hit?.rule.id).toBe(2);
    expect(result.shadowHits.map(({ rule }) => rule.id)).toEqual([1, 3]);
  });

  test("without a winner there is no hit", () => {
    expect(ask([trial(1, 1)], "badword").hit).toBeUndefined();
    expect(ask([trial(1, 1)], "fine")).toEqual({ shadowHits: [] });
  });
});

test("depth 1: what a rule caused is not asked again", () => {
  expect(ask([aStringRule({ pattern: "*" })], { text: "badword", origin: "rule" })).toEqual({
    shadowHits: [],
  });
  expect(ask([aStringRule({ pattern: "*" })], { text: "badword", origin: "alias" }).hit).toBeDefined();
});

test("only the first 500 characters are looked at, counted whole", () => {
  expect(hits({}, `${"😀".repeat(493)}badword`)).toBe(true);
  expect(hits({}, `${"😀".repeat(494)}badword`)).toBe(false);
});

describe("compileRules", () => {
  test("leaves out switched-off rules, and names those that lack what their action needs", () => {
    const compiled = compileRules([
      aStringRule({ id: 1, isActive: false }),
      aStringRule({ id: 2, action: "command" }),
      aStringRule({ id: 3, action: "webhook" }),
    ]);
    expect(compiled.rules).toEqual([]);
    expect(compiled.unusable.map(({ ruleId }) => ruleId)).toEqual([2, 3]);
  });

  test("uses at most 200 rules, the first by priority", () => {
    const many = Array.from({ length: 201 }, (_, index) =>
      aStringRule({ id: index + 1, priority: 201 - index }),
    );
    const compiled = compileRules(many);
    expect(compiled.rules).toHaveLength(200);
    expect(compiled.unusable.map(({ ruleId }) => ruleId)).toEqual([1]);
  });

  test("compiles one pattern once and forgets the longest unused", () => {
    const cache = makePatternCache(2);
    const rule = (id: number, pattern: string) => aStringRule({ id, matchType: "regex", pattern });
    compileRules([rule(1, "a+"), rule(2, "a+"), rule(3, "b+")], cache);
    expect(cache.size()).toBe(2);
    const kept = cache.get("a+", false);
    compileRules([rule(4, "c+")], cache);
    expect(cache.size()).toBe(2);
    expect(cache.get("a+", false)).toBe(kept);
  });
});
