import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { peek, take, type WindowLimit, type WindowState } from "#lib/sliding-window";

const perMinute: WindowLimit = { limit: 60, windowMs: 60_000 };

/** Asks at each time in turn. */
function run(times: readonly number[], bounds: WindowLimit) {
  let state: WindowState = [];
  return times.map((now) => {
    const verdict = take(state, now, bounds);
    state = verdict.state;
    return verdict;
  });
}

describe("60 calls in 60 s", () => {
  const sixty = Array.from({ length: 60 }, (_, index) => Math.round((index * 30_000) / 59));

  test("RLM-1 after 60 calls in 30 s, one at 45 s is refused and one at 61 s is allowed", () => {
    const verdicts = run([...sixty, 45_000, 61_000], perMinute);
    expect(verdicts.slice(0, 60).every(({ isAllowed }) => isAllowed)).toBe(true);
    expect(verdicts.slice(0, 60).map(({ remaining }) => remaining)).toEqual(
      Array.from({ length: 60 }, (_, index) => 59 - index),
    );
    expect(verdicts[60]).toMatchObject({ isAllowed: false, remaining: 0, resetAtMs: 60_000 });
    expect(verdicts[61]).toMatchObject({ isAllowed: true, remaining: 1 });
  });

  test("RLM-1 the window slides: at a fixed window's border there is no second allowance", () => {
    const late = Array.from({ length: 60 }, (_, index) => 59_000 + index);
    const verdicts = run([...late, 60_001, 61_000, 118_999, 119_000], perMinute);
    expect(verdicts.slice(60).map(({ isAllowed }) => isAllowed)).toEqual([false, false, false, true]);
  });

  test("RLM-2 of 1,000 calls at one moment exactly 60 pass", () => {
    const verdicts = run(
      Array.from({ length: 1000 }, () => 5000),
      perMinute,
    );
    expect(verdicts.filter(({ isAllowed }) => isAllowed)).toHaveLength(60);
  });

  test("RLM-4 when the window has passed nothing is left to keep", () => {
    const state = run(sixty, perMinute).at(-1)?.state ?? [];
    expect(state).toHaveLength(60);
    expect(peek(state, 90_000, perMinute)).toMatchObject({ isAllowed: true, remaining: 60, state: [] });
  });
});

test("peek says what take would, and asks for nothing", () => {
  const bounds = { limit: 2, windowMs: 1000 };
  const [first, second] = run([0, 400], bounds);
  expect(peek(first?.state ?? [], 500, bounds)).toMatchObject({ isAllowed: true, remaining: 1 });
  expect(peek(second?.state ?? [], 999, bounds)).toEqual({
    isAllowed: false,
    remaining: 0,
    resetAtMs: 1000,
    state: [0, 400],
  });
});

test("a lowered limit counts the newest; nothing is ever allowed by a limit of 0", () => {
  const state = [0, 100, 200, 300, 400];
  expect(take(state, 500, { limit: 2, windowMs: 1000 })).toEqual({
    isAllowed: false,
    remaining: 0,
    resetAtMs: 1300,
    state: [300, 400],
  });
  expect(take([], 0, { limit: 0, windowMs: 1000 })).toMatchObject({
    isAllowed: false,
    remaining: 0,
    state: [],
  });
});

test("a clock that steps back opens nothing", () => {
  const verdicts = run([10_000, 10_000, 1000, 500, 10_999, 11_000], { limit: 2, windowMs: 1000 });
  expect(verdicts.map(({ isAllowed }) => isAllowed)).toEqual([true, true, false, false, false, true]);
});

test("RLM-1 equals the plain definition for any calls: fewer than `limit` allowed ones in the window before", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
  const bounds = fc.record({
    limit: fc.integer({ min: 1, max: 12 }),
    windowMs: fc.integer({ min: 1, max: 1500 }),
  });
  fc.assert(
    fc.property(gaps, bounds, (waits, { limit, windowMs }) => {
      let now = 0;
      let state: WindowState = [];
      const allowed: number[] = [];
      for (const wait of waits) {
        now += wait;
        const before = allowed.filter((at) => now - at < windowMs);
        const verdict = take(state, now, { limit, windowMs });
        if (before.length < limit) allowed.push(now);
        const counted = allowed.filter((at) => now - at < windowMs);
        expect(verdict).toEqual({
          isAllowed: before.length < limit,
          remaining: limit - counted.length,
          resetAtMs: (counted[0] ?? now) + windowMs,
          state: counted,
        });
        expect(verdict.state.length).toBeLessThanOrEqual(limit);
        state = verdict.state;
      }
    }),
  );
});
