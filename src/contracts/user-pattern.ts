import { RE2JS, RE2JSSyntaxException, RE2Set } from "re2js";

/** Longest pattern a user may write, in UTF-16 units (threat 8). */
export const userPatternLength = 512;

/** Most instructions one pattern may compile to; without counted repeats no pattern of 512 characters needs more. */
export const userPatternProgramSize = 600;

/**
 * Most instructions a pattern may unroll to by a rough count, before anything is compiled: 512 characters times the
 * engine's own repeat limit of 1,000 would cost 250 ms and 65 MB just to be refused. Measured: 20,000 cost under 15 ms.
 */
const roughProgramSize = 20_000;

/** What one pattern's automaton may remember; a full one is emptied and built anew. The engine's own default is 8 MiB. */
const automatonBytes = 128 * 1024;

export type CompiledPattern = { ok: true; set: RE2Set } | { ok: false; because: string };

/** Compiles on RE2, in linear time, never on the engine's own RegExp. `because` is for the person who wrote it. */
export function compileUserPattern(pattern: string, isCaseSensitive: boolean): CompiledPattern {
  if (pattern.length > userPatternLength) {
    return { ok: false, because: `A pattern holds at most ${userPatternLength} characters.` };
  }
  const tooLarge = { ok: false as const, because: "This pattern is too large. Use smaller repeat counts." };
  if (roughSize(pattern) > roughProgramSize) return tooLarge;
  const set = new RE2Set(RE2Set.UNANCHORED, isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE, automatonBytes);
  try {
    set.add(pattern);
    set.compile();
  } catch (error) {
    // Whatever the engine says about a user's text is the user's to mend, never our failure.
    return { ok: false, because: explain(error) };
  }
  return set.prog.numInst() > userPatternProgramSize ? tooLarge : { ok: true, set };
}

/**
 * An upper bound of the unrolled size. A character is unrolled by its own repeat and by those of groups that close after
 * it, and the engine refuses nested repeats above 1,000 in all. Brackets in classes and quotes count as groups: too much
 * at worst, never too little.
 */
function roughSize(pattern: string): number {
  let size = pattern.length;
  let outer = 1;
  for (const { 1: group, 2: least, 3: most, index } of [...pattern.matchAll(repeats)].reverse()) {
    const count = Math.max(Number(least), Number(most || 0)) + 1;
    if (group) outer = Math.min(1000, outer * count);
    size += group ? index * outer : count * outer;
  }
  return size;
}

const repeats = /(\)?)\{(\d{1,4})(?:,(\d{0,4}))?\}/g;

function explain(error: unknown): string {
  if (!(error instanceof RE2JSSyntaxException)) return "This pattern cannot be used.";
  const at = error.input ?? "";
  if (/^\(\?(=|!|<=|<!)/.test(at)) {
    return "Look-ahead and look-behind, (?=…) (?!…) (?<=…) (?<!…), are not supported. Write what must be there instead.";
  }
  if (/^\\[1-9k]/.test(at)) {
    return "Back-references, \\1 or \\k<name>, are not supported. Write the repeated part out.";
  }
  return `This pattern cannot be read: ${error.error}${at && `, at ${at.slice(0, 40)}`}`;
}
