import type { PlatformEvent } from "#contracts/event";
import type { StringRule } from "#contracts/string-rule";
import type { CompiledRules } from "#router/rules/compile-rules";
import type { RuleEffect } from "#router/rules/rule-effect";
import { makeRuleMeter } from "#router/rules/rule-meter";
import { makeTextForms } from "#router/rules/text-forms";

/** What all rules together may cost one message (threat 8): by the clock, and in steps where clocks stand still. */
export const ruleBudget = { ms: 5, steps: 50_000 } as const;

export interface RuleHit {
  rule: StringRule;
  effect: RuleEffect;
}

export interface RuleMessage {
  text: string;
  entityId: string;
  /** What a rule itself caused is never asked again: depth 1 (10-router §1.2). */
  origin: PlatformEvent["origin"];
}

export interface RuleMatch {
  /** The first rule that matched and is not in shadow mode. */
  hit?: RuleHit;
  /** Every rule in shadow mode that would have matched. */
  shadowHits: RuleHit[];
  /** The message's budget was spent: the id of the rule that took most of it. The rules after it were not asked. */
  exhausted?: number;
}

export interface RuleLimits {
  /** Milliseconds, monotonic. */
  now: () => number;
  budgetMs?: number;
  budgetSteps?: number;
}

/** Asks a community's rules about one message that was no command. The budget is checked after every rule. */
export function matchRules(compiled: CompiledRules, message: RuleMessage, limits: RuleLimits): RuleMatch {
  const result: RuleMatch = { shadowHits: [] };
  if (message.origin === "rule") return result;
  const forms = makeTextForms(message.text);
  const meter = makeRuleMeter({
    now: limits.now,
    budgetMs: limits.budgetMs ?? ruleBudget.ms,
    budgetSteps: limits.budgetSteps ?? ruleBudget.steps,
  });
  for (const { rule, effect, matcher, entityIds } of compiled.rules) {
    if (entityIds && !entityIds.has(message.entityId)) continue;
    if (result.hit && !rule.isShadow) continue;
    const verdict = matcher(forms, meter.stepsLeft());
    if (verdict.isMatch && rule.isShadow) result.shadowHits.push({ rule, effect });
    else if (verdict.isMatch) result.hit = { rule, effect };
    const exhausted = meter.charge(rule.id, verdict);
    if (exhausted !== undefined) return { ...result, exhausted };
  }
  return result;
}
