import { expect, test } from "vitest";
import { joinColour, splitColour } from "./overlay.ts";

test.each([
  ["#0a1630eb", { rgb: "#0a1630", percent: 92 }],
  ["#ffffff", { rgb: "#ffffff", percent: 100 }],
  ["#12345600", { rgb: "#123456", percent: 0 }],
])("%s is taken apart", (colour, expected) => {
  expect(splitColour(colour)).toEqual(expected);
});

test("and put together again, whatever was typed as its cover", () => {
  expect(joinColour("#0a1630", 92)).toBe("#0a1630eb");
  expect(joinColour("#0a1630", 400)).toBe("#0a1630ff");
  expect(joinColour("#0a1630", -3)).toBe("#0a163000");
});
