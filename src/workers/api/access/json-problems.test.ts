import { expect, test } from "vitest";
import { findJsonProblem, findShapeProblem } from "#workers/api/access/json-problems";

const bytes = (text: string) => new TextEncoder().encode(text);
const find = (text: string) => findShapeProblem(bytes(text)) ?? findJsonProblem(bytes(text));

test.each([
  '{"a":[1,{"b":"ü 🐧 \\"{[,"}]}',
  "[]",
  '"x"',
  '{"constructor":1}',
  `${"[".repeat(64)}${"]".repeat(64)}`,
])("%s is fine", (text) => expect(find(text)).toBeUndefined());

test.each([
  ["{", "(body)"],
  ["", "(body)"],
  ["NaN", "(body)"],
  ['{"a":{"__proto__":{"isAdmin":true}}}', "a.__proto__"],
  ['{"a":[1,"\\ud800"]}', "a.1"],
  ['{"a":{"b":"\\u0000"}}', "a.b"],
  ['{"a":{"\\udc00":1}}', "a"],
  [`${"[".repeat(65)}${"]".repeat(65)}`, "(body)"],
])("%s is refused, naming %s", (text, field) => {
  expect(find(text)).toMatchObject({ isTooLarge: false, problem: { field } });
});

test("bytes that are no UTF-8 are refused", () => {
  expect(findJsonProblem(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toBeDefined();
});

test("HRD-7 ten megabytes of brackets are refused before they are built", () => {
  expect(find(`[${"[],".repeat(3_000_000)}[]]`)).toMatchObject({ isTooLarge: true });
  expect(find("[".repeat(10_000_000))).toMatchObject({ isTooLarge: false });
});
