import type { AttemptOutcome } from "#contracts/execution-target";
import type { OutcomeCode } from "#contracts/outcome";
import { type CallVerdict, judgeStatus } from "#lib/circuit-breaker";

/** Without an answer these speak against the target; the others say that nobody was asked. */
const targetFailures: ReadonlySet<OutcomeCode> = new Set([
  "timeout",
  "rate_limited",
  "unavailable",
  "too_large",
  "internal",
]);

/**
 * What an attempt says of its target's health (60-infrastructure §1.54): a 4xx other than 408 and 429 says nothing, and
 * a module that answers properly and says no is as healthy as one that says yes.
 */
export function judgeOutcome(outcome: AttemptOutcome): CallVerdict {
  if (outcome.ok) return "success";
  if (outcome.httpStatus === undefined) return targetFailures.has(outcome.code) ? "failure" : "neutral";
  const verdict = judgeStatus(outcome.httpStatus);
  if (verdict !== "success") return verdict;
  return outcome.code === "bad_request" ? "success" : "failure";
}
