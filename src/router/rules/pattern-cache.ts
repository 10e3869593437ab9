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

function compile(pattern: string, isCaseSensitive: boolean): CachedPattern {
  const compiled = compileUserPattern(pattern, isCaseSensitive);
  return compiled.ok ? { ok: true, pattern: meterPattern(compiled.set) } : compiled;
}
