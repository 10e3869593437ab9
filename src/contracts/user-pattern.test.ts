import { expect, test } from "vitest";
import { compileUserPattern, userPatternLength, userPatternProgramSize } from "#contracts/user-pattern";

const because = (pattern: string) => {
  const compiled = compileUserPattern(pattern, false);
  return compiled.ok ? "" : compiled.because;
};

test.each(["a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b"])(
  "look-around is refused with a clear text: %s",
  (pattern) => {
    expect(because(pattern)).toContain("Look-ahead and look-behind");
  },
);

test.each(["(a)\\1", "(?<n>a)\\k<n>"])("back-references are refused with a clear text: %s", (pattern) => {
  expect(because(pattern)).toContain("Back-references");
});

test.each(["(", "[a", "a**", "a{2,1}", "\\", "(?>a)", "a++", "\\u0041"])(
  "STR-4 what cannot be read is refused, not thrown: %s",
  (pattern) => {
    expect(because(pattern)).toContain("cannot be read");
  },
);

test.each([
  ["an address", "\\d{1,3}(\\.\\d{1,3}){3}"],
  ["words", "(?i)\\b(free|cheap)\\s+viewers\\b"],
  ["Unicode classes", "[\\p{L}\\p{N}]{3,40}"],
  ["a repeated group", "(\\w+\\s?){1,20}!{2,}"],
  ["255 alternatives", `${"a|".repeat(255)}b`],
  ["170 groups", "(a)".repeat(170)],
])("ordinary patterns pass: %s", (_name, pattern) => {
  expect(because(pattern)).toBe("");
});

test("no pattern of full length is too large by its letters alone", () => {
  expect(because("é".repeat(userPatternLength))).toBe("");
  expect(because("a?".repeat(userPatternLength / 2))).toBe("");
  expect(because("a".repeat(userPatternLength + 1))).toContain("512");
});

test.each([
  ["500 letters a thousand times", `(${"a".repeat(500)}){1000}`],
  ["nested repeats", "((a{10}){10}){10}"],
  ["one repeat just above", ".{601}"],
  ["many repeated groups", "(a?){1000}".repeat(50)],
  ["Unicode classes a thousand times", `(${"\\pL".repeat(160)}){1000}`],
  ["many repeats", "a{1000}".repeat(70)],
])("what unrolls to more than the cap is refused: %s", (_name, pattern) => {
  expect(because(pattern)).toContain("too large");
});

test("the cap is on the compiled program", () => {
  const compiled = compileUserPattern(".{500}", false);
  expect(compiled.ok && compiled.set.prog.numInst()).toBeLessThanOrEqual(userPatternProgramSize);
});
