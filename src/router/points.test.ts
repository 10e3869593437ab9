import { describe, expect, test } from "vitest";
import { type MessageType, messageTypes, type PlatformEvent, platformEvent } from "#contracts/event";
import { pointsFor } from "#router/points";

const facts: Partial<Record<MessageType, object>> = {
  chatMessage: { text: "hello" },
  slashCommand: { text: "!ping" },
  app_mention: { text: "hello" },
  cheer: { bits: 150 },
  raid: { viewers: 3000 },
  host: { viewers: 3000 },
  subgift: { count: 20 },
  donation: { amountMinor: 500, currency: "EUR" },
  voice_time: { minutes: 7 },
  reaction: { emoji: "wave" },
  interaction: { customId: "a:b:c" },
  button_click: { customId: "a:b:c" },
  select_menu: { customId: "a:b:c" },
  modal_submit: { customId: "a:b:c" },
};

function anEvent(platform: string, type: MessageType): PlatformEvent {
  const user = { id: "7", login: "pingu", name: "Pingu" };
  const base = { id: `${platform}:1`, platform, entityId: `${platform}:1:2`, user, correlationId: "c" };
  return platformEvent.parse({ ...base, type, receivedAt: 1, occurredAt: 1, ...facts[type] });
}

/** Everything that is worth something on a platform. */
function worthOf(platform: string): Record<string, number> {
  const all = messageTypes.map((type) => [type, pointsFor(anEvent(platform, type))] as const);
  return Object.fromEntries(all.filter(([, points]) => points !== 0));
}

const everywhere = { follow: 10, subscription: 50, resub: 30, subgift: 60, raid: 30, host: 25 };
const always = { cheer: 150, voice_time: 7 };

describe("points for what people do", () => {
  test("REP-1 TWI-4 on Twitch: the bits themselves, 30 for a raid whatever its size, 10 less for a ban, none for chat", () => {
    expect(worthOf("twitch")).toEqual({ ...everywhere, ...always, ban: -10 });
  });

  test("REP-2 on Discord: messages, reactions, joins, boosts, and voice by the minute", () => {
    const own = { chatMessage: 5, reaction: 2, member_join: 10, voice_join: 8, boost: 100 };
    expect(worthOf("discord")).toEqual({ ...everywhere, ...always, ...own });
  });

  test("SLK-4 on Slack: messages, shared files, reactions, joins and mentions", () => {
    const own = { chatMessage: 5, file_share: 15, reaction: 3, member_join: 10, app_mention: 8 };
    expect(worthOf("slack")).toEqual({ ...everywhere, ...always, ...own });
  });

  test("a platform without rules of its own has the common ones", () => {
    expect(worthOf("matrix")).toEqual({ ...everywhere, ...always });
    expect(worthOf("constructor")).toEqual({ ...everywhere, ...always });
  });
});
