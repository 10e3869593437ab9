import fc from "fast-check";
import { expect, test } from "vitest";
import { parseIrcLine } from "#lib/irc-message";

test("tags, source, command and parameters of a line", () => {
  const line =
    "@msgid=a\\:b\\sc\\\\;+x=1;empty;empty2=;x=1;x=2\\ :bob!b@host  privmsg #duck  :hello  : world \r\n";
  expect(parseIrcLine(line)).toEqual({
    tags: new Map([
      ["msgid", "a;b c\\"],
      ["+x", "1"],
      ["empty", ""],
      ["empty2", ""],
      ["x", "2"],
    ]),
    source: { nick: "bob", full: "bob!b@host" },
    command: "PRIVMSG",
    params: ["#duck", "hello  : world "],
  });
});

test.each([
  ["PING x", { command: "PING", params: ["x"] }],
  [":irc.example 001 me :hi", { command: "001", params: ["me", "hi"] }],
  [":a PRIVMSG #duck :", { command: "PRIVMSG", params: ["#duck", ""] }],
])("%s", (line, expected) => {
  expect(parseIrcLine(line)).toMatchObject(expected);
});

test.each(["", ":only.source", "@only=tags", "12 x", "A\nQUIT", "\u0000"])("%j is no message", (line) => {
  expect(parseIrcLine(line)).toBeUndefined();
});

test("total over anything", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => void parseIrcLine(line)));
});
