/** The longest one part may be, and what the platform counts: UTF-16 units or UTF-8 bytes. At least 4 of them. */
export interface TextSize {
  limit: number;
  unit: "characters" | "bytes";
}

/**
 * The text in parts that fit: broken between words, an overlong word between graphemes, an overlong grapheme between
 * code points, so that no part ever ends inside a surrogate pair. White space at a break is dropped; no part is empty.
 */
export function splitText(text: string, size: TextSize): string[] {
  if (size.limit < 4) throw new Error(`a part must hold any code point: ${size.limit}`);
  const parts: string[] = [];
  let part = "";
  let used = 0;
  const flush = () => {
    if (part.trim() !== "") parts.push(part.trim());
    part = "";
    used = 0;
  };
  for (const piece of pieces(text.toWellFormed(), size)) {
    const length = measure(piece, size.unit);
    if (used + length > size.limit) flush();
    if (length > size.limit) continue;
    part += piece;
    used += length;
  }
  flush();
  return parts;
}

/** The text if it fits, else its beginning and an ellipsis. */
export function cutText(text: string, size: TextSize): string {
  const whole = text.toWellFormed();
  if (measure(whole, size.unit) <= size.limit) return whole;
  const ellipsis = "…";
  const room = size.limit - measure(ellipsis, size.unit);
  return (splitText(whole, { ...size, limit: room })[0] ?? "") + ellipsis;
}

/** Words and the white space between them; what is too long for any part comes in smaller pieces. */
function* pieces(text: string, { limit, unit }: TextSize): Generator<string> {
  for (const [word] of text.matchAll(/\s+|\S+/gu)) {
    if (measure(word, unit) <= limit || word.trim() === "") {
      yield word;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(word)) {
      if (measure(segment, unit) <= limit) yield segment;
      else yield* segment;
    }
  }
}

function measure(text: string, unit: TextSize["unit"]): number {
  return unit === "characters" ? text.length : new TextEncoder().encode(text).length;
}
