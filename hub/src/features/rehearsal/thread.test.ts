import { describe, expect, test } from "vitest";
import { answeredEvents, emptyThread, type LocalLine, reduceThread, type Thread } from "./thread.ts";
import type { RehearsalMessage } from "./wire.ts";

function aMessage(facts: Partial<RehearsalMessage> = {}): RehearsalMessage {
  return {
    id: "m1",
    platform: "twitch",
    author: { kind: "viewer", name: "Pingu" },
    text: "!quote",
    at: 1000,
    entityId: "twitch:1",
    ...facts,
  };
}

function aLine(facts: Partial<LocalLine> = {}): LocalLine {
  return {
    localId: "l1",
    platform: "twitch",
    viewer: { id: "v1", name: "Pingu", role: "member" },
    text: "!quote",
    at: 999,
    state: "sending",
    ...facts,
  };
}

const ids = (thread: Thread) => thread.messages.map((message) => message.id);
const said = (line = aLine()) => reduceThread(emptyThread, { type: "said", line });

describe("messages", () => {
  test("stand in the order they happened, however late they arrive", () => {
    const late = [aMessage({ id: "b", at: 2 }), aMessage({ id: "c", at: 3 }), aMessage({ id: "a", at: 1 })];
    expect(ids(reduceThread(emptyThread, { type: "loaded", messages: late }))).toEqual(["a", "b", "c"]);
  });

  test("of the same instant keep their order of arrival", () => {
    const twins = [aMessage({ id: "x" }), aMessage({ id: "y" })];
    expect(ids(reduceThread(emptyThread, { type: "loaded", messages: twins }))).toEqual(["x", "y"]);
  });

  test("with a known id replace the earlier text in its place", () => {
    const before = reduceThread(emptyThread, {
      type: "loaded",
      messages: [aMessage({ id: "a", isPending: true, text: "" }), aMessage({ id: "b", at: 1001 })],
    });
    const after = reduceThread(before, {
      type: "arrived",
      message: aMessage({ id: "a", text: "done", at: 5000 }),
    });
    expect(after.messages.map(({ id, text }) => [id, text])).toEqual([
      ["a", "done"],
      ["b", "!quote"],
    ]);
  });

  test("loaded again after a reconnect are not doubled", () => {
    const messages = [aMessage(), aMessage({ id: "m2", at: 2000 })];
    const once = reduceThread(emptyThread, { type: "loaded", messages });
    expect(reduceThread(once, { type: "loaded", messages })).toEqual(once);
  });

  test("beyond 600 drop the oldest", () => {
    const messages = Array.from({ length: 605 }, (_, index) => aMessage({ id: `m${index}`, at: index }));
    const thread = reduceThread(emptyThread, { type: "loaded", messages });
    expect([thread.messages.length, ids(thread)[0]]).toEqual([600, "m5"]);
  });
});

describe("a line of mine", () => {
  test("is replaced by the stage's own message when the answer comes first", () => {
    const accepted = reduceThread(said(), { type: "accepted", localId: "l1", messageId: "m1" });
    expect(accepted.locals).toEqual([aLine({ state: "sent", messageId: "m1" })]);
    const shown = reduceThread(accepted, { type: "arrived", message: aMessage() });
    expect([ids(shown), shown.locals]).toEqual([["m1"], []]);
  });

  test("is replaced by the stage's own message when the stream comes first", () => {
    const shown = reduceThread(said(), { type: "arrived", message: aMessage() });
    expect([ids(shown), shown.locals]).toEqual([["m1"], []]);
    expect(reduceThread(shown, { type: "accepted", localId: "l1", messageId: "m1" })).toEqual(shown);
  });

  test("said twice in the same words settles once for each message", () => {
    const twice = reduceThread(said(), { type: "said", line: aLine({ localId: "l2" }) });
    const first = reduceThread(twice, { type: "arrived", message: aMessage() });
    expect(first.locals.map((line) => line.localId)).toEqual(["l2"]);
    const update = reduceThread(first, { type: "arrived", message: aMessage({ attempts: 2 }) });
    expect(update.locals).toHaveLength(1);
    expect(reduceThread(update, { type: "arrived", message: aMessage({ id: "m2" }) }).locals).toEqual([]);
  });

  test("is not taken for someone else's words, another chat's or the bot's", () => {
    const others = [
      aMessage({ id: "a", author: { kind: "viewer", name: "Pinga" } }),
      aMessage({ id: "b", platform: "slack" }),
      aMessage({ id: "c", author: { kind: "bot", name: "Pingu" } }),
    ];
    expect(reduceThread(said(), { type: "loaded", messages: others }).locals).toEqual([aLine()]);
  });

  test("that failed says why, can be sent again, and can be discarded", () => {
    const problem = { kind: "unreachable" } as const;
    const failed = reduceThread(said(), { type: "rejected", localId: "l1", problem });
    expect(failed.locals).toEqual([aLine({ state: "failed", problem })]);
    expect(reduceThread(failed, { type: "retried", localId: "l1" }).locals).toEqual([aLine()]);
    expect(reduceThread(failed, { type: "discarded", localId: "l1" }).locals).toEqual([]);
  });

  test("that failed is not settled by an older line with the same words", () => {
    const failed = reduceThread(said(), {
      type: "rejected",
      localId: "l1",
      problem: { kind: "unreachable" },
    });
    expect(reduceThread(failed, { type: "arrived", message: aMessage() }).locals).toHaveLength(1);
  });
});

test("an event counts as answered once a bot line points at it", () => {
  const thread = reduceThread(emptyThread, {
    type: "loaded",
    messages: [
      aMessage({ eventId: "e1" }),
      aMessage({ id: "m2", eventId: "e2" }),
      aMessage({ id: "r1", author: { kind: "bot", name: "WaddleBot" }, inReplyTo: "e1" }),
    ],
  });
  expect(answeredEvents(thread.messages)).toEqual(new Set(["e1"]));
});
