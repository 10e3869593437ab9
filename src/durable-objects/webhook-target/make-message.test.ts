import { expect, test } from "vitest";
import { platformEvent } from "#contracts/event";
import { webhookMessage } from "#contracts/outgoing-webhook";
import { eventMessage, ownMessage, toldFacts } from "#durable-objects/webhook-target/make-message";
import { aChatEvent } from "#test/fakes/events";

const community = { id: 2, slug: "demo", name: "Demo" };
/** Facts of an event that strangers never get, each for its reason. */
const withheld = {
  replyTo: "a capability",
  interactionId: "half of one",
  semanticKey: "ours",
  correlationId: "ours",
  origin: "ours",
  hops: "ours",
  receivedAt: "ours",
};
const placed = ["type", "id", "platform", "entityId", "user", "occurredAt"];

test("threat 7: every fact of every event is either told on purpose or withheld on purpose", () => {
  const decided = new Set([...placed, ...Object.keys(toldFacts), ...Object.keys(withheld)]);
  const open = platformEvent.options.flatMap(({ shape }) =>
    Object.keys(shape).filter((name) => !decided.has(name)),
  );
  expect([...new Set(open)]).toEqual([]);
});

test("PSH-2 no reply token and no response url leaves, whatever the event carries", () => {
  const interaction = {
    kind: "interaction" as const,
    platform: "discord",
    applicationId: "app",
    token: "canary-token",
  };
  const hook = { kind: "response-url" as const, platform: "slack", url: "https://hooks.slack.com/canary" };
  for (const replyTo of [interaction, hook]) {
    const { body } = eventMessage(aChatEvent({ replyTo, text: "hi" }), community);
    expect(body).not.toContain("canary");
  }
});

test("a body is versioned, says who, where and when, and keeps its id on every attempt", () => {
  const event = aChatEvent({ text: "hi", messageId: "m1" });
  const message = eventMessage(event, community);
  expect(webhookMessage.parse(message)).toEqual(message);
  expect(JSON.parse(message.body)).toEqual({
    type: "chatMessage",
    version: 1,
    timestamp: "2027-01-15T08:00:00.000Z",
    data: {
      event_id: event.id,
      platform: "twitch",
      entity_id: "twitch:1000",
      community,
      user: { id: "7", login: "pingu", name: "Pingu" },
      text: "hi",
      message_id: "m1",
    },
  });
  expect(eventMessage(event, community).id).toBe(message.id);
  expect(eventMessage({ ...event, entityId: "twitch:2" }, community).id).not.toBe(message.id);
  expect(message.id).toMatch(/^msg_[0-9a-f]{32}$/);
});

test("a form of any size fits: what is too long is left out and said to be", () => {
  const values = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`field${index}`, "x".repeat(5000)]),
  );
  const { text: _text, ...facts } = aChatEvent();
  const form = platformEvent.parse({ ...facts, type: "modal_submit", customId: "m:a:c", values });
  const message = eventMessage(form, community);
  expect(webhookMessage.safeParse(message).success).toBe(true);
  expect(JSON.parse(message.body)).toMatchObject({ data: { is_cut: true, user: { id: "7" } } });
});

test("our own messages are each another one", () => {
  const one = ownMessage("webhook.test", "a", 0, {});
  expect(one.id).not.toBe(ownMessage("webhook.test", "b", 0, {}).id);
  expect(one.id).not.toBe(ownMessage("webhook.verification", "a", 0, {}).id);
});
