/** What people write, without what is not seen or turns text around: line breaks and tabs stay (threats row 11). */
export function plainWords(text: string): string {
  return text
    .normalize("NFC")
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]|\p{Cs}/gu, "")
    .trim();
}
