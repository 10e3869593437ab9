// Overrides and isolates can turn a whole line around (threats row 11).
const directionControls = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * A stranger's text as text: well-formed, without control characters or direction overrides, at most `length` long.
 * Markup and mentions stay as letters; whoever shows or sends it escapes them for its own medium.
 */
export function plainText(text: string, length: number): string {
  const clean = text
    .toWellFormed()
    .replace(directionControls, "")
    .replace(/[^\S\n]|[\u2028\u2029]/gu, " ")
    .replace(/[^\P{Cc}\n]/gu, "")
    .trim();
  return clean.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}
