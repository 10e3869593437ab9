import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldCase } from "#lib/fold-case";
import { foldLookAlikes } from "#lib/fold-look-alikes";
import { skeleton } from "#lib/skeleton";

const anyText = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem());

describe("foldCase", () => {
  test("removes case in every script", () => {
    expect(foldCase("STRASSE")).toBe(foldCase("straße"));
    expect(foldCase("ΟΔΟΣ")).toBe(foldCase("οδος"));
    expect(foldCase("КОТ")).toBe("кот");
    expect(foldCase("e\u0301")).toBe(foldCase("É"));
  });

  test("changes nothing the second time, whatever the text", async () => {
    await fc.assert(
      fc.property(anyText, (text) => {
        expect(foldCase(foldCase(text))).toBe(foldCase(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("foldLookAlikes", () => {
  test.each([
    ["Cyrillic", "bаdwоrd"],
    ["Greek capitals", "ΒΑDWΟRD"],
    ["full width", "ｂａｄｗｏｒｄ"],
    ["mathematical", "𝖇𝖆𝖉𝖜𝖔𝖗𝖉"],
    ["circled", "ⓑⓐⓓⓦⓞⓡⓓ"],
    ["regional indicators", "🇧🇦🇩🇼🇴🇷🇩"],
    ["black squares", "🅱🅰🅳🆆🅾🆁🅳"],
    ["small capitals", "ʙᴀᴅᴡᴏʀᴅ"],
    ["accents and strokes", "bàđwörd"],
    ["piled-up marks", "b\u0334\u0316a\u0335\u0301d\u0336w\u20e3ord"],
    ["zero-width characters", "b\u200ba\u200dd\u2060w\ufefford"],
    ["direction characters", "\u202ebad\u2066word\u2069\u200f"],
    ["soft hyphen, filler, tag", "bad\u00adw\u3164or\u{e0064}d"],
    ["IRC bold", "b\u0002ad\u000fword"],
    ["capitals", "BADWORD"],
  ])("sees through %s", (_name, disguise) => {
    expect(foldLookAlikes(disguise)).toBe("badword");
  });

  test("keeps digits and signs: each stands for several letters and mostly for itself", () => {
    expect(foldLookAlikes("b4d w0rd @ 10$")).toBe("b4d w0rd @ 10$");
  });

  test("keeps vowel signs of scripts where they are letters, and white space", () => {
    expect(foldLookAlikes("की")).toBe("की");
    expect(foldLookAlikes("が")).toBe("が");
    expect(foldLookAlikes("한글")).toBe("한글");
    expect(foldLookAlikes("a\tb\nc")).toBe("a\tb\nc");
  });

  test("changes nothing the second time, whatever the text", async () => {
    await fc.assert(
      fc.property(anyText, (text) => {
        expect(foldLookAlikes(foldLookAlikes(text))).toBe(foldLookAlikes(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("takes together what differs in case only", async () => {
    await fc.assert(
      fc.property(anyText, (text) => {
        expect(foldLookAlikes(foldCase(text))).toBe(foldLookAlikes(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("is blind to unseen characters anywhere", async () => {
    const unseen = fc.constantFrom(
      "\u200b",
      "\u200d",
      "\u202e",
      "\u2067",
      "\ufeff",
      "\u00ad",
      "\u{e0000}",
      "\0",
    );
    await fc.assert(
      fc.property(fc.array(fc.constantFrom(..."badword ßяλ5!")), unseen, (letters, char) => {
        expect(foldLookAlikes(letters.join(char))).toBe(foldLookAlikes(letters.join("")));
      }),
    );
  });
});

test("a skeleton tells no case and no script apart, but keeps accents: über is not uber", () => {
  expect(skeleton("рІng")).toBe("ping");
  expect(skeleton("über")).not.toBe(skeleton("uber"));
});
