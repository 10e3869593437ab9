import fc from "fast-check";
import { expect, test } from "vitest";
import { RateWindows } from "#durable-objects/channel/rate-windows";
import { aCommand } from "#test/fakes/events";

const start = 1_800_000_000_000;

test("RLM-1 a channel's windows equal the plain definition for any calls of any people: fewer than the limit in the minute before", () => {
  const calls = fc.array(
    fc.record({ wait: fc.integer({ min: 0, max: 20_000 }), user: fc.constantFrom("a", "b") }),
    {
      maxLength: 120,
    },
  );
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 6 }), (asked, rateLimitPerMinute) => {
      const command = aCommand({ rateLimitPerMinute });
      const windows = new RateWindows([], start);
      const allowed: { user: string; at: number }[] = [];
      let now = start;
      for (const { wait, user } of asked) {
        now += wait;
        const counted = allowed.filter((one) => one.user === user && now - one.at < 60_000);
        const leftMs = windows.leftMs(user, command, now);
        expect(leftMs === 0).toBe(counted.length < rateLimitPerMinute);
        if (leftMs > 0) {
          expect(leftMs).toBe((counted[0]?.at ?? Number.NaN) + 60_000 - now);
          continue;
        }
        windows.take(user, command, now);
        allowed.push({ user, at: now });
      }
      expect(windows.size(now + 60_000)).toBe(0);
    }),
  );
});
