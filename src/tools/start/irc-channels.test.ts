import { expect, test } from "vitest";
import { readIrcChannels } from "#tools/start/irc-channels";

test("channels are read as host and name, in the spelling a channel is known by", () => {
  expect(
    readIrcChannels(" IRC.Example.net/#Ducks ,127.0.0.1/#geese").map(({ entityId }) => entityId),
  ).toEqual(["irc:irc.example.net:#ducks", "irc:127.0.0.1:#geese"]);
  expect(readIrcChannels(undefined)).toEqual([]);
});

test.each(["ducks", "irc.example.net/ducks", "/#ducks", "irc.example.net/#a b"])(
  "%j is refused with how to write it",
  (text) => {
    expect(() => readIrcChannels(text)).toThrow("write host/#channel");
  },
);
