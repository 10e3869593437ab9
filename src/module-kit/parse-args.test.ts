import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseArgs, stripQuotes, takeWord } from "#module-kit/parse-args";

const quoted = (arg: string) => `"${arg.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

describe("parseArgs", () => {
  test.each([
    ["", []],
    ["  a   b ", ["a", "b"]],
    ['add "It works" Ada', ["add", "It works", "Ada"]],
    ["add “It works” Ada", ["add", "It works", "Ada"]],
    ['"say \\"hi\\""', ['say "hi"']],
    ['"never closed', ["never closed"]],
    ['don"t split', ['don"t', "split"]],
    ['""', [""]],
    ['"a""b"', ["a", "b"]],
    ["__proto__ constructor", ["__proto__", "constructor"]],
  ])("reads %j as %j", (text, args) => {
    expect(parseArgs(text)).toEqual(args);
  });

  test("gives back any list of arguments that was quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (args) => {
        expect(parseArgs(args.map(quoted).join(" "))).toEqual(args);
      }),
    );
  });

  test("answers every text, and loses no character but quotes, backslashes and white space", () => {
    const bare = (text: string) => text.replace(/["“”\\\s]/gu, "");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(bare(parseArgs(text).join(""))).toBe(bare(text));
      }),
    );
  });

  test("is linear: 5,000 backslashes or quotes take no longer than words", () => {
    const before = process.threadCpuUsage();
    for (const unit of ['"', "\\", '"\\', "“ ”", '" ']) parseArgs(unit.repeat(5000 / unit.length));
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(500);
  });
});

test("takeWord leaves the rest as it was typed", () => {
  expect(takeWord('  add   "two  words"  x ')).toEqual({ word: "add", rest: '"two  words"  x' });
  expect(takeWord("")).toEqual({ word: "", rest: "" });
});

test.each([
  ['"!so user"', "!so user"],
  ["!so user", "!so user"],
  ['"a" and "b"', '"a" and "b"'],
  ['"forgotten', "forgotten"],
  ['"', '"'],
])("stripQuotes reads %j as %j", (text, bare) => {
  expect(stripQuotes(text)).toBe(bare);
});
