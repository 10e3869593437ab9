import { type StringRule, stringRule } from "#contracts/string-rule";
import { compileRules } from "#router/rules/compile-rules";
import { matchRules, type RuleLimits, type RuleMatch, type RuleMessage } from "#router/rules/match-rules";
import { makePatternCache } from "#router/rules/pattern-cache";

/** A working rule: warns when a message contains "badword". */
export function aStringRule(facts: Partial<StringRule> = {}): StringRule {
  const usual = { id: 1, communityId: 1, pattern: "badword", matchType: "contains", action: "warn" };
  return stringRule.parse({ ...usual, ...facts });
}

/** Asks rules about one message on channel A of a clock that stands still, as in a deployed Worker. */
export function ask(
  rules: readonly StringRule[],
  message: string | Partial<RuleMessage>,
  limits: Partial<RuleLimits> = {},
): RuleMatch {
  const facts = typeof message === "string" ? { text: message } : message;
  return matchRules(
    compileRules(rules, makePatternCache(400)),
    { text: "", entityId: "twitch:a", origin: "platform", ...facts },
    { now: () => 0, ...limits },
  );
}
