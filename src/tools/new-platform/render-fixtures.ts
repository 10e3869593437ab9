/** 2026-05-20 12:00 UTC, the second that the contract suite's expectations are written for. */
const suiteTime = Date.UTC(2026, 4, 20, 12, 0, 0);
const answer = { status: 200, contentType: "text/plain", body: "" };

const person = { id: "U1", name: "Ada" };
const text = '!quote add "fish & chips" <3';
const message = { type: "message", id: "M1", channel: "C1", user: person, text };

/** Payloads as the platform sends them, and what `parse` makes of each. */
export function renderFixtures(name: string): Record<string, string> {
  return {
    ...pair("message", message, { kind: "events", events: [makeEvent(name)], answer }),
    ...pair("message-own", { ...message, user: { id: "BOT", name: "WaddleBot" } }, ignored("own message")),
    ...pair("message-without-user", { ...message, user: undefined }, ignored("unexpected shape")),
    ...pair("unknown-type", { ...message, type: "tomorrow" }, ignored("unknown event type")),
  };
}

function makeEvent(name: string): object {
  return {
    id: `${name}:M1`,
    platform: name,
    entityId: `${name}:C1`,
    user: { id: "U1", login: "U1", name: "Ada", badges: [] },
    receivedAt: suiteTime,
    occurredAt: suiteTime,
    correlationId: "suite",
    origin: "platform",
    hops: 0,
    replyTo: { kind: "chat", platform: name, channel: "C1", replyToMessageId: "M1" },
    type: "chatMessage",
    text,
    messageId: "M1",
  };
}

function ignored(reason: string): object {
  return { kind: "ignored", reason, answer };
}

function pair(name: string, payload: object, receipt: object): Record<string, string> {
  const print = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    [`fixtures/${name}.json`]: print(payload),
    [`fixtures/${name}.expected.json`]: print(receipt),
  };
}
