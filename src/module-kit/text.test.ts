import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanText } from "#module-kit/clean-text";
import { cutText, joinWithin } from "#module-kit/cut-text";

test.each([
  ["a\r\nb\u2028c\td", "a b c d"],
  ["\0a\u001b[31m", "a [31m"],
  ["\u202Egnp.exe\u2069", "gnp.exe"],
  ["\uD800x", "\uFFFDx"],
  ["שלום\u200F!", "שלום\u200F!"],
])("cleanText makes %j one safe line", (typed, clean) => {
  expect(cleanText(typed)).toBe(clean);
});

test("cutText keeps to its length, never splits a character and says that it cut", () => {
  expect(cutText("short", 5)).toBe("short");
  expect(cutText("longer", 5)).toBe("long…");
  expect(cutText("ab👍cd", 4)).toBe("ab…");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 40 }), (text, length) => {
      const cut = cutText(text, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut.isWellFormed()).toBe(text.isWellFormed());
    }),
  );
});

test("joinWithin keeps whole items and counts what it left out", () => {
  expect(joinWithin(["one", "two"], 20)).toBe("one · two");
  expect(joinWithin(["one", "two", "three", "four"], 20)).toBe("one · and 3 more");
  expect(joinWithin(["x".repeat(30)], 10)).toBe(`${"x".repeat(9)}…`);
});
