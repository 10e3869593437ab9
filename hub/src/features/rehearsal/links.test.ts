import { expect, test } from "vitest";
import { anExecution, aReply } from "./execution-builder.ts";
import { linkCandidates, linkReplies } from "./links.ts";
import type { RehearsalMessage } from "./wire.ts";

function aLine(facts: Partial<RehearsalMessage>): RehearsalMessage {
  const author = { kind: "viewer" as const, name: "Pingu" };
  return { id: "m", platform: "slack", author, text: "!quote", at: 1000, entityId: "slack:1", ...facts };
}
const bot = { kind: "bot" as const, name: "WaddleBot" };
const links = (messages: readonly RehearsalMessage[]) =>
  messages.flatMap(({ id, inReplyTo }) => (inReplyTo === undefined ? [] : [[id, inReplyTo]]));

test("only lines shortly before a reply of unknown cause are looked into", () => {
  const messages = [
    aLine({ id: "old", eventId: "e0", at: 0 }),
    aLine({ id: "elsewhere", eventId: "e1", at: 40_000, entityId: "slack:2" }),
    aLine({ id: "asked", eventId: "e2", at: 40_000 }),
    aLine({ id: "reply", author: bot, at: 40_100 }),
    aLine({ id: "later", eventId: "e3", at: 40_200 }),
    aLine({ id: "told", author: bot, at: 40_300, inReplyTo: "e3" }),
  ];
  expect(linkCandidates(messages)).toEqual([{ eventId: "e2", entityId: "slack:1" }]);
  expect(linkCandidates(messages.filter(({ id }) => id !== "reply"))).toEqual([]);
});

test("the platform's message id in the record ties a reply to its line", () => {
  const messages = [
    aLine({ id: "a", eventId: "e1" }),
    aLine({ id: "b", eventId: "e2", at: 1001 }),
    aLine({ id: "r1", author: bot, text: "same", at: 1002, platformMessageId: "ts1" }),
    aLine({ id: "r2", author: bot, text: "same", at: 1003, platformMessageId: "ts2" }),
  ];
  const records = [
    anExecution({ eventId: "e1", responses: [aReply({ text: "same", platformMessageIds: ["ts1"] })] }),
    anExecution({ eventId: "e2", responses: [aReply({ text: "same", platformMessageIds: ["ts2"] })] }),
  ];
  expect(links(linkReplies(messages, records))).toEqual([
    ["r1", "e1"],
    ["r2", "e2"],
  ]);
});

test("before the id is known the words tie them; other words and overlay texts do not", () => {
  const messages = [
    aLine({ id: "a", eventId: "e1" }),
    aLine({ id: "r", author: bot, text: "Waddle on!", at: 1002, platformMessageId: "ts1" }),
  ];
  const saying = (facts: Parameters<typeof aReply>[0]) => [
    anExecution({ eventId: "e1", responses: [aReply(facts)] }),
  ];
  expect(links(linkReplies(messages, saying({ text: "Waddle on!" })))).toEqual([["r", "e1"]]);
  expect(links(linkReplies(messages, saying({ text: "Else" })))).toEqual([]);
  expect(links(linkReplies(messages, saying({ text: "Waddle on!", type: "ticker" })))).toEqual([]);
  expect(linkReplies(messages, [])).toBe(messages);
});
