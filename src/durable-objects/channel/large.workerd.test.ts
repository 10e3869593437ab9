import { expect, test } from "vitest";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent } from "#test/fakes/events";

/** Durable Objects, Limits: the most a row may take. Here the storage takes more. */
const rowBytes = 2_000_000;
const entityId = "twitch:1000";
/** As long as a message may be, and three bytes a sign. */
const longText = (start: string) => `${start} ${"漢".repeat(4900)}`;

/** Each by somebody else, so that nobody meets a limit. */
function manyEvents(count: number, start: string) {
  return Array.from({ length: count }, (_, at) =>
    aChatEvent({
      text: longText(start),
      user: { id: String(9000 + at), login: `p${at}`, name: `P${at}`, badges: [] },
    }),
  );
}

test.each([
  ["commands", "!ping"],
  ["plain lines", "hello"],
])("T17 more %s than one row of storage holds leave in flushes that fit, each once", (kind, start) =>
  inChannel(async ({ channel, settled, seen, clock }) => {
    const events = manyEvents(240, start);
    for (let at = 0; at < events.length; at += 20) {
      const taken = await channel.accept(entityId, events.slice(at, at + 20));
      expect(taken.stored).toBe(20);
      await settled();
    }
    const sumOf = () =>
      seen.flushes.reduce((sum, { activity }) => sum + activity.reduce((so, row) => so + row.messages, 0), 0);
    const logged = () => seen.flushes.flatMap(({ executions }) => executions.map(({ eventId }) => eventId));
    for (let turn = 0; turn < 30 && sumOf() < events.length; turn++) {
      clock.now += 15_000;
      await channel.wake();
      await settled();
    }
    expect(seen.logs.filter(({ action }) => action === "channel.flush")).toEqual([]);
    expect(sumOf()).toBe(events.length);
    const sizes = seen.flushes.map((flush) => new TextEncoder().encode(JSON.stringify(flush)).length);
    expect(Math.max(...sizes)).toBeLessThan(rowBytes);
    // Of a plain line only a number leaves.
    if (kind !== "commands") return;
    expect(logged().sort()).toEqual(events.map(({ id }) => id).sort());
    // All of it together would not have fitted.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(rowBytes);
  }),
);

test("T17 while the storage takes nothing a batch is refused whole, and taken whole afterwards", () =>
  inChannel(async ({ channel, settled, seen, sql }) => {
    const events = manyEvents(20, "!ping");
    sql.exec(
      "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT raise(ABORT, 'database or disk is full'); END",
    );
    await expect(channel.accept(entityId, events)).rejects.toThrow();
    await settled();
    expect(seen.invocations).toEqual([]);
    sql.exec("DROP TRIGGER full");
    // None of it counts as seen.
    expect(await channel.accept(entityId, events)).toEqual({ stored: 20, duplicates: 0, conflicts: 0 });
    await settled();
    expect(seen.invocations).toHaveLength(20);
  }));
