/**
 * The text with case differences removed, for comparing only: ß is ss, every sigma is one, composed and combining accents
 * are equal. Down first for the one capital that has no other (ẞ), then up and down again, because some letters meet their
 * partners only as capitals (ſ, ß, ς).
 */
export function foldCase(text: string): string {
  return text
    .normalize("NFC")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("ς", "σ")
    .normalize("NFC");
}
