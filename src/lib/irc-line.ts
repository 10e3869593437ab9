import { cutText, splitText } from "#lib/split-text";

/** Longest line a server passes on, CR and LF included (RFC 1459 §2.3). */
export const maxLineBytes = 512;
/** Longest text of one message, whatever the channel's name and our own address leave room for. */
export const maxTextBytes = 400;
/** What the server puts in front of our line, `:nick!user@host `, while nobody has told us our address. */
const assumedSourceBytes = 100;
/** Together these leave at least 90 bytes for words. */
const maxSourceBytes = 200;
const maxTargetBytes = 200;

const encoder = new TextEncoder();

export interface PrivmsgOptions {
  /** Bytes of `:nick!user@host ` as the server shows us to others. */
  sourceBytes?: number;
  /** More than this is cut, and the cut shown by an ellipsis. */
  maxLines?: number;
}

/**
 * The one place where words become IRC lines: each element is exactly one PRIVMSG, without CR LF, and short enough
 * to arrive whole. No text can end its line early. Empty when nothing sayable is left; throws on a bad target.
 */
export function privmsg(
  target: string,
  text: string,
  { sourceBytes = assumedSourceBytes, maxLines = Number.POSITIVE_INFINITY }: PrivmsgOptions = {},
): string[] {
  if (!isIrcTarget(target)) throw new RangeError("not an IRC target");
  const head = `PRIVMSG ${target} :`;
  const room = maxLineBytes - Math.min(sourceBytes, maxSourceBytes) - byteLength(head) - 2;
  const textBytes = Math.min(maxTextBytes, room);
  const parts = splitText(cleanText(text), { limit: textBytes, unit: "bytes" });
  return capParts(parts, maxLines, textBytes).map((part) => head + part);
}

/** True for one channel or nick that cannot be read as a second parameter, a list, a trailing part or a command. */
export function isIrcTarget(target: string): boolean {
  return /^[^\s,:/\p{C}][^\s,\p{C}]*$/u.test(target) && byteLength(target) <= maxTargetBytes;
}

/** True for a channel's name; JOIN 0 would leave every channel. */
export function isIrcChannel(target: string): boolean {
  return /^[#&+!]/.test(target) && target.length > 1 && isIrcTarget(target);
}

/** Lower case as most servers mean it (RFC 1459 §2.2): A to ^ become a to ~. */
export function foldCase(name: string): string {
  return name.replace(/[A-^]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
}

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Line breaks of any alphabet become spaces; other control characters go, CTCP's \x01 among them. */
function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t\r\n\v\f\u0085\u2028\u2029]+/g, " ")
    .replace(/\p{Cc}+/gu, "")
    .trim();
}

function capParts(parts: string[], maxLines: number, limit: number): string[] {
  if (parts.length <= maxLines) return parts;
  const last = parts.slice(maxLines - 1).join(" ");
  return [...parts.slice(0, maxLines - 1), cutText(last, { limit, unit: "bytes" })];
}
