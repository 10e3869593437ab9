import type { Texts } from "./en.ts";

/** Every language the hub speaks: its name in itself, and its texts, fetched only when it is spoken. */
export const languages = {
  en: { name: "English", load: async (): Promise<Texts> => (await import("./en.ts")).en },
  de: { name: "Deutsch", load: async (): Promise<Texts> => (await import("./de.ts")).de },
};
export type Language = keyof typeof languages;

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(languages, tag);
}

/** The first wish we can meet, most wanted first; a region (`de-AT`) counts for its language. English otherwise. */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const tag = wish.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(tag)) return tag;
  }
  return "en";
}
