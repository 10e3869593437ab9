import { rulesPerCommunity, type StringRule } from "#contracts/string-rule";
import { makeMatcher, type RuleMatcher } from "#router/rules/make-matcher";
import { type PatternCache, sharedPatternCache } from "#router/rules/pattern-cache";
import { type RuleEffect, readEffect } from "#router/rules/rule-effect";

export interface CompiledRule {
  rule: StringRule;
  effect: RuleEffect;
  matcher: RuleMatcher;
  /** Undefined: every channel of the community. */
  entityIds: ReadonlySet<string> | undefined;
}

export interface CompiledRules {
  /** In the order they are asked: priority, then id. */
  rules: readonly CompiledRule[];
  /** Active rules that cannot work, and why, for the people who wrote them. They never match. */
  unusable: readonly { ruleId: number; because: string }[];
}

/** A community's rules, ready to ask. Do it once for each version of the configuration. */
export function compileRules(
  rules: readonly StringRule[],
  patterns: PatternCache = sharedPatternCache,
): CompiledRules {
  const usable: CompiledRule[] = [];
  const unusable: { ruleId: number; because: string }[] = [];
  const inOrder = rules
    .filter(({ isActive }) => isActive)
    .toSorted((one, other) => one.priority - other.priority || one.id - other.id);
  for (const rule of inOrder) {
    const compiled = compileRule(rule, patterns, usable.length);
    if (compiled.ok) usable.push(compiled.compiled);
    else unusable.push({ ruleId: rule.id, because: compiled.because });
  }
  return { rules: usable, unusable };
}

function compileRule(
  rule: StringRule,
  patterns: PatternCache,
  before: number,
): { ok: true; compiled: CompiledRule } | { ok: false; because: string } {
  if (before >= rulesPerCommunity) {
    return { ok: false, because: `A community can use ${rulesPerCommunity} rules at a time.` };
  }
  const effect = readEffect(rule);
  if (!effect) return { ok: false, because: `The rule does not say which ${rule.action} to use.` };
  const made = makeMatcher(rule, patterns);
  if (!made.ok) return made;
  const entityIds = rule.entityIds.length > 0 ? new Set(rule.entityIds) : undefined;
  return { ok: true, compiled: { rule, effect, matcher: made.matcher, entityIds } };
}
