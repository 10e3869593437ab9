import { expect, test } from "vitest";
import { messageTypes, type PlatformEvent, platformEvent } from "#contracts/event";
import { toActivity, toRawEvent } from "#durable-objects/channel/event-records";
import { aChatEvent } from "#test/fakes/events";

const { type: _type, text: _text, ...base } = aChatEvent();
const facts = {
  text: "hi",
  customId: "a:b:c",
  bits: 150,
  count: 5,
  viewers: 42,
  amountMinor: 999,
  currency: "EUR",
  minutes: 3,
  emoji: "x",
};
const anEvent = (type: string, more: object = {}): PlatformEvent =>
  platformEvent.parse({ ...base, ...facts, type, ...more });

test("every type but chat and commands is logged raw; states of a channel are nobody's activity", () => {
  const chat = ["chatMessage", "slashCommand", "interaction", "button_click", "select_menu", "modal_submit"];
  const logged = messageTypes.filter((type) => toRawEvent(anEvent(type), true));
  expect(logged.toSorted()).toEqual(messageTypes.filter((type) => !chat.includes(type)).toSorted());
  const active = messageTypes.filter((type) => toActivity(anEvent(type)));
  expect(active.toSorted()).toEqual(
    logged.filter((type) => !["stream_online", "stream_offline"].includes(type)).toSorted(),
  );
});

test("TWI-3 a cheer of 150 bits is an activity of 150", () => {
  expect(toActivity(anEvent("cheer"))).toEqual({
    eventId: base.id,
    entityId: base.entityId,
    platform: "twitch",
    activityType: "cheer",
    userKey: "twitch:7",
    userName: "Pingu",
    amount: 150,
    occurredAt: base.occurredAt,
  });
});

test("what is counted is the event's own measure", () => {
  const amounts = ["subgift", "raid", "host", "donation", "voice_time", "follow", "reaction"].map(
    (type) => toActivity(anEvent(type))?.amount,
  );
  expect(amounts).toEqual([5, 42, 42, 999, 3, null, null]);
});

test("a raw event keeps what was said and not where the answer goes", () => {
  const raw = toRawEvent(
    anEvent("cheer", {
      replyTo: { kind: "response-url", platform: "slack", url: "https://hooks.slack.com/secret" },
    }),
    false,
  );
  expect(JSON.stringify(raw)).not.toContain("secret");
  expect(raw).toMatchObject({ processed: false, platformIds: { user: "7" }, eventData: { bits: 150 } });
});

test.each(["alias", "rule", "timer", "workflow"])(
  "what the bot itself caused (%s) came from no receiver",
  (origin) => {
    expect(toRawEvent(anEvent("follow", { origin }), true)).toBeUndefined();
    expect(toActivity(anEvent("follow", { origin }))).toBeUndefined();
  },
);
