import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breakerSnapshot, type CallVerdict, CircuitBreaker, judgeStatus } from "#lib/circuit-breaker";

function aBreaker(start = 1_000_000) {
  let now = start;
  const breaker = new CircuitBreaker({ now: () => now });
  const reached: CallVerdict[] = [];
  /** One call to a target that answers `verdict`; false when it was kept off. */
  const call = (verdict: CallVerdict) => {
    const admission = breaker.admit();
    if (!admission.isAdmitted) return false;
    reached.push(verdict);
    breaker.report(admission.era, verdict);
    return true;
  };
  const pass = (ms: number) => {
    now += ms;
  };
  const open = () => {
    for (let failures = 0; failures < 5; failures++) call("failure");
  };
  return { breaker, reached, call, pass, open };
}

describe("closed", () => {
  test("CBR-1 five failures in a row open it, and the sixth call fails at once without reaching the target", () => {
    const { breaker, reached, call, pass } = aBreaker();
    for (let failures = 0; failures < 5; failures++) {
      expect(breaker.state).toBe("CLOSED");
      expect(call("failure")).toBe(true);
    }
    expect(breaker.state).toBe("OPEN");
    pass(20_000);
    expect(breaker.admit()).toEqual({ isAdmitted: false, retryAfterMs: 40_000 });
    expect(reached).toHaveLength(5);
  });

  test("CBR-1 a success in between starts the count again", () => {
    const { breaker, call } = aBreaker();
    for (const verdict of ["failure", "failure", "failure", "failure", "success"] as const) call(verdict);
    for (let failures = 0; failures < 4; failures++) call("failure");
    expect(breaker.state).toBe("CLOSED");
    call("failure");
    expect(breaker.state).toBe("OPEN");
  });

  test("a refused request of ours is neither: it does not open and does not clear the count", () => {
    const { breaker, call } = aBreaker();
    for (let calls = 0; calls < 20; calls++) call("neutral");
    expect(breaker.state).toBe("CLOSED");
    for (let failures = 0; failures < 4; failures++) call("failure");
    call("neutral");
    call("failure");
    expect(breaker.state).toBe("OPEN");
  });
});

describe("half open", () => {
  test("CBR-2 after 60 s, two successes: HALF_OPEN, then CLOSED", () => {
    const { breaker, call, pass, open } = aBreaker();
    open();
    pass(59_999);
    expect(call("success")).toBe(false);
    pass(1);
    expect(breaker.state).toBe("HALF_OPEN");
    expect(call("success")).toBe(true);
    expect(breaker.state).toBe("HALF_OPEN");
    expect(call("success")).toBe(true);
    expect(breaker.state).toBe("CLOSED");
    expect(breaker.snapshot().failuresInARow).toBe(0);
  });

  test("CBR-3 after 60 s, one failure: OPEN again for 60 s", () => {
    const { breaker, call, pass, open } = aBreaker();
    open();
    pass(60_000);
    expect(call("failure")).toBe(true);
    expect(breaker.state).toBe("OPEN");
    pass(59_999);
    expect(call("success")).toBe(false);
    pass(1);
    expect(call("success")).toBe(true);
  });

  test("only one trial is under way; one whose result never comes frees its place after 60 s", () => {
    const { breaker, pass, open } = aBreaker();
    open();
    pass(60_000);
    expect(breaker.admit().isAdmitted).toBe(true);
    expect(breaker.admit()).toEqual({ isAdmitted: false, retryAfterMs: 1000 });
    pass(60_000);
    expect(breaker.admit().isAdmitted).toBe(true);
  });

  test("a late result of an earlier era decides nothing", () => {
    const { breaker, call, pass, open } = aBreaker();
    const early = breaker.admit();
    open();
    pass(60_000);
    call("success");
    if (early.isAdmitted) breaker.report(early.era, "failure");
    expect(breaker.state).toBe("HALF_OPEN");
    expect(breaker.metrics()).toMatchObject({ successes: 1, failures: 6 });
  });
});

test("CBR-6 the state's value is 0 closed, 1 open, 2 half open, beside the counts", () => {
  const { breaker, call, pass, open } = aBreaker();
  call("success");
  expect(breaker.metrics()).toEqual({
    state: "CLOSED",
    stateValue: 0,
    successes: 1,
    failures: 0,
    refusals: 0,
  });
  open();
  call("success");
  expect(breaker.metrics()).toEqual({ state: "OPEN", stateValue: 1, successes: 1, failures: 5, refusals: 1 });
  pass(60_000);
  expect(breaker.metrics()).toMatchObject({ state: "HALF_OPEN", stateValue: 2 });
});

test("thresholds are settings", () => {
  let now = 0;
  const breaker = new CircuitBreaker({
    now: () => now,
    failureThreshold: 1,
    successThreshold: 1,
    openMs: 10,
  });
  breaker.report(0, "failure");
  expect(breaker.state).toBe("OPEN");
  now = 10;
  const trial = breaker.admit();
  if (trial.isAdmitted) breaker.report(trial.era, "success");
  expect(breaker.state).toBe("CLOSED");
});

test.each([
  [200, "success"],
  [302, "success"],
  [400, "neutral"],
  [404, "neutral"],
  [408, "failure"],
  [413, "neutral"],
  [429, "failure"],
  [500, "failure"],
  [599, "failure"],
])("an answer %i is a %s", (status, verdict) => {
  expect(judgeStatus(status)).toBe(verdict);
});

test("restored from its snapshot at any moment, a breaker goes on as if nothing had happened", () => {
  const step = fc.record({
    verdict: fc.constantFrom<CallVerdict>("success", "failure", "neutral"),
    passedMs: fc.integer({ min: 0, max: 40_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), (steps, restartAt) => {
      let now = 0;
      const steady = new CircuitBreaker({ now: () => now });
      let restarted = new CircuitBreaker({ now: () => now });
      for (const [index, { verdict, passedMs }] of steps.entries()) {
        now += passedMs;
        if (index === restartAt) {
          const snapshot = breakerSnapshot.parse(JSON.parse(JSON.stringify(restarted.snapshot())));
          restarted = new CircuitBreaker({ now: () => now, snapshot });
        }
        for (const breaker of [steady, restarted]) {
          const admission = breaker.admit();
          if (admission.isAdmitted) breaker.report(admission.era, verdict);
        }
        expect(restarted.snapshot()).toEqual(steady.snapshot());
      }
    }),
  );
});
