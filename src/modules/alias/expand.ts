import { type Outcome, refuse, succeed } from "#contracts/outcome";
import { cleanText } from "#module-kit/clean-text";
import { parseArgs, takeWord } from "#module-kit/parse-args";

/** Longest result (threats row 10), also what `command.execute` takes. */
export const expandedLength = 500;

export interface Caller {
  id: string;
  name: string;
  /** Everything the caller typed after the alias. */
  argsText: string;
}

export type Expansion = { kind: "command" | "text"; text: string };

/** `!` and `#` at the beginning make an alias a command; anything else is a text to say. */
export function kindOfBody(body: string): Expansion["kind"] {
  return /^[!#]/.test(body) ? "command" : "text";
}

/**
 * Fills the placeholders in: one line, at most 500 characters. Only the part after the command word is filled,
 * and filled-in text is never read again, so what a caller types cannot become another command.
 */
export function expandAlias(body: string, caller: Caller): Outcome<Expansion> {
  const kind = kindOfBody(body);
  const { word, rest } = kind === "command" ? takeWord(body) : { word: "", rest: body };
  const text = cleanText(`${word} ${fillIn(rest, caller)}`);
  if (text.length > expandedLength) {
    return refuse("too_large", { message: `That would be longer than ${expandedLength} characters.` });
  }
  if (!text) return refuse("bad_request", { message: "This alias says nothing without something after it." });
  return succeed({ kind, text });
}

// The bare word is the older way to write the first argument: `!alias add !user "!so user"`.
const placeholder =
  /\{(user|user_id|args|all_args|arg[1-9][0-9]?)\}|(?<![\p{L}\p{N}_{])user(?![\p{L}\p{N}_}])/gu;

function fillIn(template: string, { id, name, argsText }: Caller): string {
  const args = parseArgs(argsText);
  return template.replace(placeholder, (whole: string, key: string | undefined) => {
    switch (key) {
      case undefined:
        return args[0] ?? whole;
      case "user":
        return name;
      case "user_id":
        return id;
      case "args":
      case "all_args":
        return argsText.trim();
      default:
        return args[Number(key.slice(3)) - 1] ?? "";
    }
  });
}
