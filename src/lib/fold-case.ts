/**
 * The text with case differences removed, for comparing only: ß is ss, every sigma is one, composed and combining accents
 * are equal. Up and down again, because some letters meet their partners only as capitals (ſ, ß, ς).
 */
export function foldCase(text: string): string {
  return text.normalize("NFC").toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFC");
}
