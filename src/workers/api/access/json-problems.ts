import type { FieldProblem } from "#workers/shared/envelope";

export interface BodyProblem {
  isTooLarge: boolean;
  problem: FieldProblem;
}

const maxDepth = 64;
/** An empty array costs three bytes on the wire and some fifty in memory: 10 MB of them would not fit. */
const maxValues = 200_000;
const code = (letter: string) => letter.charCodeAt(0);
const [quote, backslash, comma] = [code('"'), code("\\"), code(",")];
const [openBrace, closeBrace, openBracket, closeBracket] = [code("{"), code("}"), code("["), code("]")];

const wrong = (field: string, message: string): BodyProblem => ({
  isTooLarge: false,
  problem: { field, message },
});
const tooLarge = (message: string): BodyProblem => ({
  isTooLarge: true,
  problem: { field: "(body)", message },
});

/** Depth and number of values, counted on the bytes: a parser would have built them all before anyone could count. */
export function findShapeProblem(bytes: Uint8Array): BodyProblem | undefined {
  let depth = 0;
  let values = 1;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isText) {
      if (byte === backslash) at++;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (byte === openBrace || byte === openBracket) {
      values++;
      if (++depth > maxDepth) return wrong("(body)", `Nested deeper than ${maxDepth} levels`);
    } else if (byte === closeBrace || byte === closeBracket) depth--;
    else if (byte === comma) values++;
    if (values > maxValues) return tooLarge(`More than ${maxValues} values`);
  }
  return undefined;
}

/** What is wrong with the text itself, with the field it is in. Shape was checked before. */
export function findJsonProblem(bytes: Uint8Array): BodyProblem | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return findValueProblem(JSON.parse(text), "");
  } catch {
    return wrong("(body)", "Not valid JSON");
  }
}

function findValueProblem(value: unknown, path: string): BodyProblem | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : wrong(path || "(body)", unstorable);
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const field = path === "" ? key : `${path}.${key}`;
    if (key === "__proto__") return wrong(field, "There is no such field");
    if (!isStorable(key)) return wrong(path || "(body)", unstorable);
    const found = findValueProblem(item, field);
    if (found) return found;
  }
  return undefined;
}

const unstorable = "Holds half a character or a zero byte";

/** Postgres takes neither U+0000 nor a lone surrogate. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
