import { readFileSync } from "node:fs";

/** Ways to spoil a request or a payload, for suites that ask what happens then. */

export function readJson(folder: URL, name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text with one bit of one character changed. */
export function flipBit(text: string, bit: number): string {
  const at = bit >> 3;
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit & 7))) + text.slice(at + 1);
}

/** False for a value no HTTP header can carry. */
export function trySet(headers: Headers, name: string, value: string): boolean {
  try {
    headers.set(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Every object gets a `__proto__` key of its own, as JSON can spell it, and a field nobody knows. */
export function poison(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(poison);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, poison(part)]);
  return Object.fromEntries([...entries, ["__proto__", { polluted: true }], ["field_of_tomorrow", [1]]]);
}

/** The payload once for each of its texts, with a lone surrogate at that text's end. */
export function* breakTexts(payload: unknown): Generator<unknown> {
  for (const path of pathsOf(payload)) {
    const text = read(payload, path);
    if (typeof text === "string") yield write(payload, path, `${text}\ud800`);
  }
}

/** The payload with one of its parts, chosen by number, replaced. */
export function replacePart(payload: unknown, number: number, value: unknown): unknown {
  const paths = [...pathsOf(payload)];
  return write(payload, paths[number % paths.length] ?? [], value);
}

function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (!isObject(value)) return;
  for (const [key, part] of Object.entries(value)) yield* pathsOf(part, [...path, key]);
}

function read(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  return isObject(value) ? read(value[key], rest) : undefined;
}

function write(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part;
  if (Array.isArray(value))
    return value.map((one, at) => (String(at) === key ? write(one, rest, part) : one));
  return isObject(value) ? { ...value, [key]: write(value[key], rest, part) } : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
