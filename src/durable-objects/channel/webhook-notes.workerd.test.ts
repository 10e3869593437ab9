import { expect, test } from "vitest";
import type { ChannelConfig } from "#contracts/channel-config";
import type { PlatformEvent } from "#contracts/event";
import { refuse } from "#contracts/outcome";
import { inChannel, type Life } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aConfig } from "#test/fakes/events";
import { aTimer } from "#test/fakes/timers";

const both: ChannelConfig["webhooks"] = [
  { id: 1, eventTypes: ["chatMessage", "follow"] },
  { id: 2, eventTypes: ["follow", "command.executed"] },
];

const withWebhooks = (facts: Partial<ChannelConfig>, run: (life: Life) => Promise<void>) =>
  inChannel(run, { loadConfig: async () => aConfig({ webhooks: both, ...facts }) });

/** What was carried to webhooks: who gets which types. */
const told = ({ seen }: Life) =>
  seen.carried.flatMap((body) =>
    body.kind === "webhook" ? [{ to: body.webhookIds, types: body.messages.map(({ type }) => type) }] : [],
  );

test("PSH-2 each webhook is told what it asked for, lines of one batch in one row", () =>
  withWebhooks({}, async (life) => {
    const follow: PlatformEvent = { ...aChatEvent(), type: "follow" };
    const events = [
      aChatEvent({ text: "a" }),
      aChatEvent({ text: "b" }),
      follow,
      aChatEvent({ text: "!ping" }),
    ];
    await life.channel.accept("twitch:1000", events);
    await life.channel.accept("twitch:1000", events);
    await life.settled();
    expect(told(life)).toEqual([
      { to: [1], types: ["chatMessage", "chatMessage"] },
      { to: [1, 2], types: ["follow"] },
      { to: [1], types: ["chatMessage"] },
      { to: [2], types: ["command.executed"] },
    ]);
  }));

test("a community without webhooks pays no row for them, and what the bot itself caused is nobody's event", async () => {
  await withWebhooks({ webhooks: [] }, async (life) => {
    await life.channel.accept("twitch:1000", [aChatEvent(), aChatEvent({ text: "!ping" })]);
    await life.settled();
    expect(told(life)).toEqual([]);
  });
  const timer = aTimer({ action: "command", payload: "!ping" });
  await withWebhooks({ timers: [timer] }, async (life) => {
    life.clock.now = Date.parse("2026-06-01T12:00:00Z");
    await life.channel.timers("twitch:1000");
    life.clock.now += 600_000;
    await life.channel.wake();
    await life.settled();
    expect(told(life)).toEqual([{ to: [2], types: ["command.executed"] }]);
  });
});

test("T5 a queue that cannot be reached holds no reply back, and is told later under the same ids", () =>
  withWebhooks({}, async (life) => {
    const { carry } = life.deps;
    let isAway = true;
    life.deps.carry = async (body, siblings) => {
      if (body.kind === "webhook" && isAway) return refuse("unknown");
      return carry(body, siblings);
    };
    await life.channel.accept("twitch:1000", [aChatEvent({ text: "!ping" })]);
    await life.settled();
    expect(life.seen.carried.map(({ kind }) => kind)).toEqual(["chat"]);
    isAway = false;
    life.clock.now += 2000;
    await life.channel.wake();
    await life.settled();
    expect(told(life)).toHaveLength(2);
  }));

test("T1 what happened is told even if the object dies right after", () =>
  withWebhooks({}, async (life) => {
    life.deps.carry = () => new Promise(() => undefined);
    await life.channel.accept("twitch:1000", [aChatEvent({ text: "last words" })]);
    await life.settled();
    const next = life.restart();
    await next.channel.wake();
    await next.settled();
    expect(told(next)).toEqual([{ to: [1], types: ["chatMessage"] }]);
  }));
