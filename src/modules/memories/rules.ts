import type { Invocation } from "#contracts/module";
import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { reachesLevel } from "#contracts/role";
import { cleanText } from "#module-kit/clean-text";
import { parseArgs, takeWord } from "#module-kit/parse-args";

export const quoteTextLength = 5000;
export const authorLength = 100;
/** Postgres `integer`; a larger number is no quote of ours. */
const largestNumber = 2_147_483_647;

/** Moderators and above, and whoever carries the label `memories` (30-action-modules §1.25, MEM-6). */
export function mayKeepQuotes({ role, permissions }: Invocation["user"]): boolean {
  return reachesLevel(role, "moderator") || permissions.includes("memories");
}

/**
 * Reads `"text" [author]`. Without quotes everything is the text, because an author cannot be told apart then.
 * A dash before the author is how people write it, and no part of the name.
 */
export function parseNewQuote(typed: string): Outcome<{ text: string; author: string }> {
  const isQuoted = /^["“”]/.test(typed.trim());
  const [first = "", ...others] = isQuoted ? parseArgs(typed) : [typed];
  const text = cleanText(first);
  const author = cleanText(others.join(" ")).replace(/^[-–—]\s*/u, "") || "Unknown";
  if (!text) return refuse("bad_request", { message: 'Please say what to keep: !quote add "text" [author]' });
  if (text.length > quoteTextLength) {
    return refuse("too_large", { message: `A quote has at most ${quoteTextLength} characters.` });
  }
  if (author.length > authorLength) {
    return refuse("bad_request", { message: `An author's name has at most ${authorLength} characters.` });
  }
  return succeed({ text, author });
}

/** `12` and `#12` are quote numbers; undefined for everything else. */
export function parseQuoteNumber(word: string): number | undefined {
  const digits = /^#?([1-9][0-9]{0,9})$/.exec(word)?.[1];
  const number = Number(digits);
  return digits !== undefined && number <= largestNumber ? number : undefined;
}

export type QuoteRequest =
  | { kind: "random" }
  | { kind: "get" | "delete"; number: string }
  | { kind: "add"; typed: string }
  | { kind: "search"; term: string }
  | { kind: "list" }
  | { kind: "unclear" };

/** What `!quote …` asks for. */
export function parseQuoteRequest(argsText: string): QuoteRequest {
  const { word, rest } = takeWord(argsText);
  switch (word.toLowerCase()) {
    case "":
    case "random":
      return { kind: "random" };
    case "add":
      return { kind: "add", typed: rest };
    case "search":
    case "find":
      return { kind: "search", term: rest };
    case "delete":
    case "remove":
      return { kind: "delete", number: rest };
    case "list":
      return { kind: "list" };
    case "get":
      return { kind: "get", number: rest };
    default:
      return parseQuoteNumber(word) && !rest ? { kind: "get", number: word } : { kind: "unclear" };
  }
}

/** What `!memories …` asks for; `quote` after `add` and `list` names the kind, as the longer form does. */
export function parseMemoriesRequest(argsText: string): QuoteRequest {
  const { word, rest } = takeWord(argsText);
  const action = word.toLowerCase();
  const kind = takeWord(rest);
  const isQuoteKind = kind.word.toLowerCase() === "quote";
  if (action === "quotes" && !rest) return { kind: "random" };
  if (action === "add" && isQuoteKind) return { kind: "add", typed: kind.rest };
  if (action === "list" && (!rest || (isQuoteKind && !kind.rest))) return { kind: "list" };
  if (action === "search" || action === "get" || action === "delete") return parseQuoteRequest(argsText);
  return { kind: "unclear" };
}

/** The beginnings of all words, for Postgres: `machi cod` → `'machi':* & 'cod':*`. Empty when there is no word. */
export function toPrefixQuery(term: string): string {
  const words = term.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 20)
    .map((word) => `'${word}':*`)
    .join(" & ");
}
