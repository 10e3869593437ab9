import { expect, test } from "vitest";
import { type PlatformEvent, platformEvent } from "#contracts/event";
import { flushAfterMs } from "#durable-objects/channel/flush-moment";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

let count = 0;
function anEvent(type: string, facts: object = {}): PlatformEvent {
  const { text: _text, type: _type, ...base } = aChatEvent();
  return platformEvent.parse({ ...base, id: `twitch:raw-${++count}`, bits: 150, viewers: 3, ...facts, type });
}

test("RCV-3 RCV-4 what came in is in the next flush, once, although Postgres was away and the object died meanwhile", () => {
  let isAway = true;
  return inChannel(async ({ channel, settled, restart, clock }) => {
    const cheer = anEvent("cheer");
    const away = async () => {
      if (isAway) throw new Error("database away");
    };
    await channel.accept("twitch:1000", [aChatEvent(), cheer, anEvent("stream_online"), aChatEvent()]);
    await channel.accept("twitch:1000", [cheer]);
    await settled();
    const second = restart({ writeFlush: away });
    second.clock.now = clock.now + flushAfterMs;
    await second.channel.wake();
    await second.settled();
    isAway = false;
    const third = restart();
    third.clock.now = clock.now + 2 * flushAfterMs;
    await third.channel.wake();
    await third.settled();
    expect(third.seen.flushes).toHaveLength(1);
    const [flush] = third.seen.flushes;
    expect(flush?.entityId).toBe("twitch:1000");
    expect(flush?.events.map(({ eventId, type, processed }) => [eventId, type, processed])).toEqual([
      [cheer.id, "cheer", true],
      [expect.any(String), "stream_online", true],
    ]);
    expect(flush?.activities.map(({ eventId, amount }) => [eventId, amount])).toEqual([[cheer.id, 150]]);
  });
});

test("an event a module answers costs no row for the log: its record carries it, failed ones as not processed", () =>
  inChannel(
    async ({ channel, settled, seen, clock, sql }) => {
      const good = anEvent("follow");
      const bad = anEvent("raid");
      await channel.accept("twitch:1000", [good, bad]);
      await settled();
      expect(sql.exec("SELECT * FROM event_log").toArray()).toEqual([]);
      clock.now += flushAfterMs;
      await channel.wake();
      await settled();
      const logged = seen.flushes.flatMap(({ events }) => events.map((raw) => [raw.eventId, raw.processed]));
      expect(logged).toEqual([
        [good.id, true],
        [bad.id, false],
      ]);
    },
    {
      loadConfig: async () =>
        aConfig({
          commands: [aCommand({ name: "thanks", triggerType: "event", eventTypes: ["follow", "raid"] })],
        }),
      invoke: async ({ event }) =>
        event.type === "raid"
          ? { ok: false, code: "internal", message: "no" }
          : { ok: true, value: { responses: [], effects: [] } },
    },
  ));

test("a flood leaves in flushes that fit, and none of it is lost", () =>
  inChannel(async ({ channel, settled, seen, clock, sql }) => {
    const name = "n".repeat(250);
    const flood = Array.from({ length: 1500 }, (_, n) =>
      anEvent("follow", { user: { id: String(n), login: name, name } }),
    );
    for (let from = 0; from < flood.length; from += 100) {
      await channel.accept("twitch:1000", flood.slice(from, from + 100));
      await settled();
    }
    for (let turn = 0; turn < 5; turn++) {
      clock.now += flushAfterMs;
      await channel.wake();
      await settled();
    }
    const ids = seen.flushes.flatMap(({ events }) => events.map(({ eventId }) => eventId));
    expect(ids).toHaveLength(flood.length);
    expect(new Set(ids)).toEqual(new Set(flood.map(({ id }) => id)));
    for (const { events } of seen.flushes) expect(JSON.stringify(events).length).toBeLessThan(1_000_000);
    expect(sql.exec("SELECT * FROM event_log").toArray()).toEqual([]);
  }));
