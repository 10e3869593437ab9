import { describe, expect, test } from "vitest";
import { type Attempted, parseRetryAfter, type RetryOptions, retry } from "#lib/retry";

const good: Attempted = { ok: true };
const refused = (code: string, retryAfterMs?: number): Attempted =>
  retryAfterMs === undefined ? { ok: false, code } : { ok: false, code, retryAfterMs };

/** Runs the given answers one after the other, the last again and again. */
async function run(answers: readonly Attempted[], options: Partial<RetryOptions> = {}) {
  const slept: number[] = [];
  const numbers: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  const outcome = await retry(
    async (number) => {
      numbers.push(number);
      return answers[number - 1] ?? answers.at(-1) ?? good;
    },
    { sleep, ...options },
  );
  return { ...outcome, slept, numbers };
}

describe("which failures are tried again", () => {
  test("CBR-4 a call that fails twice waits 1 s and 2 s, succeeds once, and counts three attempts", async () => {
    expect(await run([refused("timeout"), refused("unavailable"), good])).toEqual({
      result: good,
      attempts: 3,
      retryCount: 2,
      slept: [1000, 2000],
      numbers: [1, 2, 3],
    });
  });

  test("RTR-9 a time-out every time: one try, three retries after 1, 2 and 4 s, then the time-out itself", async () => {
    expect(await run([refused("timeout")])).toMatchObject({
      result: { ok: false, code: "timeout" },
      attempts: 4,
      retryCount: 3,
      slept: [1000, 2000, 4000],
    });
  });

  test.each([
    "internal",
    "bad_request",
    "forbidden",
    "not_found",
    "too_large",
    "unknown",
    "cooldown",
    "disabled",
  ])("RTR-9 %s is final", async (code) => {
    expect(await run([refused(code), good])).toMatchObject({ attempts: 1, retryCount: 0, slept: [] });
  });

  test("a final failure after a passing one ends it", async () => {
    expect(await run([refused("rate_limited"), refused("internal"), good])).toMatchObject({
      result: { code: "internal" },
      attempts: 2,
      slept: [1000],
    });
  });

  test("a throw is no outcome and goes through", async () => {
    const broken = retry(() => Promise.reject(new Error("a bug")), { sleep: async () => undefined });
    await expect(broken).rejects.toThrow("a bug");
  });
});

describe("how long it waits", () => {
  test("a longer Retry-After is honoured, a shorter one does not hurry us", async () => {
    expect(await run([refused("rate_limited", 7000), refused("rate_limited", 300), good])).toMatchObject({
      result: good,
      slept: [7000, 2000],
    });
  });

  test("a Retry-After above the longest wait is handed on, not waited for", async () => {
    expect(await run([refused("rate_limited", 60_001), good])).toMatchObject({
      result: { code: "rate_limited", retryAfterMs: 60_001 },
      attempts: 1,
      slept: [],
    });
  });

  test("a spent budget ends it before the wait", async () => {
    const asked: number[] = [];
    const mayWait = (ms: number) => {
      asked.push(ms);
      return ms < 2000;
    };
    expect(await run([refused("timeout")], { mayWait })).toMatchObject({ attempts: 2, slept: [1000] });
    expect(asked).toEqual([1000, 2000]);
  });
});

describe("parseRetryAfter", () => {
  const now = Date.UTC(2026, 0, 1);
  test.each([
    ["3", 3000],
    [" 0.35 ", 350],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:00:10 GMT", 10_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["", undefined],
    ["-1", undefined],
    ["soon", undefined],
    ["2026", 2_026_000],
    ["1e9", undefined],
    ["99999999999", undefined],
  ])("%j is %j ms", (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });

  test("an absent header says nothing", () => {
    expect(parseRetryAfter(undefined, now)).toBeUndefined();
  });
});
