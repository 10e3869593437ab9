import { describe, expect, test } from "vitest";
import { compileUserPattern } from "#contracts/user-pattern";
import { aStringRule, ask } from "#router/rules/fake";
import { ruleBudget } from "#router/rules/match-rules";
import { meterPattern } from "#router/rules/meter-pattern";

/** A clock that shows the next of these readings each time it is asked, then the last for ever. */
function clockOf(...readings: number[]): () => number {
  let asked = 0;
  return () => readings[Math.min(asked++, readings.length - 1)] ?? 0;
}

function meteredPattern(pattern: string) {
  const compiled = compileUserPattern(pattern, true);
  if (!compiled.ok) throw new Error(`${pattern}: ${compiled.because}`);
  return meterPattern(compiled.set);
}

/** As many letters, never the same twice running, so that an automaton keeps meeting states it does not know. */
function coinTosses(length: number): string {
  let seed = 7;
  const toss = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed > 1_073_741_824 ? "a" : "b";
  };
  return Array.from({ length }, toss).join("");
}

describe("the time budget", () => {
  const rules = [1, 2, 3, 4].map((id) => aStringRule({ id, priority: id, pattern: `word${id}` }));

  test("names the rule that took most, not the one that happened to be last, and asks no further", () => {
    const now = clockOf(0, 0.1, 4.2, 5.1);
    expect(ask(rules, "word4", { now, budgetMs: 5 })).toEqual({ shadowHits: [], exhausted: 2 });
  });

  test("is not spent by exactly 5 ms", () => {
    const result = ask(rules, "word4", { now: clockOf(0, 1, 2, 3, 5) });
    expect(result.hit?.rule.id).toBe(4);
    expect(result.exhausted).toBeUndefined();
  });

  test("a hit stands even when its rule spent the budget", () => {
    const result = ask(rules, "word1", { now: clockOf(0, 9) });
    expect(result.hit?.rule.id).toBe(1);
    expect(result.exhausted).toBe(1);
  });
});

describe("the step budget, where the clock stands still", () => {
  const evil = (id: number) =>
    aStringRule({ id, matchType: "regex", pattern: `(a|b)*a(a|b){${100 + id}}$`, caseSensitive: true });

  test("stops a pattern in the middle of its work and names it", () => {
    const result = ask([aStringRule({ id: 9 }), evil(1)], coinTosses(500));
    expect(result).toEqual({ shadowHits: [], exhausted: 1 });
  });

  test("is shared by all rules of a message", () => {
    const pattern = (id: number) => aStringRule({ id, matchType: "regex", pattern: `x{${id}}[a-b]{9}y` });
    const many = Array.from({ length: 50 }, (_, index) => pattern(index + 1));
    const alone = many.map((rule) => ask([rule], coinTosses(400), { budgetSteps: 2_000 }));
    expect(alone.every(({ exhausted }) => exhausted === undefined)).toBe(true);
    expect(ask(many, coinTosses(400), { budgetSteps: 2_000 }).exhausted).toBeDefined();
  });

  test("is wide enough for 200 ordinary patterns that meet their first message, at full length", () => {
    const usual = [
      "b[a4@]+d+w[o0]+rd(s|ed)?",
      "\\b(free|cheap|best)\\s+viewers\\b",
      "https?://\\S+\\.(ru|cn)",
    ];
    const rules = Array.from({ length: 200 }, (_, index) =>
      aStringRule({ id: index + 1, matchType: "regex", pattern: `${usual[index % 3]}|zq${index}x` }),
    );
    const text = "hello everyone, what a lovely stream this is today! see https://example.com/clip?id=42 :) ";
    expect(ask(rules, text.repeat(5)).exhausted).toBeUndefined();
  });

  test("a stopped pattern answers rightly afterwards", () => {
    const pattern = meteredPattern("(a|b)*a(a|b){20}$");
    expect(pattern.test(coinTosses(500), 300)).toMatchObject({ isMatch: false, isExhausted: true });
    expect(pattern.test(`a${"b".repeat(20)}`, ruleBudget.steps)).toMatchObject({
      isMatch: true,
      isExhausted: false,
    });
    expect(pattern.test("b".repeat(21), ruleBudget.steps)).toMatchObject({
      isMatch: false,
      isExhausted: false,
    });
  });

  test("the meter sees the work: building states costs, walking known ones is nearly free", () => {
    const pattern = meteredPattern("[ab]{1,30}c");
    const text = coinTosses(400);
    const first = pattern.test(text, Number.MAX_SAFE_INTEGER).steps;
    const second = pattern.test(text, Number.MAX_SAFE_INTEGER).steps;
    expect(first).toBeGreaterThan(1_000);
    expect(second).toBeLessThan(100);
  });
});
