import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startMinuteClock } from "#tools/start/minute-clock";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 4, 1, 12, 0, 42, 500) });
});
afterEach(() => {
  vi.useRealTimers();
});

const time = (at: Date) => at.toISOString().slice(11, 23);

test("ticks at once, then on every full minute until it is stopped", async () => {
  const ticks: string[] = [];
  const clock = startMinuteClock(async (at) => void ticks.push(time(at)), vi.fn());
  await vi.advanceTimersByTimeAsync(17_500);
  expect(ticks).toEqual(["12:00:42.500", "12:01:00.000"]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(ticks.slice(2)).toEqual(["12:02:00.000", "12:03:00.000"]);
  clock.stop();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(ticks).toHaveLength(4);
});

test("a slow tick is not overtaken, and one that fails does not stop the clock", async () => {
  const errors: unknown[] = [];
  const starts: string[] = [];
  const clock = startMinuteClock(
    async (at) => {
      starts.push(time(at));
      if (starts.length === 1) await new Promise((resolve) => setTimeout(resolve, 100_000));
      throw new Error("no luck");
    },
    (error) => errors.push(error),
  );
  await vi.advanceTimersByTimeAsync(17_500 + 120_000);
  clock.stop();
  expect(starts).toEqual(["12:00:42.500", "12:03:00.000"]);
  expect(errors).toHaveLength(2);
});
