import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";

/** Every language the hub speaks, by its tag. */
export const catalogue = { en, de } satisfies Record<string, Texts>;
export type Language = keyof typeof catalogue;

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(catalogue, tag);
}

/** The first wish we can meet, most wanted first; a region (`de-AT`) counts for its language. English otherwise. */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const tag = wish.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(tag)) return tag;
  }
  return "en";
}
