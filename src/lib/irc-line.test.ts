import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteLength, foldCase, isIrcChannel, isIrcTarget, privmsg } from "#lib/irc-line";
import { parseIrcLine } from "#lib/irc-message";

const nasty = fc.constantFrom(
  "\r\nJOIN #x",
  "\nQUIT",
  "\r",
  "\0",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u0001",
  ";",
  " ",
  ":",
  "/",
  "#a,#b",
  "@tag=x ",
  "🦆",
  "\ud800",
  "ü",
);
const hostileText = fc
  .array(fc.oneof(nasty, fc.string({ unit: "binary" }), fc.string()), { maxLength: 60 })
  .map((parts) => parts.join(""));

describe("privmsg", () => {
  test("threat 12: 5,000 hostile texts, every element is exactly one line to the one target", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 200 }), (text, sourceBytes) => {
        for (const line of privmsg("#duck", text, { sourceBytes })) {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
          expect(line).not.toMatch(/[\r\n\0\u0001\u0085\u2028\u2029]/);
          expect(line.isWellFormed()).toBe(true);
          expect(sourceBytes + byteLength(line) + 2).toBeLessThanOrEqual(512);
          const message = parseIrcLine(line);
          expect([message?.command, message?.params[0]]).toEqual(["PRIVMSG", "#duck"]);
          expect(message?.params).toHaveLength(2);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test("words survive the cut whole and in order", () => {
    const words = Array.from({ length: 200 }, (_, index) => `wörd${index}`);
    const lines = privmsg("#duck", words.join(" "));
    expect(lines.length).toBeGreaterThan(3);
    const texts = lines.map((line) => line.slice("PRIVMSG #duck :".length));
    expect(texts.join(" ").split(" ")).toEqual(words);
  });

  test("one long word is cut between characters", () => {
    const text = "🦆".repeat(300);
    const lines = privmsg("#duck", text);
    expect(lines.map((line) => line.slice("PRIVMSG #duck :".length)).join("")).toBe(text);
  });

  test("what is too much is cut and shows it", () => {
    const lines = privmsg("#duck", "quack ".repeat(500), { maxLines: 2 });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    expect(byteLength(lines[1] ?? "")).toBeLessThanOrEqual(410);
  });

  test("line breaks become spaces, nothing sayable becomes no line", () => {
    expect(privmsg("#duck", "one\r\ntwo\u2028three")).toEqual(["PRIVMSG #duck :one two three"]);
    expect(privmsg("#duck", "\u0001\r\n \0")).toEqual([]);
  });

  test.each(["", "#a,#b", "#a b", ":#a", "/join", "#a\r\nQUIT", "#a\0", "#a\u2028", `#${"a".repeat(200)}`])(
    "threat 12: target %j is refused",
    (target) => {
      expect(isIrcTarget(target)).toBe(false);
      expect(() => privmsg(target, "hello")).toThrow(RangeError);
    },
  );
});

test("a channel has a channel's sign in front", () => {
  expect(["#duck", "&local", "0", "#", "duck", "@#duck"].map(isIrcChannel)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("RFC 1459 §2.2: {}|~ are the small []\\^", () => {
  expect(foldCase("#Duck[]\\^-_`Ä")).toBe("#duck{}|~-_`Ä");
});
