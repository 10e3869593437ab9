import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutText, splitText } from "#lib/split-text";

const characters = (limit: number) => ({ limit, unit: "characters" }) as const;
const bytes = (limit: number) => ({ limit, unit: "bytes" }) as const;
const byteLength = (text: string) => new TextEncoder().encode(text).length;
const squeeze = (text: string) => text.replaceAll(/\s+/gu, "");

describe("splitText", () => {
  test("leaves what fits in one part", () => {
    expect(splitText("hello there", characters(500))).toEqual(["hello there"]);
  });

  test("breaks between words and drops the white space there", () => {
    expect(splitText("one two three four", characters(9))).toEqual(["one two", "three", "four"]);
  });

  test("breaks an overlong word between graphemes", () => {
    const family = "👨‍👩‍👧";
    expect(splitText(family.repeat(3), characters(family.length + 1))).toEqual([family, family, family]);
  });

  test("breaks an overlong grapheme between code points", () => {
    const parts = splitText(`e${"\u0301".repeat(30)}`, characters(8));
    expect(parts.join("")).toBe(`e${"\u0301".repeat(30)}`);
    expect(parts.every((part) => part.length <= 8)).toBe(true);
  });

  test("counts UTF-8 bytes where asked", () => {
    expect(splitText("ééé", bytes(4))).toEqual(["éé", "é"]);
    expect(splitText("ééé", characters(4))).toEqual(["ééé"]);
  });

  test("says nothing where there is nothing", () => {
    expect(splitText("", characters(10))).toEqual([]);
    expect(splitText(" \n ".repeat(20), characters(10))).toEqual([]);
  });

  test("replaces lone surrogates", () => {
    expect(splitText("a\ud800b", characters(10))).toEqual(["a\ufffdb"]);
  });

  test("refuses a limit no code point fits in", () => {
    expect(() => splitText("a", bytes(3))).toThrow("3");
  });

  test("holds the limit, stays well-formed and loses nothing but white space, for any text", async () => {
    const anyText = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem());
    const limit = fc.integer({ min: 4, max: 40 });
    const holds = fc.property(anyText, limit, fc.boolean(), (text, most, countsBytes) => {
      const parts = splitText(text, countsBytes ? bytes(most) : characters(most));
      for (const part of parts) {
        expect(countsBytes ? byteLength(part) : part.length).toBeLessThanOrEqual(most);
        expect(part.isWellFormed()).toBe(true);
        expect(part.trim()).not.toBe("");
      }
      expect(squeeze(parts.join(""))).toBe(squeeze(text.toWellFormed()));
    });
    await fc.assert(holds, { numRuns: 500 });
  });
});

describe("cutText", () => {
  test("leaves what fits and marks what does not", () => {
    expect(cutText("hello", characters(5))).toBe("hello");
    expect(cutText("hello there", characters(9))).toBe("hello…");
  });

  test("never exceeds the limit", async () => {
    await fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 8, max: 30 }), (text, limit) => {
        expect(byteLength(cutText(text, bytes(limit)))).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
