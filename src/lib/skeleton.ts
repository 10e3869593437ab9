/**
 * Small letters drawn like a Latin one, grouped by what they look like: the part of Unicode's confusables (UTS #39) with
 * which a word can be imitated. A letter whose capital looks different (н/Н, η/Η) stands where its capital belongs, because
 * case is folded first. Digits and signs (0, 1, 3, @, $) are absent on purpose: each stands for several letters and is far
 * more often meant as itself, so folding them hits innocents ("10" is not "lo").
 */
const drawnLike = {
  a: "аαɑᴀ",
  b: "вβьʙᏼ",
  c: "сϲᴄ",
  d: "ԁᴅ",
  e: "еεҽᴇ",
  f: "ꜰϝ",
  g: "ɡցԍɢ",
  h: "һнηհʜ",
  i: "іιıɩɪ",
  j: "јϳյȷᴊ",
  k: "кκᴋ",
  l: "ӏʟ",
  m: "мμᴍ",
  n: "ոռɴ",
  o: "оοօᴏ",
  p: "рρᴘ",
  q: "ԛզ",
  r: "гʀ",
  s: "ѕꜱ",
  t: "тτᴛ",
  u: "υսʋᴜ",
  v: "νѵᴠ",
  w: "ԝωѡաᴡ",
  x: "хχ",
  y: "уүγʏ",
  z: "ζᴢ",
} as const;

const latinOf = new Map(
  Object.entries(drawnLike).flatMap(([latin, letters]) =>
    Array.from(letters, (letter): [string, string] => [letter, latin]),
  ),
);

/** First code points of A to Z as emoji: regional indicators, and white on a black circle or square. NFKC keeps them. */
const emojiAlphabets = [0x1f1e6, 0x1f150, 0x1f170];

/** One folded character as the Latin small letter it looks like; itself when it looks like none. */
export function lookOf(char: string): string {
  const latin = latinOf.get(char);
  if (latin !== undefined) return latin;
  const point = char.codePointAt(0) ?? 0;
  const alphabet = emojiAlphabets.find((first) => point >= first && point < first + 26);
  return alphabet === undefined ? char : String.fromCodePoint(0x61 + point - alphabet);
}

/** What a word looks like: two words with one skeleton cannot be told apart at a glance. For comparing, never for showing. */
export function skeleton(word: string): string {
  return Array.from(word.normalize("NFKC").toLowerCase(), lookOf).join("");
}
