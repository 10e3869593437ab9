import { compileUserPattern } from "#contracts/user-pattern";
import { type MeteredPattern, meterPattern } from "#router/rules/meter-pattern";

export type CachedPattern = { ok: true; pattern: MeteredPattern } | { ok: false; because: string };

/** Compiled patterns by their text; the longest unused one leaves first. Failures are remembered as well. */
export interface PatternCache {
  get(pattern: string, isCaseSensitive: boolean): CachedPattern;
  /** Reported as `compiled_regex_cache_size` (10-router §1.2). */
  size(): number;
}

export function makePatternCache(most: number): PatternCache {
  const entries = new Map<string, CachedPattern>();
  return {
    size: () => entries.size,
    get(pattern, isCaseSensitive) {
      const key = `${isCaseSensitive ? "case" : "any"}:${pattern}`;
      const entry = entries.get(key) ?? compile(pattern, isCaseSensitive);
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
      return entry;
    },
  };
}

/** Shared by the channels of one isolate: those of a community hold the same rules. */
export const sharedPatternCache = makePatternCache(400);

/** Chat in small: what an automaton has met here it need not build while a message waits and its budget runs. */
const usualChat =
  "The quick brown fox jumps over the lazy dog. GO! WHY? 0123456789 #tag @name 'a' (b) \"c\" x=1+2*3/4%5&6;7 <3 :-) ... " +
  "hey, check https://www.example.com/watch?v=abc_123-x lol $5 [ok] {no} ~ ^_^ | `code` \\o/ aaaa !!!! ???? été привет 😀";

/** How much of getting used to chat one pattern is worth; whoever needs more pays from the message's budget. */
const practiceSteps = 5_000;

function compile(pattern: string, isCaseSensitive: boolean): CachedPattern {
  const compiled = compileUserPattern(pattern, isCaseSensitive);
  if (!compiled.ok) return compiled;
  const metered = meterPattern(compiled.set);
  metered.test(usualChat, practiceSteps);
  return { ok: true, pattern: metered };
}
