import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GatewayFrame } from "#contracts/gateway";
import { gatewayFrame } from "#contracts/gateway";
import { platform } from "#platforms/irc/index";
import { parseFrame as parseFrames } from "#platforms/irc/parse";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));

function aFrame(raw: string): GatewayFrame {
  return {
    platform: "irc",
    connection: "irc.example.net",
    id: "frame-1",
    receivedAt: 1_800_000_000_000,
    raw,
  };
}

/** A line is one event at most. */
function parseFrame(frame: GatewayFrame) {
  const events = parseFrames(frame);
  expect(events.length).toBeLessThanOrEqual(1);
  return events[0];
}

describe("parseFrame", () => {
  test("IRC-1 a line in a channel is a chat message", () => {
    expect(parseFrame(gatewayFrame.parse(read("privmsg")))).toEqual(read("privmsg.expected"));
  });

  test("without tags the nick stands in for the account and the frame's id for the message's", () => {
    const event = parseFrame(aFrame(":Bob^!~b@host PRIVMSG #duck :!ping"));
    expect(event).toMatchObject({
      id: "irc:irc.example.net:frame-1",
      user: { id: "~bob~", login: "Bob^" },
      occurredAt: 1_800_000_000_000,
      text: "!ping",
    });
    expect(event).not.toHaveProperty("user.platformRole");
  });

  test("threat 30: a stranger under the nick of an account is not that account", () => {
    const owner = parseFrame(aFrame("@account=bob :bob!b@h PRIVMSG #duck :hi"));
    const strangers = [":bob!x@y", "@account= :bob!x@y", "@account=* :bob!x@y", "@account=~bob :eve!x@y"].map(
      (head) => parseFrame(aFrame(`${head} PRIVMSG #duck :hi`)),
    );
    expect(owner?.user.id).toBe("bob");
    expect(strangers.map((event) => event?.user.id)).toEqual(["~bob", "~bob", "~bob", "~eve"]);
  });

  test("IRC-3 the same msgid is the same event, whatever frame it came in", () => {
    const frames = ["a", "b"].map((id) => ({ ...aFrame("@msgid=m1 :bob!b@h PRIVMSG #duck :hi"), id }));
    expect(new Set(frames.map((frame) => parseFrame(frame)?.id)).size).toBe(1);
  });

  test("colour and bold are not words", () => {
    const event = parseFrame(aFrame(":bob!b@h PRIVMSG #duck :\u0002\u000304,12!he\u000flp\u0004ff0000 me"));
    expect(event).toMatchObject({ text: "!help me" });
  });

  test.each([
    ["a private line", ":bob!b@h PRIVMSG waddle :!help"],
    ["a notice", ":bob!b@h NOTICE #duck :!help"],
    ["CTCP", ":bob!b@h PRIVMSG #duck :\u0001VERSION\u0001"],
    ["an action", ":bob!b@h PRIVMSG #duck :\u0001ACTION !help\u0001"],
    ["history played back", "@batch=7 :bob!b@h PRIVMSG #duck :!help"],
    ["a target list", ":bob!b@h PRIVMSG #duck,#goose :!help"],
    ["nothing said", ":bob!b@h PRIVMSG #duck :"],
    ["no source", "PRIVMSG #duck :!help"],
    ["another command", ":bob!b@h JOIN #duck"],
    ["two lines", ":bob!b@h PRIVMSG #duck :a\r\n:eve PRIVMSG #duck :b"],
    ["more than a line can hold", `:bob!b@h PRIVMSG #duck :${"x".repeat(6000)}`],
  ])("ignored: %s", (_, raw) => {
    expect(parseFrame(aFrame(raw))).toBeUndefined();
  });

  test("total over anything", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string().map((text) => `:${text}!u@h PRIVMSG #${text} :${text}`),
    );
    fc.assert(fc.property(line, (raw) => void parseFrame(aFrame(raw))));
  });
});

describe("Twitch's chat over IRC", () => {
  const tags =
    "badges=moderator/1,subscriber/12,vip/1;display-name=Bob;id=7d41f0aa-23b5-4c68-9e0f-1b2c3d4e5f60;mod=1;room-id=100;tmi-sent-ts=1779278400000;user-id=200";
  const line = `@${tags} :bob!bob@bob.tmi.twitch.tv PRIVMSG #duck :!help 🐧`;
  const onTwitch = { ...aFrame(line), connection: "irc.chat.twitch.tv" };

  test("TWI-7 !help is a chatMessage of the Twitch channel, with the mod, sub and VIP badges", () => {
    expect(parseFrame(onTwitch)).toMatchObject({
      type: "chatMessage",
      id: "twitch:irc:7d41f0aa-23b5-4c68-9e0f-1b2c3d4e5f60",
      // The very key that EventSub's own delivery of the line has.
      semanticKey: "twitch:chat:7d41f0aa-23b5-4c68-9e0f-1b2c3d4e5f60",
      platform: "twitch",
      entityId: "twitch:100",
      user: {
        id: "200",
        login: "bob",
        name: "Bob",
        platformRole: "moderator",
        badges: ["moderator", "subscriber", "vip"],
      },
      occurredAt: 1_779_278_400_000,
      replyTo: { kind: "chat", platform: "twitch", channel: "100" },
      text: "!help 🐧",
    });
  });

  test("the broadcaster is the owner; a line of a shared chat's other room is that room's own", () => {
    const owner = parseFrame({ ...onTwitch, raw: line.replace("moderator/1", "broadcaster/1") });
    expect(owner).toMatchObject({ user: { platformRole: "owner" } });
    const shared = { ...onTwitch, raw: line.replace("user-id=200", "user-id=200;source-room-id=101") };
    expect(parseFrame(shared)).toBeUndefined();
    const own = { ...onTwitch, raw: line.replace("user-id=200", "user-id=200;source-room-id=100") };
    expect(parseFrame(own)).toMatchObject({ entityId: "twitch:100" });
  });

  test("threat 30: another network's server cannot speak for Twitch by writing its tags", () => {
    expect(parseFrame({ ...onTwitch, connection: "irc.evil.example" })).toMatchObject({
      platform: "irc",
      entityId: "irc:irc.evil.example:#duck",
      user: { id: "~bob" },
    });
  });
});

test("the platform has only sockets", () => {
  expect(platform).toMatchObject({
    name: "irc",
    secrets: [],
    limits: { messageLength: 400, messageUnit: "bytes" },
  });
  expect(platform.verify ?? platform.parse ?? platform.send).toBeUndefined();
});
