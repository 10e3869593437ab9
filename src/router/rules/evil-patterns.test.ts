import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileUserPattern } from "#contracts/user-pattern";
import { aStringRule, ask } from "#router/rules/fake";
import { ruleBudget } from "#router/rules/match-rules";
import { meterPattern } from "#router/rules/meter-pattern";

/** Patterns that take backtracking engines exponential or quadratic time, each with a text that brings it out. */
const evilPatterns: readonly [pattern: string, attack: string, end: string][] = [
  ["(a+)+$", "a", "!"],
  ["(a*)*b", "a", "c"],
  ["(a|a)*$", "a", "!"],
  ["(a|aa)+$", "a", "!"],
  ["(a|a?)+$", "a", "!"],
  ["(.*a){12}$", "a", "!"],
  ["(a+){10}$", "a", "!"],
  ["([a-zA-Z]+)*$", "a", "!"],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a", "!"],
  ["(\\w+\\s?)*$", "word ", "!"],
  ["(\\d+)*x", "1", "!"],
  ["(x+x+)+y", "x", "z"],
  ["((a+)+)+$", "a", "!"],
  ["(.*)*(.*)*(.*)*x$", "a", "!"],
  ["(.+)+(.+)+(.+)+x$", "a", "!"],
  ["^(.*?,){20}P", "1,", "Q"],
  ["\\s+$", " ", "x"],
  ["^\\s+|\\s+$", " ", "x"],
  ["(\\s*\\n)*x", "\n", "y"],
  ["a*a*a*a*a*a*b", "a", "c"],
  ["a*?a*?a*?a*?b", "a", "c"],
  ["(?:a?){50}a{50}b", "a", "c"],
  ["(ab|a|b)*c", "ab", "d"],
  ["(a|b|ab)*abc$", "ab", "d"],
  ["^(\\w+\\.?)*@\\w+\\.com$", "a.", "!"],
  ["([\\w.-]+)+@([\\w-]+\\.)+com", "a", "!"],
  ["<(.|\\n)*>(.|\\n)*</x>", "<", "!"],
  ["<!--.*--.*-->", "<!--", "!"],
  ["(\"[^\"]*\"|'[^']*')*;", "\"'", "!"],
  ['(\\\\.|[^\\\\])*"', "\\", "!"],
  ["^(https?://)?([\\w.-]+)+(/\\w*)*$", "a.", "!"],
  ["(\\d{1,3}\\.)*\\d{1,3}$", "1.", "x"],
  ["^(\\(|\\)|a)*$", "()", "!"],
  ["(?i)(lo+l)+z", "loo", "!"],
  ["\\b(\\w*)\\b.*\\b\\w*z\\b", "a ", "!"],
  ["(\\p{L}+)*1", "é", "!"],
  ["(\\p{L}|\\p{M}|a)*1", "e\u0301", "!"],
  ["([^a]|a)*b$", "a", "c"],
  ["(a{0,9}){9}b", "a", "c"],
  [".*.*=.*", "x", "!"],
];

const fresh = (pattern: string) => {
  const compiled = compileUserPattern(pattern, true);
  if (!compiled.ok) throw new Error(`${pattern}: ${compiled.because}`);
  return compiled.set;
};
const attackOf = (attack: string, end: string, length: number) =>
  attack.repeat(Math.ceil(length / attack.length)).slice(0, length) + end;

describe("B2 patterns that stop a backtracking engine", () => {
  test("are forty", () => {
    expect(new Set(evilPatterns.map(([pattern]) => pattern)).size).toBe(40);
  });

  test.each(evilPatterns)("%s: twice the text is at most twice the steps", (pattern, attack, end) => {
    const stepsFor = (length: number) =>
      meterPattern(fresh(pattern)).test(attackOf(attack, end, length), Number.MAX_SAFE_INTEGER).steps;
    expect(stepsFor(20_000)).toBeLessThanOrEqual(2.1 * stepsFor(10_000));
  });

  test("stay far inside one message's budget, all together", () => {
    const rules = evilPatterns.map(([pattern], index) =>
      aStringRule({ id: index + 1, matchType: "regex", pattern, isShadow: true }),
    );
    for (const [, attack, end] of evilPatterns) {
      const result = ask(rules, attackOf(attack, end, 10_000), { budgetSteps: ruleBudget.steps });
      expect(result.exhausted).toBeUndefined();
    }
  });
});

describe("whatever a user writes", () => {
  const bits = [
    "(",
    ")",
    "[",
    "]",
    "{2,9}",
    "{999}",
    "*",
    "+",
    "?",
    "|",
    "\\",
    "\\p{L}",
    "\\b",
    "^",
    "$",
    ".",
    "a",
    "é",
  ];
  const pattern = fc.oneof(
    fc.array(fc.constantFrom(...bits, "(?i)", "(?:", "\\Q", "\\x{", "[:alpha:]", "\ud800"), {
      maxLength: 20,
    }),
    fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
  );
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 600 }), fc.string({ unit: "grapheme" }));
  const matchType = fc.constantFrom("exact", "contains", "word", "regex", "wildcard");

  test("STR-4 no pattern and no text makes the rules throw", async () => {
    const neverThrows = fc.property(
      pattern,
      text,
      matchType,
      fc.boolean(),
      fc.boolean(),
      (parts, message, kind, caseSensitive, foldLookAlikes) => {
        const rule = aStringRule({ pattern: parts.join(""), matchType: kind, caseSensitive, foldLookAlikes });
        const result = ask([rule, aStringRule({ id: 2, pattern: "*", priority: 200 })], message);
        expect(result.hit ?? result.exhausted).toBeDefined();
      },
    );
    await fc.assert(neverThrows, { numRuns: 2_000 });
  });

  test("a text without meaning to any kind is found in itself, in any case and any disguise of width", async () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abcxyzäßяλ5"), minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.property(
        letters,
        fc.boolean(),
        fc.constantFrom("contains", "word", "exact", "wildcard"),
        (word, fold, kind) => {
          const rule = aStringRule({ pattern: word, matchType: kind, foldLookAlikes: fold });
          expect(ask([rule], word.toUpperCase()).hit).toBeDefined();
        },
      ),
    );
  });

  test("what a rule finds without folding it finds with folding", async () => {
    const part = fc.string({ unit: fc.constantFrom(..."abcÄßЯλς 5!*"), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.property(part, part, part, fc.constantFrom("contains", "exact"), (before, word, after, kind) => {
        const facts = { pattern: `x${word}`, matchType: kind };
        const message = kind === "exact" ? `X${word}` : `${before}X${word}${after}`;
        expect(ask([aStringRule(facts)], message).hit).toBeDefined();
        expect(ask([aStringRule({ ...facts, foldLookAlikes: true })], message).hit).toBeDefined();
      }),
    );
  });
});
