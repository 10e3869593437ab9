import { expect, test } from "vitest";
import { flushAfterMs } from "#durable-objects/channel/flush-moment";
import { inChannel } from "#test/fakes/channel-life.workerd";
import { aChatEvent, aCommand, aConfig } from "#test/fakes/events";

/** docs/storage.md: what a command in chat may cost. */
const rowsPerCommand = 8;
const unlimited = { loadConfig: async () => aConfig({ commands: [aCommand({ rateLimitPerMinute: 0 })] }) };

const aLine = (text: string, n: number) => aChatEvent({ text, semanticKey: `twitch:chat:${n}` });

test("a chat command costs at most 8 rows, alarms and flush included, one by one and while earlier replies are still on their way", () =>
  inChannel(async ({ channel, settled, clock, deps, rowsWritten }) => {
    await channel.accept("twitch:1000", [aLine("first", -1)]);
    await settled();
    const { carry } = deps;
    deps.carry = async (body, siblings) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return carry(body, siblings);
    };
    const before = rowsWritten();
    for (let n = 0; n < 50; n++) {
      clock.now += 60;
      await channel.accept("twitch:1000", [aLine("!ping", n)]);
      if (n % 2 === 0) await settled();
    }
    await settled();
    clock.now += 10_001;
    await channel.wake();
    await settled();
    const rows = (rowsWritten() - before) / 50;
    expect(rows).toBeLessThanOrEqual(rowsPerCommand);
    expect(rows).toBeGreaterThan(5);
  }, unlimited));

test("a batch of 100 after silence is flushed at once and leaves no alarm behind; the next soon after waits for its alarm", () =>
  inChannel(async ({ channel, settled, seen, clock, alarms, rowsWritten }) => {
    const batch = () => Array.from({ length: 100 }, () => aChatEvent());
    await channel.accept("twitch:1000", batch());
    await settled();
    expect(seen.flushes.map(({ activity }) => activity[0]?.messages)).toEqual([100]);
    expect(alarms().at(-1)).toBe(0);
    clock.now += 5000;
    await channel.accept("twitch:1000", batch());
    await settled();
    expect(seen.flushes).toHaveLength(1);
    expect(alarms().at(-1)).toBeGreaterThan(clock.now);
    expect(alarms().at(-1)).toBeLessThan(clock.now + flushAfterMs);
    clock.now += flushAfterMs;
    await channel.wake();
    expect(seen.flushes.map(({ activity }) => activity[0]?.messages)).toEqual([100, 100]);
    expect(rowsWritten() / 200).toBeLessThanOrEqual(4);
  }));

test("an early flush that Postgres does not take leaves the alarm where it was", () => {
  let isAway = true;
  return inChannel(async ({ channel, settled, clock, alarms, deps }) => {
    const ids: string[] = [];
    deps.writeFlush = async ({ id }) => {
      ids.push(id);
      if (isAway) throw new Error("reset after send");
    };
    await channel.accept(
      "twitch:1000",
      Array.from({ length: 100 }, () => aChatEvent()),
    );
    await settled();
    expect(alarms().at(-1)).toBeGreaterThan(clock.now);
    isAway = false;
    clock.now += 10_001;
    await channel.wake();
    expect(ids).toEqual(["flush-1", "flush-1"]);
  });
});
