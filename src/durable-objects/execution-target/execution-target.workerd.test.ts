import { env, evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import type { AttemptOutcome, ExecutionRequestInput } from "#contracts/execution-target";
import { anInvocation } from "#test/fakes/an-invocation";
import { type ExecutionTarget, targetWorld } from "#test/fakes/test-worker.workerd";

declare global {
  namespace Cloudflare {
    interface Env {
      EXECUTION_TARGET: DurableObjectNamespace<ExecutionTarget>;
    }
  }
}

let targets = 0;
let key = "";
/** A new stub to the same object each time, as every Worker has its own. */
const aStub = () => env.EXECUTION_TARGET.get(env.EXECUTION_TARGET.idFromName(key));

beforeEach(() => {
  key = `webhook:${++targets}.example`;
  Object.assign(targetWorld, { now: 1_750_000_000_000, slept: [], calls: [] });
});

const good: AttemptOutcome = { ok: true, value: { responses: [{ type: "chat", text: "hi" }], effects: [] } };
const broken: AttemptOutcome = { ok: false, code: "internal", httpStatus: 500, message: "It broke." };
const late: AttemptOutcome = { ok: false, code: "timeout" };

/** The target gives these answers in turn, the last again and again. */
function answers(...all: AttemptOutcome[]): void {
  let given = 0;
  targetWorld.answer = async () => all[given++] ?? all.at(-1) ?? good;
}

const aRequest = (facts: Partial<ExecutionRequestInput> = {}): ExecutionRequestInput => ({
  target: { type: "webhook", url: "https://hooks.example/x", signingSecret: "a key both sides know" },
  invocation: anInvocation({ module: "weather" }),
  ...facts,
});

/** A copy of the outcome, so that nothing holds the object awake. */
async function execute(facts: Partial<ExecutionRequestInput> = {}) {
  using outcome = await aStub().execute(aRequest(facts));
  return structuredClone({ ...outcome });
}

async function state() {
  using now = await aStub().state();
  return structuredClone({ ...now });
}

async function fail(times: number): Promise<void> {
  answers(broken);
  for (let calls = 0; calls < times; calls++) await execute();
}

describe("retries", () => {
  test("RTR-9 a 500 is final", async () => {
    answers(broken, good);
    expect(await execute()).toEqual({
      ok: false,
      code: "internal",
      message: "It broke.",
      attempts: 1,
      retryCount: 0,
    });
    expect(targetWorld.slept).toEqual([]);
  });

  test("RTR-9 a time-out every time: 1 try and 3 retries after 1, 2 and 4 s, then a time-out with retry count 3", async () => {
    answers(late);
    expect(await execute()).toEqual({ ok: false, code: "timeout", attempts: 4, retryCount: 3 });
    expect(targetWorld.slept).toEqual([1000, 2000, 4000]);
    expect(new Set(targetWorld.calls.map(({ invocation }) => invocation.id))).toEqual(
      new Set(["twitch:m1/core/0"]),
    );
  });

  test("RTR-9 CBR-4 two time-outs, then an answer: success with retry count 2 in three attempts", async () => {
    answers(late, late, good);
    expect(await execute()).toEqual({
      ok: true,
      value: { responses: [{ type: "chat", text: "hi" }], effects: [], attempts: 3, retryCount: 2 },
    });
    expect(targetWorld.slept).toEqual([1000, 2000]);
  });

  test("Retry-After is honoured", async () => {
    answers({ ok: false, code: "rate_limited", retryAfterMs: 9000, httpStatus: 429 }, good);
    expect(await execute()).toMatchObject({ ok: true, value: { attempts: 2 } });
    expect(targetWorld.slept).toEqual([9000]);
  });

  test("a budget ends the retries, and shortens the last attempt", async () => {
    answers(late);
    expect(await execute({ budgetMs: 2500, timeoutMs: 2000 })).toMatchObject({
      code: "timeout",
      attempts: 2,
    });
    expect(targetWorld.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([2000, 1500]);
  });
});

describe("breaker", () => {
  test("CBR-1 five failures open it; the sixth call fails at once and the target is not called", async () => {
    await fail(5);
    expect(await state()).toMatchObject({ state: "OPEN", stateValue: 1, failures: 5, failuresInARow: 5 });
    targetWorld.now += 20_000;
    answers(good);
    expect(await execute()).toEqual({
      ok: false,
      code: "unavailable",
      message: "The weather module is not available right now. Please try again in a minute.",
      retryAfterMs: 40_000,
      attempts: 0,
      retryCount: 0,
    });
    expect(targetWorld.calls).toHaveLength(5);
    expect(targetWorld.slept).toEqual([]);
  });

  test("CBR-1 one that opens in the middle of a call ends that call's retries", async () => {
    await fail(3);
    answers(late);
    expect(await execute()).toMatchObject({ code: "timeout", attempts: 2, retryCount: 1 });
    expect(await state()).toMatchObject({ state: "OPEN" });
  });

  test("CBR-2 after 60 s, two successes: half open, then closed", async () => {
    await fail(5);
    targetWorld.now += 60_000;
    expect(await state()).toMatchObject({ state: "HALF_OPEN", stateValue: 2 });
    answers(good);
    await execute();
    expect(await state()).toMatchObject({ state: "HALF_OPEN", isHealthy: true });
    await execute();
    expect(await state()).toMatchObject({ state: "CLOSED", stateValue: 0, successes: 2, failures: 5 });
  });

  test("CBR-3 after 60 s, one failure: open for 60 s more", async () => {
    await fail(5);
    targetWorld.now += 60_000;
    await fail(1);
    targetWorld.now += 59_999;
    answers(good);
    expect(await execute()).toMatchObject({ ok: false, attempts: 0, retryAfterMs: 1 });
    targetWorld.now += 1;
    expect(await execute()).toMatchObject({ ok: true });
  });

  test("CBR-5 tripped through one Worker, it is open for every other, and after the object's sleep", async () => {
    answers(broken);
    const [one, other] = [aStub(), aStub()];
    for (const stub of [one, other, one, other, one]) {
      using outcome = await stub.execute(aRequest());
      expect(outcome.ok).toBe(false);
    }
    expect(await execute()).toMatchObject({ attempts: 0 });
    await evictDurableObject(aStub());
    expect(await execute()).toMatchObject({ attempts: 0, code: "unavailable" });
    key = "webhook:another.example";
    answers(good);
    expect(await execute()).toMatchObject({ ok: true });
  });

  test("CBR-5 in 50 calls at once against a dead target, callers share one count", async () => {
    answers(broken);
    await Promise.all(Array.from({ length: 50 }, () => execute()));
    expect(await state()).toMatchObject({ state: "OPEN" });
    const before = targetWorld.calls.length;
    await Promise.all(Array.from({ length: 50 }, () => execute()));
    expect(targetWorld.calls).toHaveLength(before);
  });

  test("half open lets one trial through; who comes meanwhile fails at once", async () => {
    await fail(5);
    targetWorld.now += 60_000;
    const trial = Promise.withResolvers<AttemptOutcome>();
    targetWorld.answer = () => trial.promise;
    const first = execute();
    const second = await execute();
    expect(second).toMatchObject({ ok: false, code: "unavailable", attempts: 0 });
    trial.resolve(good);
    expect(await first).toMatchObject({ ok: true });
  });

  test("a target that answers 4xx, or a module that says no, is not ill", async () => {
    for (const outcome of [
      { ok: false, code: "internal", httpStatus: 404 },
      { ok: false, code: "bad_request", httpStatus: 200 },
      { ok: false, code: "forbidden" },
    ] as const) {
      answers(outcome);
      for (let calls = 0; calls < 6; calls++) await execute();
    }
    expect(await state()).toMatchObject({ state: "CLOSED", failures: 0, isHealthy: true });
  });
});

test("SDK-2 three failures in a row are unhealthy, one success is healthy", async () => {
  await fail(2);
  expect(await state()).toMatchObject({ isHealthy: true });
  await fail(1);
  expect(await state()).toMatchObject({ isHealthy: false, state: "CLOSED" });
  answers(good);
  await execute();
  expect(await state()).toMatchObject({ isHealthy: true, failuresInARow: 0 });
});

test("an executor that throws is a failure of ours with a sentence, and counts", async () => {
  targetWorld.answer = async () => {
    throw new Error("a bug");
  };
  expect(await execute()).toMatchObject({
    ok: false,
    code: "internal",
    message: "Something went wrong on our side.",
  });
  expect(await state()).toMatchObject({ failures: 1 });
});

test("a request that breaks the contract reaches nobody", async () => {
  expect(await execute({ timeoutMs: 31_000 })).toEqual({
    ok: false,
    code: "bad_request",
    attempts: 0,
    retryCount: 0,
  });
  expect(targetWorld.calls).toEqual([]);
});
