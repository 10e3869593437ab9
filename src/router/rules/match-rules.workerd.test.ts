import { expect, test } from "vitest";
import { aStringRule, ask } from "#router/rules/fake";

test("STR-1 the rules run inside workerd: plain, regular expression and folding", () => {
  expect(ask([aStringRule()], "BADWORD!").hit?.rule.id).toBe(1);
  expect(ask([aStringRule({ matchType: "regex", pattern: "b[a4]d+\\p{L}" })], "so B4DDé").hit?.rule.id).toBe(
    1,
  );
  expect(ask([aStringRule({ foldLookAlikes: true })], "𝖇𝖆\u200b𝖉wоrd").hit?.rule.id).toBe(1);
});

test("B2 the step limit stops an expensive pattern inside workerd", () => {
  const evil = aStringRule({ matchType: "regex", pattern: "(a|b)*a(a|b){100}$" });
  const text = Array.from({ length: 500 }, (_, index) => ((index * index) % 7 < 3 ? "a" : "b")).join("");
  expect(ask([evil], text, { budgetSteps: 500 })).toEqual({ shadowHits: [], exhausted: 1 });
});
