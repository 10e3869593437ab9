import { describe, expect, test } from "vitest";
import { messageTypes } from "#contracts/event";
import { type EventRequest, eventRequest } from "#workers/api/router/event-request";
import { toPlatformEvent } from "#workers/api/router/to-platform-event";

const arrival = { now: 1_800_000_000_000, correlationId: "c", newId: () => "new" };
const base = { platform: "twitch", server_id: "1000", user_id: "7", user_name: "Pingu" };

function read(facts: Record<string, unknown>) {
  const request: EventRequest = eventRequest.parse({ ...base, ...facts });
  return toPlatformEvent(request, arrival);
}
const eventOf = (facts: Record<string, unknown>) => {
  const answer = read(facts);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.event;
};
const missingIn = (facts: Record<string, unknown>) => {
  const answer = read(facts);
  return answer.ok ? [] : answer.problems.map(({ field }) => field);
};

describe("who, where, what", () => {
  test("RTR-1 a chat line in the words of 004", () => {
    expect(eventOf({ message_type: "chatMessage", message_content: "hello" })).toEqual({
      type: "chatMessage",
      text: "hello",
      id: "api:new",
      platform: "twitch",
      entityId: "twitch:1000",
      user: { id: "7", login: "Pingu", name: "Pingu", badges: [] },
      receivedAt: arrival.now,
      occurredAt: arrival.now,
      correlationId: "c",
      origin: "api",
      hops: 0,
      replyTo: { kind: "chat", platform: "twitch", channel: "1000" },
    });
  });

  test("C-01 the later spelling is chat when there is only `message`; a type must be said otherwise", () => {
    const later = { user_name: undefined, username: "ada", message: "hi" };
    expect(eventOf(later)).toMatchObject({ type: "chatMessage", text: "hi", user: { name: "ada" } });
    expect(missingIn({ message_content: "hi" })).toEqual(["message_type"]);
    expect(eventOf({ command: "!ping" })).toMatchObject({ type: "chatMessage", text: "!ping" });
  });

  test("an entity id stands for server and channel, must be one, and may not contradict them", () => {
    const place = { server_id: undefined, message_type: "follow", platform: undefined };
    expect(eventOf({ ...place, entity_id: "slack:T1:C%3A1" })).toMatchObject({
      platform: "slack",
      entityId: "slack:T1:C%3A1",
      replyTo: { channel: "C:1", server: "T1" },
    });
    for (const entity_id of [
      "nonsense",
      "a:b:c:d",
      "nowhere:1",
      "twitch:%",
      "twitch:",
      `twitch:${"x".repeat(300)}`,
    ])
      expect(missingIn({ ...place, entity_id })).toEqual(["entity_id"]);
    expect(missingIn({ message_type: "follow", entity_id: "slack:T1" })).toEqual(["platform", "server_id"]);
  });

  test("RTR-5 everything that is missing is named at once", () => {
    const nobody = { platform: undefined, server_id: undefined, user_name: undefined };
    expect(missingIn(nobody)).toEqual(["platform", "server_id", "user_name", "message_type"]);
    expect(missingIn({ user_name: "   ", message_type: "cheer" })).toEqual(["user_name", "bits"]);
  });

  test("a platform's own id makes the event's; the same id in another channel is another event", () => {
    const line = { message_type: "chatMessage", message_content: "x", message_id: "m1" };
    expect(eventOf(line).id).toBe("api:twitch:1000:m1");
    expect(eventOf({ ...line, server_id: "2" }).id).toBe("api:twitch:2:m1");
    const long = eventOf({ ...line, server_id: ":".repeat(255), message_id: "m".repeat(255) }).id;
    expect(long).toMatch(/^api:[0-9a-f]{64}$/);
    expect(eventOf({ ...line, timestamp: "2026-01-01T00:00:00Z" }).occurredAt).toBe(Date.UTC(2026, 0));
  });
});

describe("the facts of each type", () => {
  test("C-21 every message type can be said, and gift_subscription is a subgift", () => {
    const everything = {
      message_content: "x",
      bits: 100,
      minutes: 5,
      amount: 4.99,
      custom_id: "m:a:c",
      command_name: "so",
    };
    for (const message_type of messageTypes)
      expect(eventOf({ ...everything, message_type }).type).toBe(message_type);
    expect(eventOf({ message_type: "gift_subscription" })).toMatchObject({ type: "subgift", count: 1 });
  });

  test.each([
    [{ message_type: "cheer", bits: 150 }, { bits: 150 }],
    [{ message_type: "raid", viewers: 12 }, { viewers: 12 }],
    [
      { message_type: "resub", months: 7, tier: "2000" },
      { months: 7, tier: "2" },
    ],
    [
      { message_type: "subgift", count: 5, tier: "1", is_anonymous: true },
      { count: 5, isAnonymous: true },
    ],
    [
      { message_type: "donation", amount: 4.99, currency: "EUR" },
      { amountMinor: 499, currency: "EUR" },
    ],
    [{ message_type: "voice_time", minutes: 30 }, { minutes: 30 }],
    [{ message_type: "reaction", emoji: "🐧" }, { emoji: "🐧" }],
    [
      { message_type: "button_click", custom_id: "poll:vote:1:2" },
      { customId: "poll:vote:1:2", values: {} },
    ],
    [{ message_type: "select_menu", custom_id: "a:b", values: ["x", "y"] }, { values: { 0: "x", 1: "y" } }],
    [{ message_type: "modal_submit", custom_id: "a:b", values: { name: "z" } }, { values: { name: "z" } }],
  ])("%j", (facts, expected) => {
    expect(eventOf(facts)).toMatchObject(expected);
  });

  test("RTR-10 a slash command's options become its words, in their order", () => {
    const so = { message_type: "slashCommand", command_name: "so", interaction_id: "i1" };
    expect(eventOf({ ...so, options: { user: "bob" } })).toMatchObject({
      text: "!so bob",
      interactionId: "i1",
    });
    const list = [
      { name: "n", value: 3 },
      { name: "loud", value: true },
    ];
    expect(eventOf({ ...so, options: list })).toMatchObject({ text: "!so 3 true" });
    expect(eventOf({ ...so, command_name: "/ping" })).toMatchObject({ text: "!ping" });
    expect(missingIn({ message_type: "slashCommand" })).toEqual(["command_name"]);
  });
});
