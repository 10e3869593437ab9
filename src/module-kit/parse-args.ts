const opening = /["“”]/;

/**
 * Splits what followed a command word. `"two words"` is one argument, also in the curly quotes phones write;
 * inside quotes `\"` is a quote and `\\` a backslash. A quote never closed runs to the end of the line.
 * Quotes inside a word are ordinary characters. Total: every text has an answer.
 */
export function parseArgs(text: string): string[] {
  const args: string[] = [];
  for (let rest = text.trimStart(); rest !== ""; rest = rest.trimStart()) {
    const { arg, length } = opening.test(rest[0] ?? "") ? readQuoted(rest) : readWord(rest);
    args.push(arg);
    rest = rest.slice(length);
  }
  return args;
}

/** The first word and everything after it, as typed: for commands whose last argument is the rest of the line. */
export function takeWord(text: string): { word: string; rest: string } {
  const line = text.trim();
  const { arg, length } = readWord(line);
  return { word: arg, rest: line.slice(length).trimStart() };
}

/** The text without the quotes around all of it, the last one forgotten or not; unchanged when it is not one quoted whole. */
export function stripQuotes(text: string): string {
  const line = text.trim();
  const isQuoted = line.length >= 2 && opening.test(line[0] ?? "") && readQuoted(line).length === line.length;
  return isQuoted ? readQuoted(line).arg : line;
}

function readWord(text: string): { arg: string; length: number } {
  const arg = /^\S+/.exec(text)?.[0] ?? "";
  return { arg, length: arg.length };
}

function readQuoted(text: string): { arg: string; length: number } {
  const closing = text[0] === '"' ? '"' : "”“";
  let arg = "";
  for (let at = 1; at < text.length; at += 1) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (char === "\\" && next !== "" && (next === "\\" || closing.includes(next))) {
      arg += next;
      at += 1;
    } else if (closing.includes(char)) {
      return { arg, length: at + 1 };
    } else {
      arg += char;
    }
  }
  return { arg, length: text.length };
}
