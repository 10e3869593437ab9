import { expect, test } from "vitest";
import type { AttemptOutcome } from "#contracts/execution-target";
import { judgeOutcome } from "#durable-objects/execution-target/judge-outcome";

test.each<[string, AttemptOutcome, string]>([
  ["an answer", { ok: true, value: { responses: [], effects: [] } }, "success"],
  ["a module that says no", { ok: false, code: "bad_request", httpStatus: 200 }, "success"],
  ["a 404", { ok: false, code: "internal", httpStatus: 404 }, "neutral"],
  ["a 401", { ok: false, code: "internal", httpStatus: 401 }, "neutral"],
  ["a 408", { ok: false, code: "internal", httpStatus: 408 }, "failure"],
  ["a 429", { ok: false, code: "rate_limited", httpStatus: 429 }, "failure"],
  ["a 500", { ok: false, code: "internal", httpStatus: 500 }, "failure"],
  ["a redirect", { ok: false, code: "internal", httpStatus: 302 }, "failure"],
  ["a time-out", { ok: false, code: "timeout" }, "failure"],
  ["the network", { ok: false, code: "unavailable" }, "failure"],
  ["an endless answer", { ok: false, code: "too_large" }, "failure"],
  ["nonsense", { ok: false, code: "internal" }, "failure"],
  ["an address that may not be called", { ok: false, code: "forbidden" }, "neutral"],
  ["a cloud that is not set up", { ok: false, code: "disabled" }, "neutral"],
])("%s", (_, outcome, verdict) => {
  expect(judgeOutcome(outcome)).toBe(verdict);
});
