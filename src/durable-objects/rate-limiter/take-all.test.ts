import fc from "fast-check";
import { expect, test } from "vitest";
import { type LimitCheck, takeAll } from "#durable-objects/rate-limiter/take-all";
import type { WindowState } from "#lib/sliding-window";

const minute = (limit: number) => ({ limit, windowMs: 60_000 });
const hour = (limit: number) => ({ limit, windowMs: 3_600_000 });

function play(times: readonly number[], checks: readonly LimitCheck[]) {
  let logs: ReadonlyMap<string, WindowState> = new Map();
  return times.map((now) => {
    const taken = takeAll(logs, now, checks);
    logs = taken.logs;
    return taken.answer;
  });
}

test("GW-3 the call above the minute's limit is refused and told when there is room", () => {
  const answers = play([0, 10_000, 20_000, 60_000], [{ name: "router", windows: [minute(2), hour(100)] }]);
  expect(answers).toEqual([
    { isAllowed: true, limit: 2, remaining: 1, resetAtMs: 60_000, retryAfterMs: 0 },
    { isAllowed: true, limit: 2, remaining: 0, resetAtMs: 60_000, retryAfterMs: 0 },
    { isAllowed: false, limit: 2, remaining: 0, resetAtMs: 60_000, retryAfterMs: 40_000 },
    { isAllowed: true, limit: 2, remaining: 0, resetAtMs: 70_000, retryAfterMs: 0 },
  ]);
});

test("the hour's limit holds when every minute has room", () => {
  const times = Array.from({ length: 6 }, (_, index) => index * 120_000);
  const answers = play(times, [{ name: "router", windows: [minute(5), hour(5)] }]);
  expect(answers.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, true, true, false]);
  expect(answers[5]).toMatchObject({ limit: 5, retryAfterMs: 3_600_000 - 600_000 });
});

test("a call refused under one name counts under no other", () => {
  const first = takeAll(new Map(), 0, [{ name: "route", windows: [minute(1)] }]);
  const second = takeAll(first.logs, 1, [
    { name: "group", windows: [minute(9)] },
    { name: "route", windows: [minute(1)] },
  ]);
  expect(second.answer.isAllowed).toBe(false);
  expect(second.logs.get("group")).toBeUndefined();
});

test("RLM-1 at no time are there more allowed calls in a window than its limit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(200_000), { maxLength: 120 }),
      fc.integer({ min: 1, max: 9 }),
      (raw, limit) => {
        const times = raw.toSorted((a, b) => a - b);
        const allowed = play(times, [{ name: "x", windows: [minute(limit), hour(30)] }])
          .map(({ isAllowed }, index) => (isAllowed ? times[index] : undefined))
          .filter((time) => time !== undefined);
        return (
          allowed.length <= 30 &&
          allowed.every((end) => allowed.filter((time) => time > end - 60_000 && time <= end).length <= limit)
        );
      },
    ),
  );
});
