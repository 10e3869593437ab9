// Overrides and isolates can turn a whole line around (threats row 11); the plain marks U+200E and U+200F
// stay, because right-to-left writing needs them.
const directionControls = /[\u202A-\u202E\u2066-\u2069]/g;

/** One safe line: well-formed, no control characters, no line breaks, no direction overrides, single spaces. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(directionControls, "")
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
}
