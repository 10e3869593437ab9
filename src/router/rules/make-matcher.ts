import type { StringRule } from "#contracts/string-rule";
import type { PatternVerdict } from "#router/rules/meter-pattern";
import type { PatternCache } from "#router/rules/pattern-cache";
import { delimitWords, foldTo, type TextForm, type TextForms } from "#router/rules/text-forms";

/** Asks one rule about one message; `maxSteps` bounds what a regular expression may work. */
export type RuleMatcher = (forms: TextForms, maxSteps: number) => PatternVerdict;

export type MadeMatcher = { ok: true; matcher: RuleMatcher } | { ok: false; because: string };

/** The rule's question with everything that does not depend on the message done in advance. */
export function makeMatcher(rule: StringRule, patterns: PatternCache): MadeMatcher {
  if (rule.pattern === "*") return plain(() => true);
  if (rule.matchType === "regex") return makeRegexMatcher(rule, patterns);
  const form = formOf(rule);
  const wanted = foldTo(form, rule.pattern.toWellFormed());
  // Folding may leave nothing, and everything contains nothing.
  if (wanted.trim() === "") return { ok: false, because: "Nothing visible is left of this rule's text." };
  switch (rule.matchType) {
    case "exact":
      return plain((forms) => forms.get(form).trim() === wanted.trim());
    case "contains":
      return plain((forms) => forms.get(form).includes(wanted));
    case "word": {
      const words = delimitWords(wanted.trim());
      return plain((forms) => forms.getWords(form).includes(words));
    }
    case "wildcard": {
      const parts = wanted.split("*");
      return plain((forms) => matchesParts(forms.get(form).trim(), parts));
    }
    default:
      return rule.matchType satisfies never;
  }
}

function formOf({ foldLookAlikes, caseSensitive }: StringRule): TextForm {
  if (foldLookAlikes) return "look-alike";
  return caseSensitive ? "typed" : "caseless";
}

function plain(isMatch: (forms: TextForms) => boolean): MadeMatcher {
  return {
    ok: true,
    matcher: (forms) => ({ isMatch: isMatch(forms), steps: 0, isExhausted: false }),
  };
}

/**
 * A pattern's own text is never folded, that would change its syntax. With folding it is asked twice: of the message as
 * typed, and of what the message looks like, which is small Latin letters.
 */
function makeRegexMatcher(rule: StringRule, patterns: PatternCache): MadeMatcher {
  const compiled = patterns.get(rule.pattern, rule.caseSensitive && !rule.foldLookAlikes);
  if (!compiled.ok) return compiled;
  const { pattern } = compiled;
  return {
    ok: true,
    matcher(forms, maxSteps) {
      const typed = pattern.test(forms.get("typed"), maxSteps);
      if (!rule.foldLookAlikes || typed.isMatch || typed.isExhausted) return typed;
      const folded = pattern.test(forms.get("look-alike"), maxSteps - typed.steps);
      return { ...folded, steps: typed.steps + folded.steps };
    },
  };
}

/** `parts` are what stands between the stars: the first begins the text, the last ends it, the others follow in order. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}
