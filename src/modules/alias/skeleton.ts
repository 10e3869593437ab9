// Cyrillic and Greek small letters drawn like a Latin one; the part of Unicode's confusables (UTS #39)
// with which a whole command word can be imitated.
const lookalikes = new Map(
  Object.entries({
    а: "a",
    е: "e",
    о: "o",
    р: "p",
    с: "c",
    у: "y",
    х: "x",
    і: "i",
    ј: "j",
    ѕ: "s",
    ԁ: "d",
    һ: "h",
    ԛ: "q",
    ԝ: "w",
    к: "k",
    м: "m",
    т: "t",
    в: "b",
    н: "h",
    ӏ: "l",
    α: "a",
    ο: "o",
    ρ: "p",
    ν: "v",
    ι: "i",
    κ: "k",
    τ: "t",
    υ: "u",
    ϲ: "c",
    ϳ: "j",
    ı: "i",
  }),
);

/** What a word looks like: two words with one skeleton cannot be told apart at a glance. For comparing, never for showing. */
export function skeleton(word: string): string {
  const folded = word.normalize("NFKC").toLowerCase();
  return Array.from(folded, (char) => lookalikes.get(char) ?? char).join("");
}
