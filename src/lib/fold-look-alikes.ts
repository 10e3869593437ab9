import { foldCase } from "#lib/fold-case";
import { lookOf } from "#lib/skeleton";

/**
 * What is not seen: zero-width and direction characters, fillers, variation selectors, tags, soft hyphens, and control
 * characters other than white space (IRC's bold and colour among them).
 */
const unseen = /[[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]--[\t-\r]]/gv;

/** Accents and overlays of the diacritics blocks only: vowel signs of Indic, Hebrew or Arabic are letters, not decoration. */
const accents = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;

/** Letters with a stroke have no decomposition, so they would survive the removal of accents. */
const strokes = new Map(Object.entries({ ø: "o", đ: "d", ħ: "h", ł: "l", ŧ: "t", ƀ: "b", ɨ: "i", ɉ: "j" }));

/** The text without characters nobody sees. */
export function stripUnseen(text: string): string {
  return text.replaceAll(unseen, "");
}

/**
 * What a text says to the eye: unseen characters, accents, letter styles (full-width, mathematical, circled) and case
 * removed, and Cyrillic, Greek, Armenian and emoji letters as the Latin ones they look like. For comparing only, both
 * sides folded; it takes honest neighbours together too (Russian "рот" and "pot"), so rules ask for it one by one.
 */
export function foldLookAlikes(text: string): string {
  const plain = stripAccents(foldCase(stripUnseen(text)));
  // Once more: a fancy letter's compatibility form may be a capital, accented, or joined by something unseen.
  const folded = stripAccents(stripUnseen(foldCase(plain.normalize("NFKC"))));
  return Array.from(folded, (char) => lookOf(strokes.get(char) ?? char))
    .join("")
    .normalize("NFC");
}

function stripAccents(text: string): string {
  return text.normalize("NFKD").replaceAll(accents, "");
}
