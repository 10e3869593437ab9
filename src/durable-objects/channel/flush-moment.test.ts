import fc from "fast-check";
import { expect, test } from "vitest";
import { flushAfterMs, flushMoment, flushPeriodMs, leastWaitMs } from "#durable-objects/channel/flush-moment";

const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
const phase = fc.integer({ min: 0, max: flushPeriodMs - 1 });

test("what waits leaves within the bound, and not before what one message sets off is over", () => {
  fc.assert(
    fc.property(moment, phase, (since, phaseMs) => {
      const wait = flushMoment(since, phaseMs) - since;
      expect(wait).toBeGreaterThanOrEqual(leastWaitMs);
      expect(wait).toBeLessThan(flushAfterMs);
    }),
  );
});

test("fifty channels that become busy at once spread their flushes over the period", () => {
  const since = 1_800_000_000_000;
  const at = Array.from({ length: 50 }, (_, index) => flushMoment(since, (index * flushPeriodMs) / 50));
  const perSecond = Map.groupBy(at, (ms) => Math.floor((ms - since) / 1000));
  expect(Math.max(...[...perSecond.values()].map(({ length }) => length))).toBeLessThan(8);
});

test("a channel that stays busy flushes once a period, at the same moment of it", () => {
  fc.assert(
    fc.property(moment, phase, fc.integer({ min: 1, max: 5 }), (since, phaseMs, pauseMs) => {
      const first = flushMoment(since, phaseMs);
      expect(flushMoment(first + pauseMs, phaseMs) - first).toBe(flushPeriodMs);
    }),
  );
});
