import type { PatternVerdict } from "#router/rules/meter-pattern";

export interface RuleMeter {
  stepsLeft(): number;
  /** Books what a rule cost. Once the budget is spent: the id of the rule that cost most, which need not be the last. */
  charge(ruleId: number, verdict: PatternVerdict): number | undefined;
}

/** One message's budget. Time and steps are booked apart: where clocks stand still, steps alone decide. */
export function makeRuleMeter(limits: {
  now: () => number;
  budgetMs: number;
  budgetSteps: number;
}): RuleMeter {
  const startedAt = limits.now();
  let checkedAt = startedAt;
  let steps = 0;
  let slowest = { ruleId: 0, ms: -1 };
  let busiest = { ruleId: 0, steps: -1 };
  return {
    stepsLeft: () => limits.budgetSteps - steps,
    charge(ruleId, verdict) {
      const at = limits.now();
      const ms = at - checkedAt;
      checkedAt = at;
      steps += verdict.steps;
      if (ms > slowest.ms) slowest = { ruleId, ms };
      if (verdict.steps > busiest.steps) busiest = { ruleId, steps: verdict.steps };
      if (verdict.isExhausted || steps > limits.budgetSteps) return busiest.ruleId;
      return at - startedAt > limits.budgetMs ? slowest.ruleId : undefined;
    },
  };
}
